"""The directory as a list: whatever is written reads back, and nothing in it is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_hub.domain.routing import listed
from motcua_hub.domain.routing.directory import Contact, Directory, Unit
from motcua_hub.domain.routing.fields import LONGEST_WAIT_S, wait_of, waited
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
    assert found.units[0][1].name == name
    assert (found.contacts[0][1].name, found.contacts[0][1].duty) == (name, duty)
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@")]


def test_a_whole_directory_reads_back():
    held = province()
    found = listed.read(listed.write(held))
    assert [unit.name for _, unit, _ in found.units] == [u.name for u in held.units.values()]
    assert [one[1].channels for one in found.contacts] == [one.channels for one in held.contacts]
    assert [one[1].severity for one in found.routes] == [one.severity for one in held.routes]


_WIDE = "record,unit,begins,contact,position,wait,channel,tier,day,session\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        ("a,b\n", 1, "", "dir.csv.header"),
        ("record,unit,begins\nunit,X,gestern\n", 2, "begins", "dir.wrong.day"),
        ("record,unit,begins\nteam,X,2026-01-01\n", 2, "record", "dir.csv.record"),
        ("record,unit,begins,ends\nunit,X,2026-01-02,2026-01-01\n", 2, "ends", "dir.wrong.days"),
        ("record,unit,begins\nunit,,2026-01-01\n", 2, "unit", "dir.wrong.unit"),
        (_WIDE + "\nstep,X,,A,0\n", 3, "position", "dir.wrong.position"),
        (_WIDE + "step,X,,A,1,ten\n", 2, "wait", "dir.wrong.wait"),
        (_WIDE + "step,X,,A,1,10081\n", 2, "wait", "dir.wrong.wait"),
        (_WIDE + "step,X,,A,1,5,fax\n", 2, "channel", "dir.wrong.channel"),
        (_WIDE + "step,X,,A,1,5,sms,10\n", 2, "tier", "dir.wrong.tier"),
        (_WIDE + "step,X,,,1,5,sms\n", 2, "contact", "dir.wrong.name"),
        (_WIDE + "step,X,,A,1\nstep,X,,B,1\n", 3, "position", "dir.wrong.twice"),
        (_WIDE + "duty,X,,A,,,,,soon,off\n", 2, "day", "dir.wrong.day"),
        (_WIDE + "duty,X,,A,,,,,2026-11-23,night\n", 2, "session", "dir.wrong.session"),
        (_WIDE + "fallback,X\nfallback,Y\n", 3, "record", "dir.wrong.twice"),
    ],
)
def test_a_wrong_line_is_named_with_its_column(text: str, line: int, column: str, code: str):
    with pytest.raises(UnlistedError) as told:
        listed.read(text)
    assert (told.value.line, told.value.column, told.value.code) == (line, column, code)


@given(st.integers(0, LONGEST_WAIT_S))
def test_a_wait_reads_back(seconds: int):
    assert wait_of(waited(seconds)) == seconds
