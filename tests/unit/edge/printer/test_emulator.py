"""The emulator itself: what it makes of bytes, whole or in pieces."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from motcua_edge.drivers.printer import Encoder, Mode
from motcua_edge.drivers.printer.emulator import commands as c
from motcua_edge.drivers.printer.emulator.machine import Machine
from motcua_edge.drivers.printer.queries import (
    CLEAR_BUFFER,
    ORDERED_QUERY,
    Query,
    is_ordered_answer,
    is_real_time_answer,
    real_time,
)
from support.printer import sample_slip

SLIP = Encoder("TM-T20II", 576, Mode.HYBRID).encode(sample_slip())


def commands(data: bytes) -> list[c.Command]:
    parser = c.Parser()
    parser.feed(data)
    found = []
    while (command := parser.next()) is not None:
        found.append(command)
    return found


def test_text_sizes_and_feeds_are_understood():
    assert commands(b"\x1b@\x1ba\x01\x1d!\x77A015\n\x1bJ\x20\x1dVA\x05") == [
        c.Reset(),
        c.Align(1),
        c.Scale(8, 8),
        c.Text("A015"),
        c.NewLine(),
        c.FeedRows(32),
        c.Cut(5),
    ]


@settings(deadline=None, max_examples=40)
@given(cuts=st.lists(st.integers(1, len(SLIP) - 1), max_size=12))
def test_a_slip_in_pieces_is_the_same_slip(cuts: list[int]):
    whole, pieces = Machine(), Machine()
    whole.receive(SLIP)
    edges = [0, *sorted(cuts), len(SLIP)]
    for start, end in itertools.pairwise(edges):
        pieces.receive(SLIP[start:end])
    assert pieces.slips[0].texts == whole.slips[0].texts
    one, other = pieces.slips[0].image, whole.slips[0].image
    assert ImageChops.difference(one.convert("L"), other.convert("L")).getbbox() is None


@settings(deadline=None, max_examples=40)
@given(noise=st.binary(max_size=300))
def test_noise_never_breaks_it_and_after_a_clear_it_prints_again(noise: bytes):
    machine = Machine()
    machine.receive(noise)
    machine.receive(CLEAR_BUFFER + SLIP)
    assert machine.slips[-1].whole
    assert "20261123-A015" in machine.slips[-1].codes


@pytest.mark.parametrize("query", list(Query))
def test_real_time_answers_have_their_fixed_bits(query: Query):
    answers = Machine().receive(real_time(query))
    assert len(answers) == 1
    assert is_real_time_answer(answers[0])
    assert not is_ordered_answer(answers[0])


def test_an_answer_in_order_comes_only_after_everything_before_it():
    machine = Machine()
    machine.fault(paper_mm=5.0)
    assert machine.receive(SLIP + ORDERED_QUERY) == b""
    answers = machine.fault(paper_mm=None)
    assert [is_ordered_answer(byte) for byte in answers] == [True]
    assert machine.slips[-1].whole


def test_a_stopped_printer_goes_on_with_its_buffer_when_paper_is_back():
    machine = Machine()
    machine.fault(paper_out=True)
    machine.receive(SLIP)
    assert machine.slips == []
    machine.fault(paper_out=False)
    assert machine.slips[-1].codes == ("20261123-A015",)


def test_a_stopped_printer_that_is_told_to_forget_prints_nothing_later():
    machine = Machine()
    machine.fault(paper_out=True)
    machine.receive(SLIP + CLEAR_BUFFER)
    machine.fault(paper_out=False)
    assert machine.slips == []


def test_paper_is_counted():
    machine = Machine()
    machine.receive(SLIP)
    assert machine.used_mm == pytest.approx(machine.slips[0].image.height / 8)
