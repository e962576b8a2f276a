"""A note is whole or the one before it counts, whatever was being written when the power went."""

import logging
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from motcua_contract.facts.evidence import ProbeOutcome, ProbeRun
from motcua_edge.domain.vigil.spans import Spans
from motcua_edge.services.vigil.notebook import PLACE, Notebook, Notes


def notes(number: int, runs: int = 0) -> Notes:
    run = ProbeRun(target="t" * 64, outcome=ProbeOutcome.OK, since=0, until=1, count=2)
    return Notes(spans=Spans(boot="b", run="r", number=number), runs=(run,) * runs)


def test_the_newest_note_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    assert Notebook(path).read() is None
    book = Notebook(path)
    for number in range(1, 6):
        book.write(notes(number, runs=number))
        assert Notebook(path).read() == notes(number, runs=number)
    assert path.stat().st_size == 2 * PLACE


@pytest.fixture(scope="module")
def two_notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notes") / "notes"
    book = Notebook(path)
    book.write(notes(1))
    book.write(notes(2))
    return path


@example(begins=8, length=4)  # the number's upper half alone
@given(begins=st.integers(0, 300), length=st.integers(1, 400))
def test_a_torn_note_leaves_the_one_before_it(two_notes: Path, begins: int, length: int) -> None:
    written = two_notes.read_bytes()
    torn = bytearray(written)
    torn[begins : begins + length] = b"\xff" * length
    copy = two_notes.with_name("torn")
    copy.write_bytes(torn)
    # a tear may leave bytes that are the right ones by chance
    ends = len(written[:PLACE].rstrip(b"\0"))
    whole = torn[:ends] == written[:ends]
    assert Notebook(copy).read() == notes(2 if whole else 1)


def test_a_program_goes_on_behind_the_newest_note(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    Notebook(path).write(notes(1))
    again = Notebook(path)
    assert again.read() == notes(1)
    again.write(notes(2))
    assert Notebook(path).read() == notes(2)


def test_a_file_that_is_no_notebook_is_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    for rubbish in (b"", b"x" * 10, b"\0" * (2 * PLACE)):
        path.write_bytes(rubbish)
        assert Notebook(path).read() is None


def test_without_room_for_all_the_ticks_are_kept(tmp_path: Path) -> None:
    book = Notebook(tmp_path / "notes")
    book.write(notes(7, runs=3_000))
    assert Notebook(tmp_path / "notes").read() == notes(7)


def test_a_card_that_cannot_be_written_is_said_once_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    book = Notebook(tmp_path / "absent" / "notes")
    with caplog.at_level(logging.ERROR):
        book.write(notes(1))
        book.write(notes(2))
    assert (book.failures, len(caplog.records)) == (2, 1)
