"""`motcua-edge run`: the office in the foreground until SIGTERM."""

import asyncio
import errno
import logging
import resource
import signal
import sys
from collections.abc import Callable
from types import FrameType

from motcua_edge.app import Agent
from motcua_edge.app.sharing import keep_memory_small, take_short_turns
from motcua_edge.app.with_ups import UpsConfigError
from motcua_edge.config import Loaded
from motcua_edge.drivers.printer import PrinterConfigError
from motcua_edge.journal import JournalError
from motcua_edge.services.buttons import ButtonMapError

_UNUSABLE = 2
_FILES = 8192
"""Room for hundreds of idle connections beside the journal, the printer and the players."""


def run_office(loaded: Loaded) -> int:
    """0 after a clean end, 2 when it cannot start; a part that fails raises (systemd restarts)."""
    logging.basicConfig(
        level=loaded.agent.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,  # a library that is imported above has set up logging its own way
    )
    keep_memory_small()
    take_short_turns()
    _open_many_files()
    try:
        agent = Agent(loaded)
    except (JournalError, PrinterConfigError, ButtonMapError, UpsConfigError, OSError) as error:
        sys.stderr.write(f"motcua-edge: {error}{_hint(error)}\n")
        return _UNUSABLE
    return asyncio.run(_until_told(agent))


def _hint(error: Exception) -> str:
    """What to do about an error that says only what is wrong."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "; the disk is full: delete files that are not the office's, then start again"
    return ""


def _open_many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _until_told(agent: Agent) -> int:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def tell(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    _on_request(tell)
    try:
        await agent.run(stop)
    finally:
        # an impatient second request must not turn the clean end that is under way into a death;
        # the loop's own handlers would leave a gap in which it does
        _on_request(signal.SIG_IGN)
    return 0


def _on_request(do: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, do)
