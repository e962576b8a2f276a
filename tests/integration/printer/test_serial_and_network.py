"""What only real cables show: stalls, hang-ups in the middle, files, refused connections."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from motcua_contract.vocabulary import PrintFailure
from motcua_edge.config import PrinterSection
from motcua_edge.drivers.printer import (
    FateUnknownError,
    NothingPrintedError,
    Printer,
    build_printer,
)
from motcua_edge.drivers.printer.emulator.machine import Machine
from support.printer import decoded_qr, on_pty, on_tcp, sample_slip
from support.waiting import until_async


def built(kind: str, path: str, **more: object) -> Printer:
    quick = {"write_timeout_s": 0.4, "status_timeout_s": 0.2, **more}
    printer = build_printer(PrinterSection(kind=kind, path=path, **quick))
    assert printer is not None
    return printer


async def test_a_serial_printer_that_stops_reading_is_stalled_within_the_timeout(tmp_path: Path):
    with on_pty(tmp_path) as (serving, path):
        printer = built("serial", path)
        await printer.status()
        serving.fault(stall_at=3000)
        started = time.monotonic()
        with pytest.raises(FateUnknownError) as raised:
            await printer.print(sample_slip())
        assert raised.value.cause is PrintFailure.STALLED
        assert time.monotonic() - started < 5
        serving.machine.tear()
        serving.fault(stalled=False)
        await printer.print(sample_slip("20261123-A002"))
        assert serving.machine.slips[-1].codes == ("20261123-A002",)
        await printer.close()


async def test_a_network_printer_that_stops_reading_is_stalled_within_the_timeout():
    with on_tcp() as (serving, path):
        printer = built("network", path)
        big = sample_slip()
        big = type(big)(big.name, big.width, big.parts * 200)
        await printer.status()
        serving.fault(stall_at=3000)
        with pytest.raises(FateUnknownError) as raised:
            await printer.print(big)
        assert raised.value.cause is PrintFailure.STALLED
        await printer.close()


async def test_the_loop_goes_on_while_a_printer_is_stalled(tmp_path: Path):
    with on_pty(tmp_path) as (serving, path):
        printer = built("serial", path)
        await printer.status()
        serving.fault(stall_at=3000)
        job = asyncio.create_task(printer.print(sample_slip()))
        beats = 0
        while not job.done():
            await asyncio.sleep(0.01)
            beats += 1
        with pytest.raises(FateUnknownError):
            await job
        assert beats > 10
        await printer.close()


async def test_jobs_asked_for_at_once_are_printed_one_after_the_other(tmp_path: Path):
    with on_pty(tmp_path) as (serving, path):
        printer = built("serial", path)
        names = [f"20261123-A00{n}" for n in range(1, 5)]
        await asyncio.gather(*(printer.print(sample_slip(name)) for name in names))
        assert [slip.codes for slip in serving.machine.slips] == [(name,) for name in names]
        await printer.close()


async def test_a_missing_serial_port_prints_nothing(tmp_path: Path):
    printer = built("serial", str(tmp_path / "ttyNONE"))
    with pytest.raises(NothingPrintedError) as raised:
        await printer.print(sample_slip())
    assert raised.value.cause is PrintFailure.OFFLINE
    await printer.close()


async def test_a_refused_connection_prints_nothing():
    with on_tcp() as (_, path):
        pass
    printer = built("network", path)
    with pytest.raises(NothingPrintedError) as raised:
        await printer.print(sample_slip())
    assert raised.value.cause is PrintFailure.OFFLINE
    await printer.close()


async def test_two_agents_cannot_mix_their_bytes_on_one_serial_port(tmp_path: Path):
    with on_pty(tmp_path) as (_, path):
        first, second = built("serial", path), built("serial", path)
        await first.print(sample_slip())
        with pytest.raises(NothingPrintedError):
            await second.print(sample_slip())
        await first.close()
        await second.print(sample_slip())
        await second.close()


async def test_a_file_takes_whole_slips_one_after_the_other(tmp_path: Path):
    path = tmp_path / "slips.bin"
    printer = built("file", str(path))
    for number in (1, 2):
        await printer.print(sample_slip(f"20261123-A00{number}"))
    machine = Machine()
    machine.receive(path.read_bytes())
    assert [slip.codes for slip in machine.slips] == [("20261123-A001",), ("20261123-A002",)]
    assert decoded_qr(machine.slips[1].image) == "20261123-A002"
    await printer.close()


async def test_a_file_reports_nothing_and_is_not_called_well(tmp_path: Path):
    printer = built("file", str(tmp_path / "slips.bin"))
    status = await printer.status()
    assert (status.reports, status.answered, status.cause) == (False, False, None)
    await printer.close()


async def test_a_missing_device_node_is_not_created():
    printer = built("file", "/dev/lp-of-nobody")
    with pytest.raises(NothingPrintedError):
        await printer.print(sample_slip())
    assert not os.access("/dev/lp-of-nobody", os.F_OK)
    await printer.close()


async def test_a_file_on_a_full_device_leaves_the_fate_unknown():
    printer = built("file", "/dev/full")
    with pytest.raises(FateUnknownError):
        await printer.print(sample_slip())
    await printer.close()


async def test_a_pipe_that_nobody_empties_is_stalled(tmp_path: Path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    printer = built("file", str(path))
    big = sample_slip()
    big = type(big)(big.name, big.width, big.parts * 4)
    with pytest.raises(FateUnknownError) as raised:
        await printer.print(big)
    assert raised.value.cause is PrintFailure.STALLED
    os.close(reader)
    await printer.close()


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("cover_at", PrintFailure.COVER_OPEN),
        ("mute_at", PrintFailure.NO_ANSWER),
        ("cutter_at", PrintFailure.CUTTER_ERROR),
    ],
)
async def test_a_fault_that_comes_while_bytes_leave_makes_the_fate_unknown(
    tmp_path: Path, fault: str, cause: PrintFailure
):
    with on_pty(tmp_path) as (serving, path):
        printer = built("serial", path)
        await printer.status()
        serving.fault(**{fault: 3000})
        with pytest.raises(FateUnknownError) as raised:
            await printer.print(sample_slip())
        assert raised.value.cause is cause
        await printer.close()


async def test_a_torso_that_a_killed_program_left_is_cut_off_before_the_next_slip(tmp_path: Path):
    with on_pty(tmp_path) as (serving, path):
        killed = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(killed, b"\x1b@A001\n\x1dv0\x00\x48\x00\x00\x01" + bytes(1000))
        os.close(killed)
        printer = built("serial", path)
        printer.expect_torso()
        await printer.print(sample_slip("20261123-A002"))
        torso, slip = serving.machine.slips
        assert torso.texts == ("A001",)
        assert (slip.codes, slip.texts[0]) == (("20261123-A002",), "A015")
        await printer.close()


async def test_closing_ends_a_job_that_waits_for_its_confirmation(tmp_path: Path):
    with on_pty(tmp_path) as (serving, path):
        printer = built("serial", path, baudrate=9600)
        await printer.print(sample_slip("20261123-A001"))
        serving.fault(no_order=True)
        job = asyncio.create_task(printer.print(sample_slip("20261123-A002")))
        await until_async(lambda: len(serving.machine.slips) == 2)
        started = time.monotonic()
        await printer.close()
        await printer.close()
        assert time.monotonic() - started < 2
        with pytest.raises(FateUnknownError) as raised:
            await job
        assert raised.value.cause is PrintFailure.STALLED
