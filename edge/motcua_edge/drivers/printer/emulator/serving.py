"""One thread that carries bytes between a cable and the machine."""

import contextlib
import os
import select
import threading
from types import TracebackType
from typing import Self

from motcua_edge.drivers.printer.emulator.cables import Cable
from motcua_edge.drivers.printer.emulator.machine import Faults, Machine

_LOOK_EVERY_S = 0.05
_READ = 4096


class Serving:
    """Serves a machine on a cable between `start` and `stop`, or as a context manager."""

    def __init__(self, machine: Machine, cable: Cable) -> None:
        self.machine = machine
        self._cable = cable
        self._wake_read, self._wake_write = os.pipe()
        self._ended = threading.Event()
        self._answers: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, name="printer-emulator", daemon=True)

    def __enter__(self) -> Self:
        """Start serving."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self.stop()

    def start(self) -> None:
        """Plug the cable in and serve."""
        self._cable.plug()
        self._thread.start()

    def stop(self) -> None:
        """End the thread and pull the cable; harmless when repeated."""
        if self._ended.is_set():
            return
        self._ended.set()
        self._wake()
        self._thread.join()
        self._cable.unplug()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def set_faults(self, faults: Faults) -> None:
        """Change what is wrong, and send what the printer then answers."""
        self._answers.append(self.machine.set_faults(faults))
        self._wake()

    def fault(self, **changes: object) -> None:
        """As `set_faults`, changing only the named ones."""
        self._answers.append(self.machine.fault(**changes))
        self._wake()

    def _wake(self) -> None:
        os.write(self._wake_write, b"!")

    def _serve(self) -> None:
        while not self._ended.is_set():
            self._follow_the_plug()
            room = self.machine.room(_READ)
            watched = [self._wake_read, *(self._cable.readable() if room else ())]
            ready, _, _ = select.select(watched, [], [], _LOOK_EVERY_S)
            if self._wake_read in ready:
                os.read(self._wake_read, _READ)
            self._say_late_answers()
            if any(end != self._wake_read for end in ready):
                self._exchange(room)

    def _say_late_answers(self) -> None:
        while self._answers:
            answer = self._answers.pop(0)
            if answer:
                self._cable.write(answer)

    def _exchange(self, room: int) -> None:
        data = self._cable.read(room)
        if data:
            answer = self.machine.receive(data)
            if answer:
                self._cable.write(answer)

    def _follow_the_plug(self) -> None:
        if self.machine.plugged:
            with contextlib.suppress(OSError):
                self._cable.plug()
        else:
            self._cable.unplug()
