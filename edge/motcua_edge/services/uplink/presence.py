"""What a site says of itself beside its journal: birth, about, health, metrics. Never queued."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import msgspec

from motcua_contract import topics
from motcua_contract.messages import Health, LinkState, Message, Metrics, Status, encode
from motcua_contract.topics import Up
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain import model
from motcua_edge.drivers.clock import Clock
from motcua_edge.drivers.mqtt import PublishRefusedError, PublishTimeoutError, Session, Will
from motcua_edge.services.uplink.counters import Counters
from motcua_edge.services.uplink.settings import Surroundings, UplinkSettings

_LOG: Final = logging.getLogger(__name__)
Figures = Callable[[], dict[str, float]]


class Presence:
    """The retained topics of one connection, whose id is `session_id`."""

    def __init__(
        self,
        *,
        settings: UplinkSettings,
        around: Surroundings,
        clock: Clock,
        counters: Counters,
        session_id: str,
    ) -> None:
        self._settings = settings
        self._around = around
        self._clock = clock
        self._counters = counters
        self._session_id = session_id
        self._refused_before = False

    def will(self) -> Will:
        """What the broker says when this connection vanishes."""
        status = self._status(LinkState.OFFLINE, "connection lost")
        return Will(
            topic=topics.up(self._settings.site, Up.STATUS),
            payload=encode(status),
            delay_s=self._settings.will_delay_s,
        )

    def _status(self, state: LinkState, why: str) -> Status:
        now = self._clock.now()
        return Status(state=state, session=self._session_id, boot=now.boot, why=why, at=now.wall)

    async def status(self, session: Session, state: LinkState, why: str) -> None:
        """Say that we are here, or that we go, and why."""
        await self.say(session, Up.STATUS, self._status(state, why))

    async def about(self, session: Session, outbox: tuple[int, int, int]) -> None:
        """Say what the site is made of; `outbox` is first and last entry and how many wait."""
        first, last, unacked = outbox
        about = msgspec.structs.replace(
            self._around.about(), outbox_first=first, outbox_last=last, outbox_unacked=unacked
        )
        await self.say(session, Up.ABOUT, about)

    async def say(self, session: Session, kind: Up, message: Message) -> None:
        """Publish a retained message of ours; a refusal is counted, not raised."""
        await self._publish(session, topics.up(self._settings.site, kind), encode(message))

    async def health(self, session: Session) -> None:
        """Publish health on change and every so often, until the connection is gone."""
        book = self._around.health
        said: dict[str, model.Health] = {}
        while True:
            version, current = book.version, book.current
            for name, health in current.items():
                if said.get(name) != health:
                    await self._say_health(session, health)
            said = current
            if not await self._newer(version):
                said = {}

    async def _newer(self, version: int) -> bool:
        """Wait for a change, but not longer than until everything is due again."""
        try:
            async with asyncio.timeout(self._settings.health_every_s):
                await self._around.health.wait_newer(version)
        except TimeoutError:
            return False
        return True

    async def _say_health(self, session: Session, health: model.Health) -> None:
        message = Health(
            component=health.component,
            state=HealthState(health.state),
            code=health.code,
            since=health.since,
            at=self._clock.now().wall,
            detail=health.detail,
            said=health.said,
            drill=health.drill,
        )
        topic = topics.health(self._settings.site, health.component)
        await self._publish(session, topic, encode(message))
        self._counters.health_published += 1

    async def metrics(self, session: Session, figures: Figures) -> None:
        """Publish figures at QoS 0 each minute, until the connection is gone."""
        topic = topics.up(self._settings.site, Up.METRICS)
        while True:
            values = {**self._around.metrics(), **await asyncio.to_thread(figures)}
            message = Metrics(at=self._clock.now().wall, values=values)
            await session.publish(topic, encode(message), qos=0)
            await asyncio.sleep(self._settings.metrics_every_s)

    async def _publish(self, session: Session, topic: str, payload: bytes) -> None:
        try:
            await session.publish(topic, payload, retain=True)
        except PublishRefusedError as error:
            self._counters.failures += 1
            if not self._refused_before:
                self._refused_before = True
                _LOG.warning("%s; check the broker's ACL for this device", error)
        except PublishTimeoutError:
            self._counters.slow += 1
