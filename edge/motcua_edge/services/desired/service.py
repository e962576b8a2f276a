"""Takes configurations from the hub one at a time: judge, keep, apply, answer.

All of it holds or none: a section that is bad, or that nobody here understands, leaves the old
configuration in force, and the hub hears which section it was.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol

import msgspec

from motcua_contract.desired import (
    ConfigState,
    Frame,
    FrameError,
    read_frame,
    read_seal,
    sha256_of,
    signed,
)
from motcua_contract.messages import ConfigDesired, ConfigReported, Message, decode
from motcua_contract.topics import Up
from motcua_edge.domain.model import Instant
from motcua_edge.drivers.mqtt import MqttError
from motcua_edge.drivers.seal import UntrustedError, Verifier
from motcua_edge.services.desired.keeper import Keeper

_LOG: Final = logging.getLogger(__name__)


class PartError(ValueError):
    """A section that cannot be used; the message goes to the hub."""


class Part(Protocol):
    """What understands one section."""

    def check(self, section: bytes) -> None:
        """Return if it could be applied; PartError otherwise. Changes nothing."""
        ...

    def apply(self, section: bytes | None) -> None:
        """Work by it from now on; None: there is no such section any more."""
        ...


class DesiredConfig:
    """Run it as a task; `take` is the uplink's handler of configurations.

    Args:
        site: Whose it must be.
        keeper: Where the one in force is kept.
        verifier: Tells the hub's word from others'.
        parts: What understands a section, by its name.
        say: Publishes the answer, retained; MqttError when there is no connection.
        now: The office's clock.
    """

    def __init__(
        self,
        *,
        site: str,
        keeper: Keeper,
        verifier: Verifier,
        parts: Mapping[str, Part],
        say: Callable[[Up, Message], Awaitable[None]],
        now: Callable[[], Instant],
    ) -> None:
        self._site = site
        self._keeper = keeper
        self._verifier = verifier
        self._parts = parts
        self._say = say
        self._now = now
        self._running: ConfigDesired | None = None
        self._told = ConfigReported(version=0, state=ConfigState.APPLIED)
        self._news = asyncio.Event()
        self._refused = ""
        self.taken = 0
        self.refusals = 0

    @property
    def running(self) -> int:
        """The version in force; 0: none."""
        return self._running.version if self._running is not None else 0

    def begin(self) -> None:
        """Apply what was in force when the last program ended."""
        kept = self._keeper.load()
        if kept is None:
            return
        try:
            # believed when it came; whether it is what was written has been looked at
            frame = self._understood(kept)
        except (FrameError, PartError) as error:
            _LOG.error("the configuration kept here cannot be used: %s", error)
            return
        self._running = kept
        self._apply(frame)
        self._answer(kept.version, ConfigState.APPLIED, _unread(frame, self._parts))

    async def take(self, payload: bytes) -> None:
        """One message from the hub; raises MessageError when it is none."""
        offered = decode(ConfigDesired, payload)
        running = self._running
        if running is not None and offered.version <= running.version:
            self._not_newer(offered, running)
            return
        try:
            frame = self._judged(offered, self._now())
            await asyncio.to_thread(self._keeper.store, offered)
        except (FrameError, UntrustedError, PartError, OSError) as error:
            self._refuse(offered, f"{type(error).__name__}: {error}")
            return
        self._running = offered
        self.taken += 1
        self._apply(frame)
        _LOG.info("configuration %d of the hub is in force", offered.version)
        self._answer(offered.version, ConfigState.APPLIED, _unread(frame, self._parts))

    def _not_newer(self, offered: ConfigDesired, running: ConfigDesired) -> None:
        """The one in force again, or one that is older: it changes nothing, signed or not."""
        if (offered.version, offered.sha256) == (running.version, running.sha256):
            self._news.set()
            return
        self._answer(offered.version, ConfigState.OLDER, f"{running.version} is in force")

    def _judged(self, offered: ConfigDesired, now: Instant) -> Frame:
        """Its frame, if the hub signed it and all of it can be applied."""
        if sha256_of(offered.body) != offered.sha256:
            msg = "the body is not the one that its digest tells"
            raise FrameError(msg)
        content = signed(self._site, offered.version, offered.sha256)
        self._verifier.verify(content, read_seal(offered.signature), now)
        return self._understood(offered)

    def _understood(self, offered: ConfigDesired) -> Frame:
        """Its frame, if all of it can be applied here."""
        frame = read_frame(offered.body)
        if frame.site != self._site:
            msg = f"it is for {frame.site}"
            raise FrameError(msg)
        strange = sorted(set(frame.sections) - set(self._parts) - set(frame.keep))
        if strange:
            msg = f"section {', '.join(strange)} is not known to this version; update the site"
            raise FrameError(msg)
        for name, part in self._parts.items():
            if name in frame.sections:
                _check(name, part, frame.sections[name])
        return frame

    def _apply(self, frame: Frame) -> None:
        for name, part in self._parts.items():
            section = frame.sections.get(name)
            part.apply(None if section is None else bytes(section))

    def _refuse(self, offered: ConfigDesired, why: str) -> None:
        """The old one stays. Said once, however often it comes."""
        self.refusals += 1
        said = f"configuration {offered.version} is refused: {why}"
        if said != self._refused:
            _LOG.error("%s", said)
        self._refused = said
        self._answer(offered.version, ConfigState.REFUSED, why)

    def _answer(self, version: int, state: ConfigState, error: str = "") -> None:
        self._told = ConfigReported(
            version=version, state=state, error=error[:1000], running=self.running
        )
        self._news.set()

    def report(self) -> None:
        """Say it again: the broker may have forgotten."""
        self._news.set()

    async def run(self) -> None:
        """Answer the hub whenever there is something to say, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._say(Up.CONFIG, self._told)
            except MqttError:
                _LOG.debug("the answer waits for the next connection")


def _check(name: str, part: Part, section: msgspec.Raw) -> None:
    try:
        part.check(bytes(section))
    except PartError as error:
        msg = f"section {name}: {error}"
        raise PartError(msg) from error


def _unread(frame: Frame, parts: Mapping[str, Part]) -> str:
    """What is kept for a later version; empty when all of it is understood."""
    strange = sorted(set(frame.sections) - set(parts))
    return f"kept unread: {', '.join(strange)}" if strange else ""
