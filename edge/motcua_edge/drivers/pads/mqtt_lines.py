"""Pads on Wi-Fi, through the office's own broker."""

import asyncio
import logging
from typing import Final

from motcua_edge.drivers.mqtt import Connector, MqttError, Session
from motcua_edge.drivers.pads.port import OnLine, OnLink

UP: Final = "mc/pad/+/up"
_AGAIN_S: Final = (1.0, 2.0, 5.0, 15.0)
_LEVELS: Final = 4
_LOG: Final = logging.getLogger(__name__)


class MqttLines:
    """Implements `PadLines`; a link is the name of a pad, as in its topics."""

    def __init__(self, connector: Connector, again_s: tuple[float, ...] = _AGAIN_S) -> None:
        self._connector = connector
        self._again_s = again_s
        self._session: Session | None = None

    async def run(self, on_line: OnLine, on_link: OnLink) -> None:
        """See `PadLines.run`."""
        failed = 0
        while True:
            try:
                async with self._connector.connect() as session:
                    await session.subscribe(UP)
                    self._session = session
                    if failed:
                        _LOG.info("the pads' broker is back")
                    failed = 0
                    await _listen(session, on_line, on_link)
            except MqttError as error:
                if not failed:
                    _LOG.warning("the pads' broker: %s", error)
            finally:
                self._session = None
            await asyncio.sleep(self._again_s[min(failed, len(self._again_s) - 1)])
            failed += 1

    async def send(self, link: str, line: bytes) -> bool:
        """See `PadLines.send`."""
        if self._session is None:
            return False
        try:
            await self._session.publish(f"mc/pad/{link}/down", line)
        except MqttError:
            return False
        return True


async def _listen(session: Session, on_line: OnLine, on_link: OnLink) -> None:
    known: set[str] = set()
    async for message in session.messages():
        words = message.topic.split("/")
        if len(words) != _LEVELS:
            continue
        pad = words[2]
        if pad not in known:
            known.add(pad)
            on_link(pad)
        on_line(pad, message.payload.rstrip(b"\n"))
