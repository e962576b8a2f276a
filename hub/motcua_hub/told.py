"""Whether the program was told to end.

A signal handler runs in the main thread, wherever that stands: also inside a lock that the handler
would want. `threading.Event.set` in a handler can therefore wait for ever for the `wait` that it
interrupted; ours takes no lock.
"""

import os
import select
import signal
from types import FrameType


class Told:
    """Keeps SIGTERM and SIGINT in mind from its making on; for the main thread."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def wait(self, seconds: float) -> bool:
        """Wait until a signal came, `seconds` at most; True once one came."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        return bool(ready)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        try:
            os.write(self._write, b"!")
        except BlockingIOError:
            # 64 Ki signals are in it already
            return
