"""What a person sees of an event's body, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_hub.web.queries.timeline import Cursor, parse_cursor
from motcua_hub.web.views.timeline import readable


def test_json_is_indented_with_its_vietnamese_letters():
    assert readable('{"lĩnh":"Đất"}'.encode()) == '{\n  "lĩnh": "Đất"\n}'


def test_bytes_that_are_no_text_are_shown_in_hex():
    assert readable(b"\xff\x00") == "ff 00"


@given(st.binary(max_size=200))
def test_any_body_can_be_shown(body):
    assert isinstance(readable(body), str)


def test_a_huge_body_is_cut():
    assert len(readable(b"x" * 100_000)) == 20_001


def test_deep_nesting_does_not_break_the_page():
    assert readable(b"[" * 100_000).startswith("[")


@pytest.mark.parametrize("text", ["", "5", "a.b", "1.", ".1", "1.2.3", "1;DROP"])
def test_a_cursor_of_somebody_else_is_none(text):
    assert parse_cursor(text) is None


def test_a_cursor_is_read_back():
    assert parse_cursor("-5.7") == Cursor(-5, 7)
