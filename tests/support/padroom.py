"""A hall with a rating pad and a keypad, whose sessions are the firmware's own."""

import asyncio
import itertools

from motcua_edge.domain.commands import Finish
from motcua_edge.drivers.pads import FakeLines
from motcua_edge.services.pads import Exchange, Peer, Presses, Unit
from motcua_edge.services.rating_desk import RatingDesk
from support.hall import Hall
from support.padvoice import PadVoice

KEYS = {"pad-1": bytes(range(32)), "keypad-2": bytes(range(32, 64))}
_COUNT = itertools.count(1)


class Room:
    """A hall with a rating pad at counter 1 and a keypad at counter 2."""

    def __init__(self, shipped: str = "") -> None:
        self.hall = Hall()
        self.lines = FakeLines()
        self.desk = RatingDesk(self.hall.office, b"secret")
        self.peers = {
            name: Peer(Unit(name, int(name[-1])), key, self.hall.health, lambda: self.mono, shipped)
            for name, key in KEYS.items()
        }
        self.presses = Presses(self.hall.office, self.desk)
        self.exchange = self.made()
        self.pad = PadVoice(self.lines, "usb1", "pad-1", KEYS["pad-1"])
        self.keypad = PadVoice(self.lines, "usb2", "keypad-2", KEYS["keypad-2"])

    @property
    def mono(self) -> int:
        return self.hall.clock.mono

    def made(self) -> Exchange:
        return Exchange(
            office=self.hall.office,
            desk=self.desk,
            presses=self.presses,
            peers=self.peers,
            lines=[self.lines],
            fresh=lambda size: next(_COUNT).to_bytes(size, "big").hex(),
        )

    async def settled(self) -> None:
        """Everything that was said has been acted upon."""
        for _ in range(20):
            await asyncio.sleep(0)  # a turn for every task
        assert self.exchange._arrived.empty()

    async def connect(self, voice: PadVoice, **about: object) -> None:
        self.lines.plug(voice.link)
        voice.hello(**about)
        await self.settled()
        assert [body["t"] for body in voice.heard()][-1] == "welcome"
        voice.beat()
        await self.settled()
        assert "pong" in [body["t"] for body in voice.heard()]

    async def served(self, counter: int = 1) -> str:
        await self.hall.issue()
        ticket = await self.hall.call(counter)
        await self.hall.start(ticket)
        await self.hall.office.execute(
            Finish(
                ticket=ticket.id,
                counter=counter,
                officer=f"officer-{counter}",
                outcome="done",
                nonce_sha256=self.desk.seal(ticket.id),
            )
        )
        return ticket.id

    def acks(self, voice: PadVoice) -> list[tuple[str, str]]:
        return [(body["i"], body["r"]) for body in voice.heard() if body["t"] == "ack"]

    @property
    def codes(self) -> list[tuple[str, str, str]]:
        return [(name, state.value, code) for name, state, code in self.hall.health.notes]
