"""Status bytes, health words, and how soon to look again."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import HealthState, PrintFailure
from motcua_edge.config import PrinterSection
from motcua_edge.drivers.printer import (
    Paper,
    PrinterConfigError,
    PrinterStatus,
    build_printer,
    verdict,
)
from motcua_edge.drivers.printer.queries import Query, read
from motcua_edge.services.printing.watch import Retry, Watch

CODES = {
    "paper_low",
    "paper_out",
    "cover_open",
    "cutter_error",
    "head_hot",
    "offline",
    "stalled",
    "no_answer",
}
WELL = {Query.PRINTER: 0x12, Query.OFFLINE: 0x12, Query.PAPER: 0x12}


@given(answers=st.dictionaries(st.sampled_from(list(Query)), st.integers(0, 255)))
def test_whatever_is_answered_has_a_verdict_from_the_vocabulary(answers: dict[Query, int]):
    state, code = verdict(read(answers))
    assert (state is HealthState.OK) == (code == "")
    assert code in CODES | {""}


@pytest.mark.parametrize("missing", [Query.PRINTER, Query.OFFLINE, Query.PAPER])
def test_an_answer_that_lacks_a_part_is_no_answer(missing: Query):
    status = read({q: b for q, b in WELL.items() if q is not missing})
    assert (status.answered, status.paper) == (False, Paper.UNKNOWN)
    assert status.cause is PrintFailure.NO_ANSWER


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({Query.PAPER: 0x1E}, "paper_low"),
        ({Query.PAPER: 0x72}, "paper_out"),
        ({Query.OFFLINE: 0x32}, "paper_out"),
        ({Query.OFFLINE: 0x16}, "cover_open"),
        ({Query.OFFLINE: 0x52, Query.ERROR: 0x1A}, "cutter_error"),
        ({Query.OFFLINE: 0x52, Query.ERROR: 0x52}, "head_hot"),
        ({Query.OFFLINE: 0x52}, "offline"),
        ({Query.PRINTER: 0x1A}, "offline"),
        ({Query.PRINTER: 0x1A, Query.OFFLINE: 0x36, Query.PAPER: 0x7E}, "cover_open"),
        ({}, ""),
    ],
)
def test_bits_become_codes_the_most_telling_first(changes: dict[Query, int], code: str):
    assert verdict(read({**WELL, **changes}))[1] == code


def test_a_connection_that_reports_nothing_is_unknown_and_never_ok():
    assert verdict(PrinterStatus(reports=False)) == (HealthState.UNKNOWN, "")
    assert verdict(PrinterStatus(reports=False, reachable=False)) == (
        HealthState.CRITICAL,
        "offline",
    )


class Quiet:
    async def report(
        self, component: str, state: HealthState, code: str = "", detail: str = ""
    ) -> None:
        self.last = (component, state, code, detail)


async def test_looks_at_an_absent_printer_become_rarer_and_soon_again_when_it_is_back():
    retry = Retry(poll_s=5.0, longest_s=40.0)
    watch = Watch(Quiet(), "printer", retry)
    assert watch.delay_s(hurry=False) == 0.0
    delays = []
    for _ in range(5):
        await watch.saw(PrinterStatus(reachable=False))
        delays.append(watch.delay_s(hurry=False))
    assert delays == [10.0, 20.0, 40.0, 40.0, 40.0]
    await watch.saw(PrinterStatus(answered=True, paper=Paper.PLENTY))
    assert watch.delay_s(hurry=False) == 5.0
    assert watch.delay_s(hurry=True) == retry.hurry_s


async def test_an_empty_paper_tray_is_looked_at_as_often_as_ever():
    watch = Watch(Quiet(), "printer", Retry(poll_s=5.0))
    for _ in itertools.repeat(None, 3):
        await watch.saw(PrinterStatus(answered=True, paper=Paper.OUT))
    assert watch.delay_s(hurry=False) == 5.0


def test_no_printer_is_built_for_kind_none():
    assert build_printer(PrinterSection()) is None


def test_an_address_without_a_port_number_is_refused():
    with pytest.raises(PrinterConfigError, match="host:port"):
        build_printer(PrinterSection(kind="network", path="printer:jet"))
