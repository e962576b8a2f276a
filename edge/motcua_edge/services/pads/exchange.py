"""The controller's side of the pads' protocol; see firmware/PROTOCOL.md."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import msgspec

from motcua_edge.domain.pads.frames import (
    Ack,
    Ask,
    Beat,
    FrameError,
    Hello,
    InSession,
    Parcel,
    Pong,
    Press,
    Rate,
    Saying,
    Took,
    parcel,
    sealed,
)
from motcua_edge.drivers.pads import PadLines
from motcua_edge.services.office import OfficeService
from motcua_edge.services.pads.peer import Peer
from motcua_edge.services.pads.presses import Presses
from motcua_edge.services.rating_desk import RatingDesk

_KEPT_LINES: Final = 1000
_ASK_EVERY_MS: Final = 1000
_LOOK_EVERY_S: Final = 1.0
_LOG: Final = logging.getLogger(__name__)


class _Arrived(msgspec.Struct, frozen=True):
    kind: int
    link: str
    line: bytes


class Exchange:
    """Talks with all pads of an office.

    Args:
        office: Whose clock and state it uses.
        desk: Says when the lights of rating pads shine.
        presses: Carries presses out.
        peers: The pads by name.
        lines: The ways to them.
        fresh: Gives so many random bytes as hex.
    """

    def __init__(
        self,
        *,
        office: OfficeService,
        desk: RatingDesk,
        presses: Presses,
        peers: Mapping[str, Peer],
        lines: Sequence[PadLines],
        fresh: Callable[[int], str],
    ) -> None:
        self._office = office
        self._desk = desk
        self._presses = presses
        self._peers = dict(peers)
        self._lines = tuple(lines)
        self._fresh = fresh
        self._arrived: asyncio.Queue[_Arrived] = asyncio.Queue(_KEPT_LINES)
        self._links: dict[tuple[int, str], Peer] = {}
        self._asked: dict[tuple[int, str], int] = {}
        self.took: dict[str, asyncio.Queue[Took]] = {name: asyncio.Queue(8) for name in peers}
        """Answers of pads to the frames of an update."""
        self.counts: Counter[str] = Counter()

    async def run(self) -> None:
        """Serve until cancelled; an error ends it, and whoever supervises starts it again."""
        async with asyncio.TaskGroup() as group:
            for kind, lines in enumerate(self._lines):
                group.create_task(lines.run(partial(self._line, kind), partial(self._link, kind)))
            group.create_task(self._serve())
            group.create_task(self._watch())
            group.create_task(self._light())

    async def say(self, peer: Peer, saying: Saying) -> bool:
        """Say something to a pad in its session; False when it cannot be reached."""
        if peer.via is None or not peer.session.open:
            return False
        return await self._send(peer.via, peer.session.seal(saying))

    # ---- what comes ----

    def _line(self, kind: int, link: str, line: bytes) -> None:
        try:
            self._arrived.put_nowait(_Arrived(kind, link, line))
        except asyncio.QueueFull:
            self.counts["dropped"] += 1  # a pad says again whatever matters

    def _link(self, kind: int, link: str) -> None:
        # an empty line: nobody has said anything, so the answer is to ask who is there
        self._line(kind, link, b"")

    async def _serve(self) -> None:
        while True:
            arrived = await self._arrived.get()
            try:
                await self._take(arrived)
            except FrameError as error:
                self.counts[error.cause] += 1
                _LOG.debug("pads, %s: %s", arrived.link, error)

    async def _take(self, arrived: _Arrived) -> None:
        via = (arrived.kind, arrived.link)
        if not arrived.line:
            await self._ask(via)
            return
        frame_parcel = parcel(arrived.line)
        frame = frame_parcel.read()
        if isinstance(frame, Hello):
            await self._greet(via, frame_parcel, frame)
        else:
            await self._hear(via, frame_parcel)

    async def _greet(self, via: tuple[int, str], written: Parcel, hello: Hello) -> None:
        peer = self._peers.get(hello.p)
        if peer is None or not peer.session.wrote(written):
            raise FrameError("forged", f"hello of {hello.p!r}")
        self._links[via] = peer
        await self._send(via, peer.session.offer(hello, self._fresh(8)))

    async def _hear(self, via: tuple[int, str], written: Parcel) -> None:
        peer = self._links.get(via)
        if peer is None:
            await self._ask(via)
            return
        try:
            frame, hello = peer.session.accept(written)
        except FrameError:
            await self._ask(via)
            raise
        peer.via = via
        peer.heard()
        if hello is not None:
            self.counts["sessions"] += 1
            peer.began(hello)
            await self._shine(peer)
        await self._act(peer, frame)

    async def _act(self, peer: Peer, frame: InSession) -> None:
        match frame:
            case Press():
                await self._press(peer, frame)
            case Beat():
                await self.say(peer, Pong())
                await peer.beaten(frame)
            case Took():
                answers = self.took[peer.unit.name]
                if not answers.full():
                    answers.put_nowait(frame)

    async def _press(self, peer: Peer, press: Press) -> None:
        try:
            result = await self._presses.carry_out(peer.unit, press)
        except ValueError as error:
            self.counts["damaged"] += 1
            _LOG.warning("pads: %s", error)
            return
        await self.say(peer, Ack(i=press.i, r=result))

    # ---- what goes ----

    async def _ask(self, via: tuple[int, str]) -> None:
        mono = self._office.now().mono
        if mono - self._asked.get(via, -_ASK_EVERY_MS) >= _ASK_EVERY_MS:
            self._asked[via] = mono
            await self._send(via, sealed(Ask(), b""))

    async def _send(self, via: tuple[int, str], line: bytes) -> bool:
        kind, link = via
        sent = await self._lines[kind].send(link, line)
        if not sent:
            self.counts["unsent"] += 1
        return sent

    # ---- what time does ----

    async def _watch(self) -> None:
        while True:
            for peer in self._peers.values():
                await peer.time_passed()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _light(self) -> None:
        version = -1
        while True:
            state = await self._office.wait_newer(version)
            version = state.office.version
            for peer in self._peers.values():
                await self._shine(peer)

    async def _shine(self, peer: Peer) -> None:
        """Light or darken a rating pad when that is news to it."""
        if peer.unit.keypad:
            return
        opened = self._desk.current(peer.unit.counter) is not None
        if opened != peer.told_open and await self.say(peer, Rate(open=int(opened))):
            peer.told_open = opened
