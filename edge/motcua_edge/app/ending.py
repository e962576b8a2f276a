"""How the agent's tasks, or all of it, come to their end."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Final

_LOG: Final = logging.getLogger(__name__)
_ENDING_S: Final = 2.0
"""What a part may take to end when it is told to."""
_EXIT_JOURNAL_BROKEN: Final = 70
"""EX_SOFTWARE; systemd restarts the agent, which then looks at the journal afresh."""


def die(error: BaseException) -> None:
    """After a failed write the page cache lies: no further effect may leave this process."""
    _LOG.critical("the journal cannot be written, ending at once: %s", error)
    logging.shutdown()
    os._exit(_EXIT_JOURNAL_BROKEN)


async def cancel(tasks: list[asyncio.Task[None]]) -> None:
    """End tasks; one that hangs does not keep the others, the goodbye or the shutdown waiting."""
    for task in tasks:
        task.cancel()
    hanging = (await asyncio.wait(tasks, timeout=_ENDING_S))[1] if tasks else ()
    for task in hanging:
        _LOG.warning("%s does not end; going on without it", task.get_name())


async def wait(event: Callable[[], Awaitable[bool]]) -> bool:
    """An awaitable as a coroutine, which a task can be made of."""
    return await event()
