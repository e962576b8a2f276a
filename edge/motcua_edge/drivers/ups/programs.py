"""Programs that the power service has run: the shutdown, and what mends NUT. With a deadline."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Final, Protocol

_LOG: Final = logging.getLogger(__name__)
NOT_RUN: Final = 127
"""What a shell says of a program that is not there."""
LATE: Final = 124
"""What `timeout` says of a program that it ended."""


class Programs(Protocol):
    """Runs programs."""

    async def run(self, argv: Sequence[str], timeout_s: float) -> int:
        """Run to its end; its exit code, NOT_RUN or LATE. Never raises but when cancelled."""
        ...


class SystemPrograms:
    """Real ones, without a shell; what they print goes to our own output."""

    async def run(self, argv: Sequence[str], timeout_s: float) -> int:
        """Run to its end, or end it at its deadline."""
        if not argv:
            return NOT_RUN
        try:
            process = await asyncio.create_subprocess_exec(*argv, stdin=asyncio.subprocess.DEVNULL)
        except (OSError, ValueError) as error:
            _LOG.error("%s: cannot be run: %s", argv[0], error)
            return NOT_RUN
        try:
            async with asyncio.timeout(timeout_s):
                return await process.wait()
        except TimeoutError:
            _LOG.warning("%s: ended, it took more than %s s", argv[0], timeout_s)
            return LATE
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


class FakePrograms:
    """Notes what would have been run. It cannot be slow and cannot really switch anything off."""

    def __init__(self, code: int = 0) -> None:
        self.code = code
        self.ran: list[tuple[str, ...]] = []

    async def run(self, argv: Sequence[str], timeout_s: float) -> int:
        """Note it."""
        del timeout_s
        self.ran.append(tuple(argv))
        return self.code
