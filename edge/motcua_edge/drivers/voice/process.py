"""Running a helper program that may hang: it is given a time, then its process group is killed."""

import asyncio
import logging
import os
import signal
from collections.abc import Mapping, Sequence

import msgspec

_LOG = logging.getLogger(__name__)
_REAP_S = 2.0


class Ended(msgspec.Struct, frozen=True):
    """How a program ended. `code` is negative when a signal ended it."""

    code: int
    out: bytes
    err: str


async def run(
    argv: Sequence[str], *, timeout_s: float, given: bytes = b"", env: Mapping[str, str] | None
) -> Ended:
    """Run a program to its end; `env` of None means this process's own environment.

    Raises:
        OSError: It cannot be started.
        TimeoutError: It did not end within `timeout_s`; it has been killed.
    """
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.PIPE if given else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        env=None if env is None else dict(env),
    )
    try:
        async with asyncio.timeout(timeout_s):
            out, err = await process.communicate(given or None)
    finally:
        # also after a cancellation: a player must not go on speaking for an office that has closed
        if process.returncode is None:
            await _kill(process)
    return Ended(process.returncode or 0, out, err.decode("utf-8", "replace").strip())


async def _kill(process: asyncio.subprocess.Process) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    try:
        async with asyncio.timeout(_REAP_S):
            await process.wait()
    except TimeoutError:
        # stuck inside the kernel (a sound card that was pulled); it ends when the driver lets go
        _LOG.warning("process %d does not die; going on without it", process.pid)
