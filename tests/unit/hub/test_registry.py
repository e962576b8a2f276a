"""What may be written down of a device, in a form or in a file."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from motcua_hub.domain.health.kinds import DeviceClass
from motcua_hub.domain.registry import (
    FIELDS,
    LIMITS,
    MOST_ROWS,
    UnreadableError,
    clean,
    faults,
    read_csv,
    write_csv,
)

TEXT = st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: clean({"name": text}))
WORDS = TEXT.map(lambda said: said["name"])


@st.composite
def listed(draw):
    said = {name: draw(WORDS) for name in FIELDS}
    said["kind"] = draw(st.sampled_from([each.value for each in DeviceClass]))
    said["component"] = draw(st.from_regex(r"[a-z0-9_-]{0,20}", fullmatch=True))
    said["name"] = said["name"] or "x"
    return draw(st.sampled_from(["ben-thanh", "an-khanh"])), said


@given(st.lists(listed(), max_size=8))
def test_what_is_written_reads_back_as_it_was(rows):
    assert read_csv(write_csv(rows)) == rows


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=500)))
def test_nothing_uncheckable_gets_through(said):
    cleaned = clean(said)
    if not faults(cleaned):
        assert all(len(cleaned[name]) <= limit for name, limit in LIMITS.items())
        assert cleaned["kind"] in set(DeviceClass)
        assert not any(ord(char) < 32 for text in cleaned.values() for char in text)


@pytest.mark.parametrize("formula", ["=1+1", "+84", "-7", "@sum"])
def test_no_cell_becomes_a_formula(formula):
    text = write_csv([("ben-thanh", clean({"kind": "fax", "name": formula}))])
    assert f",'{formula}," in text


def refusal(text):
    try:
        read_csv(text)
    except UnreadableError as wrong:
        return wrong
    return None


@example("\r0", "")
@given(st.text(max_size=300), st.sampled_from(["", "site,kind,name\n", "site,kind,name,note\n"]))
def test_any_text_is_read_or_refused_with_its_line(text, header):
    wrong = refusal(header + text)
    if wrong is not None:
        assert wrong.line >= 0
        assert wrong.code.startswith("registry.")


@pytest.mark.parametrize("name", ["'=1", "''-x", "'plain", "=", "'"])
def test_an_apostrophe_of_its_own_stays(name):
    rows = [("ben-thanh", clean({"kind": "fax", "name": name}))]
    assert read_csv(write_csv(rows)) == rows


def test_a_list_longer_than_a_province_is_refused():
    row = "ben-thanh,fax,A\n"
    with pytest.raises(UnreadableError) as refused:
        read_csv("site,kind,name\n" + row * (MOST_ROWS + 1))
    assert refused.value.code == "registry.csv.too_many"
