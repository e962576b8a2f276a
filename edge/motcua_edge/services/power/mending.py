"""What can be mended without a person: a driver that lost its UPS, a latch that outlived its cause.

Each is tried when its trouble is told, then less and less often while the trouble stays.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from motcua_edge.drivers.ups import Programs

_LOG: Final = logging.getLogger(__name__)
WAITS_MS: Final = (60_000, 300_000, 900_000)
"""After the first try, the second, and every later one."""


class Mender:
    """Runs one program while one trouble lasts. It never keeps the looks waiting."""

    def __init__(self, programs: Programs, argv: Sequence[str], timeout_s: float) -> None:
        self.tries = 0
        self._programs = programs
        self._argv = tuple(argv)
        self._timeout_s = timeout_s
        self._in_a_row = 0
        self._next_at = 0
        self._task: asyncio.Task[None] | None = None

    def look(self, *, trouble: bool, mono: int) -> None:
        """After one look; starts the program when it is due."""
        if not trouble:
            self._in_a_row = self._next_at = 0
            return
        running = self._task is not None and not self._task.done()
        if not self._argv or running or mono < self._next_at:
            return
        self._next_at = mono + WAITS_MS[min(self._in_a_row, len(WAITS_MS) - 1)]
        self._in_a_row += 1
        self.tries += 1
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        code = await self._programs.run(self._argv, self._timeout_s)
        _LOG.warning("%s: ended with %s", " ".join(self._argv), code)

    async def close(self) -> None:
        """End what runs."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
