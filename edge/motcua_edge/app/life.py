"""The agent's life: all parts run together, and end in order."""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine, Mapping

import aiohttp.web
import msgspec

from motcua_edge.app.core import Core
from motcua_edge.app.ending import cancel, wait
from motcua_edge.app.with_evidence import Evidence
from motcua_edge.app.with_ups import LAST_WORD_S, STOP_REASON, UpsParts
from motcua_edge.config import AgentConfig
from motcua_edge.domain.commands import RecordStop
from motcua_edge.drivers.systemd import Notifier
from motcua_edge.services.life_sign import LifeSign
from motcua_edge.services.uplink import Uplink
from motcua_edge.web.server import listen

_LOG = logging.getLogger(__name__)
_APPEND_MS = 20_000
"""No disk that works takes so long for a commit."""
Part = Callable[[], Coroutine[None, None, None]]


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """What is started, and what has its place in the order of the end."""

    agent: AgentConfig
    core: Core
    parts: Callable[[], Mapping[str, Part]]
    runner: aiohttp.web.AppRunner
    evidence: Evidence
    power: UpsParts | None
    uplink: Uplink | None

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; a part that ends by itself ends the whole with its error."""
        try:
            await self._serve(stop)
        finally:
            try:
                await self.runner.cleanup()
                self.core.journal.close()
            finally:
                if self.power is not None and self.power.ends():
                    await self.power.switch_off(stop)

    async def _serve(self, stop: asyncio.Event) -> None:
        if self.uplink is not None and not self.core.journal.opened.same_boot:
            self.core.first_numbers.arm()
        parts = self.parts()
        tasks = [asyncio.create_task(part(), name=name) for name, part in parts.items()]
        await self._listen()
        _LOG.info("office %s is open on port %s", self.agent.site, self.agent.web.port)
        sign = LifeSign(Notifier(os.environ), self._hangs)
        tasks.append(asyncio.create_task(sign.run(), name="life sign"))
        enders: list[asyncio.Task[bool]] = [asyncio.create_task(stop.wait(), name="stop")]
        if self.power is not None:
            enders.append(asyncio.create_task(wait(self.power.battery_ends), name="battery"))
        await asyncio.wait([*tasks, *enders], return_when=asyncio.FIRST_COMPLETED)
        for ender in enders:
            ender.cancel()
        await self._end(tasks, self._reason(stop))

    def _hangs(self) -> str:
        """Why this process must be started again; empty while it works."""
        since = self.core.journal.appending_since
        waited = 0 if since is None else self.core.office.now().mono - since
        if waited > _APPEND_MS:
            return f"the journal has not taken a commit for {waited // 1000} s"
        return ""

    def _reason(self, stop: asyncio.Event) -> str:
        """Why the end is a clean one; empty when a part failed."""
        if self.power is not None and self.power.ends():
            return STOP_REASON
        return "asked to stop" if stop.is_set() else ""

    async def _listen(self) -> None:
        await self.runner.setup()
        await listen(self.runner, self.agent.web.host, self.agent.web.port)

    async def _end(self, tasks: list[asyncio.Task[None]], reason: str) -> None:
        """Goodbye in order: no new requests, nobody writes, the reason on record, then to the hub.

        What comes after the reason is only what the hub acknowledges of it.
        """
        if reason == STOP_REASON:
            await asyncio.sleep(LAST_WORD_S)
        if reason:
            await self.runner.cleanup()
            uplink = [task for task in tasks if task.get_name() == "uplink"]
            await cancel([task for task in tasks if task not in uplink])
            await self.evidence.vigil.end()
            cause = await self.evidence.cause(reason)
            await self.core.office.execute(RecordStop(reason=reason, cause=cause))
            if self.uplink is not None:
                await self.uplink.stop(reason)
        await cancel(tasks)
        for task in tasks:
            if task.done() and not task.cancelled():
                task.result()
