"""Fire alarm, cooling, generator, door: dry contacts of the building (R13)."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from motcua_contract.faults import find
from motcua_contract.sentences import say
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.steady import OK, Patience, Reading
from motcua_edge.drivers.contacts import Contacts
from motcua_edge.services.devices import Component

PATIENCE: Final = Patience(worse_ms=2_000, better_ms=5_000)


class Wired(msgspec.Struct, frozen=True, kw_only=True):
    """One contact. `rests_closed`: at rest it is closed, and a cut wire shows as an alarm."""

    component: Component
    kind: str
    label: str
    pin: int
    rests_closed: bool


class ContactsWatch:
    """Run it as a task, supervised: a board that fails is opened again."""

    def __init__(self, contacts: Contacts, wired: Sequence[Wired], every_s: float = 0.5) -> None:
        self._contacts = contacts
        self._wired = wired
        self._every_s = every_s

    async def run(self) -> None:
        """Look until cancelled; raises ContactsUnavailableError."""
        self._contacts.open([one.pin for one in self._wired])
        try:
            while True:
                await self.step()
                await asyncio.sleep(self._every_s)
        finally:
            self._contacts.close()

    async def step(self) -> None:
        """One look at every contact."""
        for one in self._wired:
            active = self._contacts.closed(one.pin) is not one.rests_closed
            await one.component.saw(_alarm(one) if active else OK)

    def numbers(self) -> Mapping[str, float]:
        """Whether each contact is active, by `contact-NAME.active`."""
        told = {one.component.name: one.component.told for one in self._wired}
        return {
            f"{name}.active": float(reading.state is not HealthState.OK)
            for name, reading in told.items()
            if reading is not None
        }


def _alarm(one: Wired) -> Reading:
    fault = find(one.component.name, one.kind)
    state = fault.state if fault else HealthState.PROBLEM
    return Reading(state, one.kind, say("contact", label=one.label, pin=one.pin))
