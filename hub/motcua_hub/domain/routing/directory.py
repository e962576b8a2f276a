"""The directory as it stands on a day: units that end and are succeeded, contacts in order.

Days are local ISO dates, half-open: `begins` is the first day, `ends` the first day no more.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

Address = tuple[str, str]
"""Channel and address."""


class _Dated(msgspec.Struct, frozen=True, kw_only=True):
    begins: str = ""
    ends: str | None = None

    def stands(self, day: str) -> bool:
        """Whether it is valid on that day."""
        return self.begins <= day and (self.ends is None or day < self.ends)


class Unit(_Dated, frozen=True, kw_only=True):
    """Somebody who repairs, supports or must know."""

    id: int
    name: str
    short: str = ""
    successor: int | None = None

    @property
    def label(self) -> str:
        """The name where room is short."""
        return self.short or self.name


class Contact(_Dated, frozen=True, kw_only=True):
    """A person or a desk of a unit; `position` 1 is asked first.

    `successor` is the row that goes on from this one: with another number, or another person.
    """

    id: int
    unit: int
    position: int
    name: str
    duty: str = ""
    phones: tuple[str, ...] = ()
    channels: tuple[Address, ...] = ()
    successor: int | None = None


class Route(_Dated, frozen=True, kw_only=True):
    """Which unit answers at a tier for incidents that match; an empty field matches all.

    Attributes:
        severity: This one and worse ones; 4 is any.
        schedule: `working`, `off` or empty.
    """

    id: int
    tier: int
    unit: int
    responsible: str = ""
    cause: str = ""
    site: str = ""
    kind: str = ""
    severity: int = 4
    schedule: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's own order of telling; without any, its contacts are asked one after another.

    Attributes:
        wait_s: Seconds after the step before; working time except for severity 1.
        channel: How; empty: the contact's own choice.
        contact: Whom, or whoever goes on from that row.
        tier: Only where the unit is asked at this tier; 0: at any.
    """

    unit: int
    position: int
    wait_s: int
    contact: int
    channel: str = ""
    tier: int = 0


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """Who of a unit is on call in a session of a day."""

    unit: int
    day: str
    session: str
    contact: int


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """Everything people wrote down. `fallback` takes what has no route."""

    units: dict[int, Unit] = {}
    contacts: tuple[Contact, ...] = ()
    routes: tuple[Route, ...] = ()
    steps: tuple[Step, ...] = ()
    duties: tuple[Duty, ...] = ()
    fallback: int | None = None


class Fault(StrEnum):
    """What is wrong with a directory."""

    NO_SUCH_UNIT = "no_such_unit"
    NOT_YET = "not_yet"
    ENDED = "ended"
    CYCLE = "cycle"
    NO_CONTACT = "no_contact"
    NO_CHANNEL = "no_channel"
    AMBIGUOUS = "ambiguous"
    NO_REPAIRER = "no_repairer"
    NOBODY = "nobody"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A gap of the directory. `unit` and `tier` are 0 where it is about none."""

    fault: Fault
    tier: int = 0
    unit: int = 0
    name: str = ""


class Succession(msgspec.Struct, frozen=True, kw_only=True):
    """Who does a unit's work on a day: itself, its successor's successor, or nobody."""

    unit: Unit | None
    path: tuple[int, ...]
    fault: Fault | None = None


def succession(directory: Directory, unit: int, day: str) -> Succession:
    """Follow renamed and merged units until one stands on that day; a circle ends nowhere."""
    path: list[int] = []
    here: int | None = unit
    while here is not None:
        if here in path:
            return Succession(unit=None, path=(*path, here), fault=Fault.CYCLE)
        path.append(here)
        found = directory.units.get(here)
        if found is None:
            return Succession(unit=None, path=tuple(path), fault=Fault.NO_SUCH_UNIT)
        if found.stands(day):
            return Succession(unit=found, path=tuple(path))
        if day < found.begins:
            return Succession(unit=None, path=tuple(path), fault=Fault.NOT_YET)
        here = found.successor
    return Succession(unit=None, path=tuple(path), fault=Fault.ENDED)


def contacts_of(directory: Directory, unit: int, day: str) -> tuple[Contact, ...]:
    """A unit's contacts on a day, in order."""
    mine = (one for one in directory.contacts if one.unit == unit and one.stands(day))
    return tuple(sorted(mine, key=lambda one: (one.position, one.id)))


def following(directory: Directory, contact: int, day: str) -> Contact | None:
    """The row that stands on a day, from one that may have been changed since; None: nobody."""
    rows = {one.id: one for one in directory.contacts}
    seen: set[int] = set()
    here: int | None = contact
    while here is not None and here not in seen and here in rows:
        seen.add(here)
        if rows[here].stands(day):
            return rows[here]
        here = rows[here].successor
    return None


def circles(units: Iterable[Unit]) -> set[int]:
    """Units whose successors lead back to themselves."""
    after = {unit.id: unit.successor for unit in units}
    found: set[int] = set()
    for start in after:
        seen: set[int] = set()
        here = after.get(start)
        while here is not None and here not in seen:
            if here == start:
                found.add(start)
            seen.add(here)
            here = after.get(here)
    return found
