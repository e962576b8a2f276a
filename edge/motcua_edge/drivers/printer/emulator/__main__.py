"""The emulator as a program.

`python -m motcua_edge.drivers.printer.emulator --link PATH --out DIR [--control FILE]`

The pty's name appears at PATH when it is ready (or `--tcp PORT` listens). Slips appear in DIR. The
control file holds faults as JSON, for instance `{"paper_out": true}`; it is looked at five times
a second and may be absent. What is in force is copied to FILE.seen. SIGTERM and SIGINT end it.
"""

import argparse
import logging
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import msgspec

from motcua_edge.drivers.printer.emulator.cables import Cable, PtyCable, TcpCable
from motcua_edge.drivers.printer.emulator.machine import Faults, Machine
from motcua_edge.drivers.printer.emulator.records import SlipFolder
from motcua_edge.drivers.printer.emulator.serving import Serving

_LOOK_EVERY_S = 0.2
_LOG = logging.getLogger("motcua.printer-emulator")


class ControlFile:
    """Faults from a file. A file that cannot be read changes nothing and is told of once."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen = b""

    def changed(self) -> Faults | None:
        """The faults if the file changed since the last look, else None."""
        if self._path is None:
            return None
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            text = b"{}"
        except OSError:
            return None
        return None if text == self._seen else self._decoded(text)

    def in_force(self) -> None:
        """Tell whoever wrote the file that its faults are in force from now on."""
        if self._path is None:
            return
        fresh = self._path.with_name(self._path.name + ".seen.new")
        fresh.write_bytes(self._seen)
        fresh.replace(self._path.with_name(self._path.name + ".seen"))

    def _decoded(self, text: bytes) -> Faults | None:
        self._seen = text
        try:
            return msgspec.json.decode(text, type=Faults)
        except msgspec.MsgspecError as error:
            _LOG.warning("%s: %s; faults stay as they are", self._path, error)
            return None


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="motcua-printer-emulator", description=__doc__)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--link", type=Path, help="name of the pty to make")
    where.add_argument("--tcp", type=int, metavar="PORT", help="listen on 127.0.0.1:PORT instead")
    parser.add_argument("--out", type=Path, required=True, help="folder for the slips")
    parser.add_argument("--control", type=Path, help="JSON file with faults")
    parser.add_argument("--width", type=int, default=576, help="dots across the paper")
    return parser.parse_args(argv)


class _Told:
    """Whether a signal came. A lock in its handler could be held by what it interrupted."""

    def __init__(self) -> None:
        self.came = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True


def _watch(serving: Serving, control: ControlFile, told: _Told) -> None:
    while not told.came:
        time.sleep(_LOOK_EVERY_S)  # a signal ends the loop one look later at the latest
        faults = control.changed()
        if faults is not None:
            serving.set_faults(faults)
            control.in_force()


def main(argv: list[str]) -> int:
    """Run until a signal; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    given = _arguments(argv)
    told = _Told()
    control = ControlFile(given.control)
    machine = Machine(given.width, SlipFolder(given.out).keep)
    machine.set_faults(control.changed() or Faults())
    cable: Cable = PtyCable(given.link) if given.link else TcpCable(port=given.tcp)
    with Serving(machine, cable) as serving:
        _LOG.info("ready")
        _watch(serving, control, told)
    machine.tear()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
