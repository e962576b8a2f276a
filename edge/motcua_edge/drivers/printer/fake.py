"""The fake printer: the real driver on a cable that ends in the emulator, in this process.

It cannot show what a kernel does in between (buffers of a tty, a TCP window), nor the speed of a
line; the emulator program on a pty or a TCP port shows the first.
"""

from motcua_edge.drivers.printer.emulator.machine import Machine
from motcua_edge.drivers.printer.encoding import Encoder, Mode
from motcua_edge.drivers.printer.escpos_printer import EscposPrinter, Timing
from motcua_edge.drivers.printer.links import LinkDownError, LinkStalledError


class FakeLink:
    """Implements `Link` on a `Machine`. `reports` and `keep_open` can be set as needed."""

    def __init__(self, machine: Machine, *, reports: bool = True, keep_open: bool = True) -> None:
        self.reports = reports
        self.keep_open = keep_open
        self._machine = machine
        self._open = False
        self._unread = b""

    def open(self) -> None:
        """Refused while the machine is unplugged."""
        if not self._machine.plugged:
            msg = "emulator: unplugged"
            raise LinkDownError(msg)
        self._open = True

    def write(self, data: bytes) -> None:
        """Hand over at once, as far as the machine takes it."""
        self._check()
        taken = self._machine.room(len(data))
        self._unread += self._machine.receive(data[:taken])
        self._check()
        if taken < len(data):
            msg = "emulator: takes no bytes"
            raise LinkStalledError(msg)

    def read(self, timeout: float) -> bytes:  # noqa: ARG002  answers are there at once or never
        """What the machine answered."""
        self._check()
        data, self._unread = self._unread, b""
        return data

    def drop_unsent(self) -> None:
        """Nothing waits on this side."""

    def close(self) -> None:
        """Forget unread answers."""
        self._open = False
        self._unread = b""

    def _check(self) -> None:
        if not self._open or not self._machine.plugged:
            msg = "emulator: unplugged"
            raise LinkDownError(msg)


class FakePrinter(EscposPrinter):
    """The real driver, wired to a machine that tests hold. See the module's limits."""

    def __init__(self, machine: Machine, *, mode: Mode = Mode.HYBRID, reports: bool = True) -> None:
        encoder = Encoder("TM-T20II", machine.width, mode)
        timing = Timing(status_s=0.05, confirm_s=0.2, poll_s=0.01, mm_per_s=1000.0)
        super().__init__(FakeLink(machine, reports=reports), encoder, timing)
