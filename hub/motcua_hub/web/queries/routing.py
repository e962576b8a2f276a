"""Who was told of an incident and who is next; who would be told; what the directory lacks."""

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.domain.availability.hours import ServiceHours
from motcua_hub.domain.routing.book import STEP, Timer
from motcua_hub.domain.routing.chain import (
    DEFAULT,
    OFF,
    Planned,
    Policy,
    session_of,
)
from motcua_hub.domain.routing.chain import (
    chain as planned,
)
from motcua_hub.domain.routing.directory import Contact, Directory, Unit
from motcua_hub.domain.routing.gaps import Gap, gaps
from motcua_hub.domain.routing.resolve import Question, Resolution, resolve
from motcua_hub.ledger.layers import hours_of
from motcua_hub.store import directory, escalations, outbox, schema
from motcua_hub.store.outbox import Standing


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a chain. `state` is pending, fired or cancelled; times are UTC ms."""

    number: int
    tier: int
    unit: str
    contact: str
    duty: str
    phones: tuple[str, ...]
    channels: tuple[str, ...]
    due_at: int
    state: str = "pending"
    ended_at: int | None = None


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """What was told of an incident and what will be.

    Attributes:
        phase: unrouted, swallowed, running, stopped, over; empty: nothing was decided yet.
        unit: Who has it; empty: nobody.
        steps: Of the chain that runs, or ran last.
        remind_at: When those who were told last hear it again; None: not any more.
        messages: Everything that was written about it, oldest first.
    """

    phase: str = ""
    unit: str = ""
    steps: tuple[Step, ...] = ()
    remind_at: int | None = None
    messages: tuple[Standing, ...] = ()


def chain(connection: Connection, incident: int) -> Chain:
    """The escalation of an incident, for its page."""
    place = escalations.place(connection, incident)
    if place is None:
        return Chain()
    held = directory.load(connection)
    timers = escalations.load(connection, incident).timers
    mine = [t for t in timers if (t.round, t.epoch) == (place.round, place.epoch)]
    steps = sorted((t for t in mine if t.kind == STEP), key=lambda t: (t.due_at, t.number))
    reminders = [t.due_at for t in mine if t.kind != STEP and t.state == "pending"]
    unit = held.units.get(place.unit or 0)
    return Chain(
        phase=place.phase.value,
        unit=unit.name if unit else "",
        steps=tuple(_step(held, timer) for timer in steps),
        remind_at=min(reminders, default=None),
        messages=tuple(outbox.of_incident(connection, incident)),
    )


def _step(held: Directory, one: Timer | Planned) -> Step:
    contact = next((c for c in held.contacts if c.id == one.contact), None)
    unit = held.units.get(one.unit or 0)
    more = {"state": one.state, "ended_at": one.ended_at} if isinstance(one, Timer) else {}
    made = {
        "number": one.number,
        "tier": one.tier,
        "unit": unit.name if unit else "",
        "contact": contact.name if contact else "",
        "duty": contact.duty if contact else "",
        "phones": contact.phones if contact else (),
        "channels": tuple(channel for channel, _, _ in one.told),
        "due_at": one.due_at,
        **more,
    }
    return msgspec.convert(made, type=Step)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Who would be told of an incident that begins at a moment."""

    found: Resolution
    steps: tuple[Step, ...]
    session: str


def who(  # noqa: PLR0917 - what an incident is
    connection: Connection, site: str, responsible: str, kind: str, severity: int, at: int
) -> Answer:
    """Ask the directory as the hub itself would; nothing is told to anybody."""
    held = directory.load(connection)
    hours = hours_of(connection, site or None)
    day, session = session_of(hours, at)
    asked = Question(
        site=site,
        day=day,
        responsible=responsible,
        kind=kind,
        severity=severity,
        working=session != OFF,
    )
    found = resolve(held, asked)
    steps = _planned(held, found, severity, DEFAULT, hours, at)
    return Answer(found=found, steps=steps, session=session)


def _planned(  # noqa: PLR0917 - passed on
    held: Directory,
    found: Resolution,
    severity: int,
    policy: Policy,
    hours: ServiceHours,
    at: int,
) -> tuple[Step, ...]:
    steps = planned(held, found, severity=severity, policy=policy, hours=hours, at=at)
    return tuple(_step(held, one) for one in sorted(steps, key=lambda s: (s.due_at, s.number)))


class UnitView(msgspec.Struct, frozen=True, kw_only=True):
    """A unit with its contacts of that day, and where it stands among others."""

    unit: Unit
    contacts: tuple[Contact, ...]
    successor: Unit | None
    before: tuple[Unit, ...]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The page of the directory on a day."""

    held: Directory
    units: tuple[UnitView, ...]
    past: tuple[UnitView, ...]
    gaps: tuple[Gap, ...]
    sites: dict[str, str]


def view(connection: Connection, day: str) -> View:
    """Everything, as it stands on a day."""
    held = directory.load(connection)
    sites = sites_of(connection)
    units = [unit_view(held, unit, day) for unit in held.units.values()]
    units.sort(key=lambda one: one.unit.name.casefold())
    return View(
        held=held,
        units=tuple(one for one in units if one.unit.ends is None or day < one.unit.ends),
        past=tuple(one for one in units if one.unit.ends is not None and one.unit.ends <= day),
        gaps=gaps(held, sites, day) if held.units else (),
        sites=sites,
    )


def unit_view(held: Directory, unit: Unit, day: str) -> UnitView:
    """One unit."""
    mine = [one for one in held.contacts if one.unit == unit.id and _live(one, day)]
    return UnitView(
        unit=unit,
        contacts=tuple(sorted(mine, key=lambda one: (one.position, one.id))),
        successor=held.units.get(unit.successor or 0),
        before=tuple(one for one in held.units.values() if one.successor == unit.id),
    )


def _live(contact: Contact, day: str) -> bool:
    return contact.ends is None or day < contact.ends


def sites_of(connection: Connection) -> dict[str, str]:
    """Open offices: id to name."""
    table = schema.site
    query = select(table.c.id, table.c.name).where(table.c.closed_at.is_(None))
    rows = connection.execute(query).all()
    return {row.id: row.name or row.id for row in sorted(rows, key=lambda row: row.name or row.id)}
