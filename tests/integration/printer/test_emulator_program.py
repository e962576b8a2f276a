"""The emulator as a program, as the demo and the crash tests run it."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from motcua_contract.vocabulary import PrintFailure
from motcua_edge.config import PrinterSection
from motcua_edge.drivers.printer import NothingPrintedError, Printer, build_printer
from motcua_edge.services.printing.slips import SlipMaker
from support.printer import decoded_qr, paper, status_until
from support.printer import sample_site as site
from support.printer import sample_ticket as ticket
from support.waiting import until


@contextlib.contextmanager
def program(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "motcua_edge.drivers.printer.emulator"]
    where = ["--link", f"{folder}/tty", "--out", f"{folder}/out", "--control", f"{folder}/control"]
    with subprocess.Popen([*command, *where], stderr=subprocess.DEVNULL) as process:
        try:
            until((folder / "tty").exists)
            yield process
        finally:
            process.terminate()
            process.wait(5)


def built(folder: Path) -> tuple[Printer, SlipMaker]:
    section = PrinterSection(kind="serial", path=f"{folder}/tty")
    printer = build_printer(section)
    assert printer is not None
    return printer, SlipMaker(site(), section)


async def test_real_tickets_become_pictures_and_records(tmp_path: Path):
    with program(tmp_path) as process:
        printer, slips = built(tmp_path)
        await printer.print(slips.make(ticket(), 1))
        await printer.print(slips.make(ticket(), 2))
        found = until(lambda: len(paper(tmp_path / "out")) == 2 and paper(tmp_path / "out"))
        assert [(s.label, s.ticket, s.reprint, s.whole) for s in found] == [
            ("A015", "20261123-A015", False, True),
            ("A015", "20261123-A015", True, True),
        ]
        with Image.open(found[0].picture) as picture:
            assert picture.width == 576
            assert decoded_qr(picture) == "20261123-A015"
        await printer.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert not (tmp_path / "tty").is_symlink()


async def test_faults_come_from_the_control_file_and_a_bad_one_changes_nothing(tmp_path: Path):
    with program(tmp_path):
        printer, slips = built(tmp_path)
        await status_until(printer, lambda status: status.answered)
        (tmp_path / "control").write_text(json.dumps({"paper_out": True}))
        await status_until(printer, lambda status: status.cause is PrintFailure.PAPER_OUT)
        (tmp_path / "control").write_text("{not json")
        with pytest.raises(NothingPrintedError):
            await printer.print(slips.make(ticket(), 1))
        (tmp_path / "control").unlink()
        await status_until(printer, lambda status: status.cause is None)
        await printer.close()


async def test_a_restarted_emulator_goes_on_counting_its_slips(tmp_path: Path):
    for number in (1, 2):
        with program(tmp_path):
            printer, slips = built(tmp_path)
            await printer.print(slips.make(ticket(), number))
            until(lambda wanted=number: len(paper(tmp_path / "out")) == wanted)
            await printer.close()
    assert [slip.job for slip in paper(tmp_path / "out")] == [1, 2]
