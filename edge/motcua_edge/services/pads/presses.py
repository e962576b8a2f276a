"""A press of a pad becomes a rating, an officer's command, or a counted refusal: once."""

from collections import Counter
from typing import Final, Protocol

import msgspec

from motcua_edge.domain.commands import Command, GiveRating, RefusePress
from motcua_edge.domain.pads import meaning
from motcua_edge.domain.pads.frames import Press
from motcua_edge.domain.pads.presses import PressId, PressPad
from motcua_edge.domain.queue import open_at
from motcua_edge.domain.refusals import Refusal
from motcua_edge.services.office import OfficeService

AGAIN: Final = "again"
REFUSED: Final = "refused"
KEYPAD: Final = "keypad"


class Desk(Protocol):
    """Knows what may be rated at a counter, and seals what will be."""

    def pressed(self, counter: int, at: int) -> tuple[str, str] | None:
        """(ticket id, nonce) of the window of a counter that was open at `at` (UTC ms) and is."""
        ...

    def seal(self, ticket_id: str) -> str:
        """`nonce_sha256` for a Finish command."""
        ...


class Unit(msgspec.Struct, frozen=True):
    """A pad and the counter it belongs to."""

    name: str
    counter: int

    @property
    def keypad(self) -> bool:
        """Whether officers press it; else citizens do."""
        return self.name.partition("-")[0] == KEYPAD


class Presses:
    """Carries presses out. Its answers may be told to the pad: they are committed."""

    def __init__(self, office: OfficeService, desk: Desk) -> None:
        self._office = office
        self._desk = desk
        self.counts: Counter[str] = Counter()

    async def carry_out(self, unit: Unit, press: Press) -> str:
        """What became of a press: `rated`, `done`, `refused`, or `again` when it is not new.

        Raises:
            ValueError: It has no press id.
        """
        result = await self._once(unit, press)
        self.counts[result] += 1
        return result

    async def _once(self, unit: Unit, press: Press) -> str:
        identity = PressId.parse(press.i)
        if identity is None:
            msg = f"{unit.name}: {press.i!r} is no press id"
            raise ValueError(msg)
        if not identity.after(self._office.state.office.pads.get(unit.name, "")):
            return AGAIN
        meant = self._meant(unit, press)
        if isinstance(meant, meaning.Unmeant):
            return await self._refuse(unit, press, meant.cause)
        outcome = "done" if unit.keypad else "rated"
        try:
            await self._commit(unit, press, meant, outcome)
        except Refusal as refusal:
            return await self._refuse(unit, press, refusal.code.value)
        return outcome

    def _meant(self, unit: Unit, press: Press) -> Command | meaning.Unmeant:
        if press.age < 0:
            return meaning.Unmeant(meaning.UNKNOWN_AGE)
        return self._key(unit, press) if unit.keypad else self._rating(unit, press)

    def _rating(self, unit: Unit, press: Press) -> Command | meaning.Unmeant:
        level = meaning.rating_level(press.b)
        if level is None:
            return meaning.Unmeant(meaning.UNKNOWN_BUTTON)
        window = self._desk.pressed(unit.counter, self._office.now().wall - press.age)
        if window is None:
            return meaning.Unmeant(meaning.NOTHING_TO_RATE)
        ticket, nonce = window
        return GiveRating(ticket=ticket, nonce=nonce, level=level, device=unit.name)

    def _key(self, unit: Unit, press: Press) -> Command | meaning.Unmeant:
        if press.age > meaning.KEYPAD_AGE_MS:
            return meaning.Unmeant(meaning.TOO_LATE)
        state = self._office.state
        ticket = open_at(state, unit.counter)
        seal = self._desk.seal(ticket.id) if ticket else ""
        return meaning.keypad_command(state, unit.counter, press.b, nonce_sha256=seal)

    async def _refuse(self, unit: Unit, press: Press, cause: str) -> str:
        refusal = RefusePress(device=unit.name, counter=unit.counter, cause=cause)
        await self._commit(unit, press, refusal, REFUSED)
        return REFUSED

    async def _commit(self, unit: Unit, press: Press, act: Command, outcome: str) -> None:
        await self._office.execute(PressPad(pad=unit.name, press=press.i, act=act, outcome=outcome))
