"""One suite for every cable: serial on a pty, network on TCP, and the fake in the process."""

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from motcua_contract.vocabulary import HealthState, PrintFailure
from motcua_edge.config import PrinterSection
from motcua_edge.drivers.printer import (
    FakePrinter,
    FateUnknownError,
    NothingPrintedError,
    Paper,
    PaperRanOutError,
    Printer,
    build_printer,
    verdict,
)
from motcua_edge.drivers.printer.emulator.machine import Machine
from support.printer import decoded_qr, on_pty, on_tcp, sample_slip, status_until
from support.waiting import until

KINDS = ["serial", "network", "fake"]
FAST = {"write_timeout_s": 0.4, "status_timeout_s": 0.2}


class Setup(NamedTuple):
    printer: Printer
    machine: Machine
    fault: Callable[..., object]


@pytest.fixture(params=KINDS)
async def setup(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Setup]:
    with contextlib.ExitStack() as stack:
        if request.param == "fake":
            machine = Machine()
            made = Setup(FakePrinter(machine), machine, machine.fault)
        else:
            cable = on_pty(tmp_path) if request.param == "serial" else on_tcp()
            serving, path = stack.enter_context(cable)
            printer = build_printer(PrinterSection(kind=request.param, path=path, **FAST))
            assert printer is not None
            made = Setup(printer, serving.machine, serving.fault)
        yield made
        await made.printer.close()


def slips(setup: Setup) -> int:
    return len(setup.machine.slips)


async def test_a_slip_comes_out_whole_and_its_qr_code_can_be_read(setup: Setup):
    await setup.printer.print(sample_slip())
    assert slips(setup) == 1
    slip = setup.machine.slips[0]
    assert slip.whole
    assert slip.codes == ("20261123-A015",)
    assert decoded_qr(slip.image) == "20261123-A015"


async def test_slips_come_out_in_order_one_for_each_job(setup: Setup):
    for number in range(1, 4):
        await setup.printer.print(sample_slip(f"20261123-A00{number}"))
    assert [s.codes for s in setup.machine.slips] == [(f"20261123-A00{n}",) for n in (1, 2, 3)]


async def test_a_healthy_printer_says_plenty_of_paper(setup: Setup):
    status = await setup.printer.status()
    assert (status.answered, status.paper, status.cause) == (True, Paper.PLENTY, None)
    assert verdict(status) == (HealthState.OK, "")


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("paper_out", PrintFailure.PAPER_OUT),
        ("cover_open", PrintFailure.COVER_OPEN),
        ("cutter_error", PrintFailure.CUTTER_ERROR),
        ("head_hot", PrintFailure.HEAD_HOT),
        ("mute", PrintFailure.NO_ANSWER),
        ("unplugged", PrintFailure.OFFLINE),
    ],
)
async def test_a_fault_before_the_first_byte_prints_nothing_and_has_its_name(
    setup: Setup, fault: str, cause: PrintFailure
):
    setup.fault(**{fault: True})
    with pytest.raises(NothingPrintedError) as raised:
        await setup.printer.print(sample_slip())
    assert raised.value.cause is cause
    status = await setup.printer.status()
    assert status.paper is not Paper.PLENTY or fault not in ("mute", "unplugged", "paper_out")
    assert verdict(status) == (HealthState.CRITICAL, cause.value)
    setup.machine.tear()
    assert slips(setup) == 0


@pytest.mark.parametrize(
    "fault", ["paper_out", "cover_open", "cutter_error", "head_hot", "mute", "unplugged"]
)
async def test_a_printer_that_was_repaired_prints_the_next_slip(setup: Setup, fault: str):
    setup.fault(**{fault: True})
    with pytest.raises(NothingPrintedError):
        await setup.printer.print(sample_slip("20261123-A001"))
    setup.fault(**{fault: False})
    await _printed_soon(setup, "20261123-A002")
    assert [s.codes for s in setup.machine.slips if s.codes] == [("20261123-A002",)]


async def _printed_soon(setup: Setup, name: str) -> None:
    """A pty or port that was pulled out needs a moment to be there again."""
    await status_until(setup.printer, lambda status: status.cause is None)
    await setup.printer.print(sample_slip(name))


async def test_paper_near_its_end_still_prints_and_is_a_problem(setup: Setup):
    setup.fault(near_end=True)
    await setup.printer.print(sample_slip())
    assert verdict(await setup.printer.status()) == (HealthState.PROBLEM, "paper_low")


async def test_paper_that_ends_in_the_middle_is_said_so_and_never_continued(setup: Setup):
    setup.fault(paper_mm=30.0)
    with pytest.raises(PaperRanOutError) as raised:
        await setup.printer.print(sample_slip("20261123-A001"))
    assert raised.value.cause is PrintFailure.PAPER_OUT
    setup.machine.tear()
    setup.fault(paper_mm=None)
    await _printed_soon(setup, "20261123-A002")
    codes = [s.codes for s in setup.machine.slips if s.codes]
    assert codes == [("20261123-A002",)]


async def test_paper_that_ends_with_the_last_row_is_not_taken_for_a_whole_slip(setup: Setup):
    await setup.printer.print(sample_slip())
    whole_mm = setup.machine.slips[0].image.height / 8
    setup.fault(paper_mm=whole_mm - 1)
    with pytest.raises(PaperRanOutError):
        await setup.printer.print(sample_slip())
    assert slips(setup) == 1


@pytest.mark.parametrize("at", [60, 300, 1500, 4000])
async def test_a_cable_pulled_while_bytes_leave_makes_the_fate_unknown(setup: Setup, at: int):
    await setup.printer.status()
    setup.fault(unplug_at=at)
    with pytest.raises(FateUnknownError) as raised:
        await setup.printer.print(sample_slip("20261123-A001"))
    assert raised.value.cause is PrintFailure.OFFLINE
    setup.machine.tear()
    setup.fault(unplugged=False)
    await _printed_soon(setup, "20261123-A002")
    last = setup.machine.slips[-1]
    assert last.whole
    assert last.codes == ("20261123-A002",)


async def test_a_printer_that_takes_no_bytes_is_known_before_the_slip(setup: Setup):
    setup.fault(stalled=True)
    with pytest.raises(NothingPrintedError) as raised:
        await setup.printer.print(sample_slip())
    assert raised.value.cause in (PrintFailure.NO_ANSWER, PrintFailure.STALLED)


async def test_a_printer_that_never_answers_in_order_is_believed_on_its_status(setup: Setup):
    setup.fault(no_order=True)
    await setup.printer.print(sample_slip())
    assert slips(setup) == 1


async def test_a_printer_absent_at_first_is_found_when_it_comes(setup: Setup):
    setup.fault(unplugged=True)
    until(lambda: not setup.machine.plugged)
    assert (await setup.printer.status()).cause is PrintFailure.OFFLINE
    setup.fault(unplugged=False)
    await _printed_soon(setup, "20261123-A001")
