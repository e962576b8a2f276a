"""The directory as a list: whatever is written reads back, and nothing in it is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_hub.domain.routing import listed
from motcua_hub.domain.routing.directory import Contact, Directory, Unit
from motcua_hub.domain.routing.listed import UnlistedError
from support.directories import province

_text = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_characters="\x7f"), max_size=40
).map(str.strip)
_nasty = st.sampled_from(["=1+1", "+84905", "-cmd|x", "@SUM(A1)", "'=x", "''-y", "a;b", 'q"q'])


@given(st.one_of(_text, _nasty))
def test_a_cell_is_no_formula_and_reads_back(text: str):
    assert listed.inert(text)[:1] not in tuple("=+-@\t\r")
    assert listed.alive(listed.inert(text)) == text


@given(st.one_of(_nasty, _text.filter(bool)), st.one_of(_nasty, _text))
def test_names_survive_the_list(name: str, duty: str):
    unit = Unit(id=1, name=name, begins="2026-01-01")
    contact = Contact(id=1, unit=1, position=1, name=name, duty=duty, begins="2026-01-01")
    text = listed.write(Directory(units={1: unit}, contacts=(contact,)))
    found = listed.read(text)
    assert found.units[0][0].name == name
    assert (found.contacts[0][1].name, found.contacts[0][1].duty) == (name, duty)
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@")]


def test_a_whole_directory_reads_back():
    held = province()
    found = listed.read(listed.write(held))
    assert [unit.name for unit, _ in found.units] == [u.name for u in held.units.values()]
    assert [one.channels for _, one in found.contacts] == [one.channels for one in held.contacts]
    assert [one.severity for _, one in found.routes] == [one.severity for one in held.routes]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a,b\n", 1, "dir.csv.header"),
        ("record,unit,begins\nunit,X,gestern\n", 2, "dir.wrong.day"),
        ("record,unit,begins\nteam,X,2026-01-01\n", 2, "dir.csv.record"),
        ("record,unit,begins,ends\nunit,X,2026-01-02,2026-01-01\n", 2, "dir.wrong.days"),
        ("record,unit,begins\nunit,,2026-01-01\n", 2, "dir.wrong.unit"),
    ],
)
def test_a_wrong_line_is_named(text: str, line: int, code: str):
    with pytest.raises(UnlistedError) as told:
        listed.read(text)
    assert (told.value.line, told.value.code) == (line, code)
