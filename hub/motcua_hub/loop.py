"""A thread that does the same round again and again, and fails aloud only once."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)


class Loop(threading.Thread):
    """Calls `work` every `every_s` seconds until `stop`.

    A database that is away is said once, and once that it is back: the next round tries again. Any
    other failure is a fault of ours: the thread ends, and the program with it, to be started anew.

    Args:
        name: Of the thread, and in the log.
        work: One round; it may take longer than `every_s`.
        every_s: Seconds between the end of one round and the next.
    """

    def __init__(self, name: str, work: Callable[[], object], every_s: float) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self._every_s = every_s
        self._ending = threading.Event()
        self._failing = False

    def run(self) -> None:
        """Work until `stop`; the first round at once."""
        while not self._ending.is_set():
            self._round()
            self._ending.wait(self._every_s)

    def _round(self) -> None:
        try:
            self._work()
        except SQLAlchemyError as error:
            if not self._failing:
                log.warning("%s waits for the database: %s", self.name, error)
            self._failing = True
        else:
            if self._failing:
                log.info("%s works again", self.name)
            self._failing = False

    @property
    def alive(self) -> bool:
        """Whether it still works, or was told to end."""
        return self.is_alive() or self._ending.is_set()

    def stop(self) -> None:
        """End after the round under way; wait for that 3 s at most."""
        self._ending.set()
        if self.is_alive():
            self.join(3)
