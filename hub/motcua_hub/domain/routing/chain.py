"""The chain of an incident: who is told when, unless somebody takes it on before.

Severity 1 runs on the clock; the team of the site and the unit that repairs hear of it at once.
Everything else waits for service hours, unless it is severity 2 and the unit has somebody on call
outside of them. Severity 4 tells the first contact and no more.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from motcua_hub.domain.availability.hours import (
    NoServiceHoursError,
    ServiceHours,
    due,
    service_time,
)
from motcua_hub.domain.routing.directory import Address, Contact, Directory, following
from motcua_hub.domain.routing.resolve import REPAIRS, Resolution, Routed

OFF: Final = "off"
MORNING: Final = "morning"
AFTERNOON: Final = "afternoon"
SESSIONS: Final = (MORNING, AFTERNOON, OFF)
_NOON: Final = 12
_URGENT: Final = 1
_ON_CALL: Final = 2
_LOW: Final = 4
_S: Final = 1000

Told = tuple[str, str, str]
"""Channel, address, and whose it is."""


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds: between contacts of a unit, between units, and between reminders."""

    step_s: int
    tier_s: int
    remind_s: int


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How patient the chain is, by severity. `settle_ms` lets a parent incident be found first."""

    waits: dict[int, Waits]
    settle_ms: int = 10_000
    reminders: int = 12


DEFAULT: Final = Policy(
    waits={
        1: Waits(step_s=300, tier_s=300, remind_s=3_600),
        2: Waits(step_s=600, tier_s=900, remind_s=7_200),
        3: Waits(step_s=1_800, tier_s=3_600, remind_s=14_400),
        4: Waits(step_s=14_400, tier_s=14_400, remind_s=28_800),
    }
)
"""Where a unit wrote down no order of its own (its steps). Part of the design: R16 and R19 want the
second number asked “in N min” and the repairer “on time”, within the 15 min/30 min/4 h in which
each severity was to be taken on at first."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a chain; `number` counts from 1, `due_at` is UTC ms."""

    number: int
    tier: int
    unit: int
    contact: int
    due_at: int
    told: tuple[Told, ...]


def session_of(hours: ServiceHours, at: int) -> tuple[str, str]:
    """The local day, and morning, afternoon or off."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(hours.zone))
    if not service_time(hours, (at, at + 1)):
        return local.date().isoformat(), OFF
    return local.date().isoformat(), MORNING if local.hour < _NOON else AFTERNOON


def later(hours: ServiceHours, severity: int, at: int, wait_s: int) -> int:
    """A moment after a wait: of the clock for severity 1, of service hours for the others.

    A calendar without any hours is no reason to tell nobody: then the clock counts too.
    """
    if severity <= _URGENT:
        return at + wait_s * _S
    try:
        return due(hours, at, wait_s * _S)
    except NoServiceHoursError:
        return at + wait_s * _S


def on_duty(directory: Directory, unit: int, session: tuple[str, str]) -> int | None:
    """The contact of a unit that is on call in a session of a day."""
    day, _ = session
    for duty in directory.duties:
        if duty.unit == unit and (duty.day, duty.session) == session:
            contact = following(directory, duty.contact, day)
            return duty.contact if contact is None else contact.id
    return None


class _Pace(msgspec.Struct, frozen=True, kw_only=True):
    directory: Directory
    severity: int
    hours: ServiceHours
    waits: Waits

    def later(self, at: int, wait_s: int) -> int:
        return later(self.hours, self.severity, at, wait_s)

    def on_duty(self, unit: int, at: int) -> int | None:
        """The contact on call in the session of that moment."""
        return on_duty(self.directory, unit, session_of(self.hours, at))

    def begins(self, unit: int, at: int) -> int:
        """When a unit's turn begins: at once, or with the next session."""
        if self.severity <= _ON_CALL and self.on_duty(unit, at) is not None:
            return at
        return self.later(at, 0)


def chain(
    directory: Directory,
    found: Resolution,
    *,
    severity: int,
    policy: Policy,
    hours: ServiceHours,
    at: int,
    but: Iterable[Address] = (),
) -> tuple[Planned, ...]:
    """All steps, tier after tier.

    Args:
        directory: For the units' own orders and people on call.
        found: Who answers.
        severity: 1 to 4.
        policy: How patient.
        hours: Service hours of the site.
        at: When it starts, UTC ms.
        but: Addresses that were told already; a step that reaches nobody else is left out.
    """
    waits = policy.waits[severity]
    pace = _Pace(directory=directory, severity=severity, hours=hours, waits=waits)
    done: set[Address] = set(but)
    planned: list[Planned] = []
    start = at
    for routed in found.routed:
        if severity <= _URGENT and routed.tier <= REPAIRS:
            # nobody waits until the team of the site has given up
            start = at
        steps = _steps(pace, routed, pace.begins(routed.unit.id, start))
        for contact, channel, moment in steps:
            told = _told(contact, channel, severity, done)
            if told:
                planned.append(_planned(len(planned) + 1, routed, contact, moment, told))
        start = pace.later(steps[-1][2], waits.tier_s) if steps else start
    return tuple(planned[:1]) if severity >= _LOW else tuple(planned)


def _planned(
    number: int, routed: Routed, contact: Contact, due_at: int, told: tuple[Told, ...]
) -> Planned:
    return Planned(
        number=number,
        tier=routed.tier,
        unit=routed.unit.id,
        contact=contact.id,
        due_at=due_at,
        told=told,
    )


def _steps(pace: _Pace, routed: Routed, at: int) -> list[tuple[Contact, str, int]]:
    """Contact, channel and moment: whoever is on call first, then the unit's own order."""
    people = {one.id: one for one in routed.contacts}
    first = people.get(pace.on_duty(routed.unit.id, at) or 0)
    day, _ = session_of(pace.hours, at)
    order = _own_order(pace.directory, routed, day)
    order = order or [(pace.waits.step_s, "", one) for one in routed.contacts]
    if first is not None:
        rest = [one for one in order if one[2].id != first.id]
        rest[:1] = [(wait_s or pace.waits.step_s, way, one) for wait_s, way, one in rest[:1]]
        order = [(0, "", first), *rest]
    found: list[tuple[Contact, str, int]] = []
    moment = at
    for index, (wait_s, channel, contact) in enumerate(order):
        # the first of a unit is told as soon as its turn comes
        moment = pace.later(moment, wait_s) if index else moment
        found.append((contact, channel, moment))
    return found


def _own_order(directory: Directory, routed: Routed, day: str) -> list[tuple[int, str, Contact]]:
    """What was written for this tier, else for any; contacts as they are that day."""
    people = {one.id: one for one in routed.contacts}
    mine = [step for step in directory.steps if step.unit == routed.unit.id]
    mine = [s for s in mine if s.tier == routed.tier] or [s for s in mine if not s.tier]
    found: list[tuple[int, str, Contact]] = []
    for step in sorted(mine, key=lambda s: s.position):
        contact = following(directory, step.contact, day)
        if contact is not None and contact.id in people:
            found.append((step.wait_s, step.channel, people[contact.id]))
    return found


def _told(contact: Contact, channel: str, severity: int, done: set[Address]) -> tuple[Told, ...]:
    """A contact's addresses for this step; severity 1 takes every way there is."""
    ways: Sequence[Address] = [way for way in contact.channels if not channel or way[0] == channel]
    ways = ways or contact.channels
    if severity > _URGENT:
        ways = ways[:1]
    new = [way for way in ways if way not in done]
    done.update(new)
    return tuple((name, address, contact.name) for name, address in new)
