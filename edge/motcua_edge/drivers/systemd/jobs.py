"""What systemd is about to do, by its list of jobs."""

import asyncio
import contextlib
import os
from typing import Final

from motcua_contract.vocabulary import StopCause

_LIST: Final = ("systemctl", "list-jobs", "--no-legend", "--plain")
_TARGETS: Final = {
    "reboot.target": StopCause.REBOOT,
    "kexec.target": StopCause.REBOOT,
    "soft-reboot.target": StopCause.REBOOT,
    "poweroff.target": StopCause.POWEROFF,
    "halt.target": StopCause.POWEROFF,
}
_TARGET_FIELD: Final = 1
_FIELDS: Final = 3


class SystemdJobs:
    """Implements `Jobs` by running `systemctl list-jobs`; without systemd nothing is known."""

    def __init__(self, program: tuple[str, ...] = _LIST, within_s: float = 1.0) -> None:
        self._program = program
        self._within_s = within_s

    async def stopping(self) -> StopCause:
        """Why we are told to stop, as far as systemd's own plans tell."""
        try:
            listing = await self._run()
        except (OSError, TimeoutError):
            return StopCause.SERVICE
        for line in listing.splitlines():
            fields = line.split()
            if len(fields) >= _FIELDS and fields[_TARGET_FIELD] in _TARGETS:
                return _TARGETS[fields[_TARGET_FIELD]]
        return StopCause.SERVICE

    async def _run(self) -> str:
        # with our socket, systemctl would tell the manager of its own failure in our name
        environ = {key: value for key, value in os.environ.items() if key != "NOTIFY_SOCKET"}
        process = await asyncio.create_subprocess_exec(
            *self._program,
            env=environ,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(self._within_s):
                out, _ = await process.communicate()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return out.decode(errors="replace")
