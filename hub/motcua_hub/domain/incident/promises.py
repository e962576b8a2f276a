"""Within how long incidents are taken on and repaired: a policy, and contracts that say otherwise.

A version holds for incidents opened from its moment on; an older incident keeps what it was given.
There may be one for everything and others for a unit (its contract), a class of repairers, a site,
or any of these together. Of those that fit, the most specific decides: the unit's before the
site's, the site's before the class's. What nobody wrote down is `BUILT_IN`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from motcua_hub.domain.availability.hours import ServiceHours, due
from motcua_hub.domain.incident.vocabulary import Severity

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
PROMISED: Final = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)
"""News (severity 4) asks for nothing, so nothing is promised for it."""
LONGEST: Final = 366 * 24 * HOUR
MIN_REASON: Final = 5
MAX_REASON: Final = 400


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """What is promised for one severity.

    Attributes:
        severity: 1 to 3.
        acknowledge: Within so many ms somebody takes it on.
        repair: Within so many ms it is repaired.
        clock: Counted by the clock; otherwise in the working time of the office.
    """

    severity: int
    acknowledge: int
    repair: int
    clock: bool = False


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What a promise is for; what an empty field does not ask for, any will do."""

    unit: int | None = None
    responsible: str = ""
    site: str = ""

    @property
    def everything(self) -> bool:
        """Whether it asks for nothing."""
        return self == Scope()


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A promise from a moment on (UTC ms), who made it and why; without terms it ends one."""

    id: int
    scope: Scope = Scope()
    begins: int = 0
    terms: tuple[Term, ...] = ()
    reason: str = ""
    made_at: int = 0
    made_by: str = ""

    def term(self, severity: int) -> Term | None:
        """What it says of a severity."""
        return next((one for one in self.terms if one.severity == severity), None)


BUILT_IN: Final = Version(
    id=0,
    terms=(
        Term(severity=1, acknowledge=15 * MINUTE, repair=4 * HOUR, clock=True),
        Term(severity=2, acknowledge=30 * MINUTE, repair=8 * HOUR),
        Term(severity=3, acknowledge=4 * HOUR, repair=24 * HOUR),
    ),
)
"""What the program brings, until the province decides otherwise."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What decides which promise an incident gets. `opened_at` is UTC ms."""

    severity: int
    opened_at: int
    responsible: str = ""
    site: str = ""
    unit: int | None = None


class Found(msgspec.Struct, frozen=True):
    """The version that decides, and what it says."""

    version: Version
    term: Term


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """All versions. `successors`: who took a unit's work over, and its contracts with it."""

    versions: tuple[Version, ...] = ()
    successors: Mapping[int, int | None] = {}

    @property
    def special(self) -> bool:
        """Whether anything has a promise of its own."""
        return any(not each.scope.everything for each in self.versions)

    def in_force(self, at: int) -> tuple[Version, ...]:
        """The newest version of every scope at a moment; those that end one are left out."""
        newest = {Scope(): BUILT_IN}
        for each in sorted(self.versions, key=lambda one: (one.begins, one.id)):
            if each.begins <= at:
                newest[each.scope] = each
        return tuple(each for each in newest.values() if each.terms)

    def find(self, case: Case) -> Found | None:
        """What an incident is promised; None: nothing."""
        found: list[tuple[tuple[int, ...], Found]] = []
        for version in self.in_force(case.opened_at):
            rank = self._rank(version.scope, case)
            term = version.term(case.severity)
            if rank is not None and term is not None:
                found.append((rank, Found(version, term)))
        return max(found, key=lambda one: one[0])[1] if found else None

    def _rank(self, scope: Scope, case: Case) -> tuple[int, ...] | None:
        """How specific a scope is for a case; None: it is about something else."""
        near = 0 if scope.unit is None else self._near(scope.unit, case.unit)
        others = ((scope.site, case.site), (scope.responsible, case.responsible))
        if near is None or any(mine and mine != theirs for mine, theirs in others):
            return None
        return (near, int(bool(scope.site)), int(bool(scope.responsible)))

    def _near(self, unit: int, wanted: int | None) -> int | None:
        """Large when it is the very unit, less when that one succeeded it, None otherwise."""
        here: int | None = unit
        for steps in range(len(self.successors) + 1):
            if here is None:
                return None
            if here == wanted:
                return len(self.successors) + 1 - steps
            here = self.successors.get(here)
        return None


class Promised(msgspec.Struct, frozen=True, kw_only=True):
    """What one incident was promised, as it was when it was given. Times are UTC ms.

    Attributes:
        version: Which; 0 is what the program brings.
        since: What the deadlines count from: for a unit's own contract the moment at which it got
            the incident, otherwise `base`.
        base: When the incident began to be as bad as it is: opened, worse, down again, reopened.
    """

    version: int
    since: int
    base: int
    acknowledge: int
    repair: int
    clock: bool = False
    unit: int | None = None
    responsible: str = ""
    site: str = ""


def promised(found: Found, base: int, held_since: int | None) -> Promised:
    """The words that go with an incident's deadlines."""
    scope, term = found.version.scope, found.term
    since = base if scope.unit is None else max(base, held_since or base)
    return Promised(
        version=found.version.id,
        since=since,
        base=base,
        acknowledge=term.acknowledge,
        repair=term.repair,
        clock=term.clock,
        unit=scope.unit,
        responsible=scope.responsible,
        site=scope.site,
    )


class Deadlines(msgspec.Struct, frozen=True):
    """Until when (UTC ms), and why; None where nothing is promised."""

    acknowledge: int | None = None
    repair: int | None = None
    promise: Promised | None = None


def deadlines(promise: Promised, hours: ServiceHours) -> Deadlines:
    """The deadlines that follow.

    Raises:
        NoServiceHoursError: The calendar holds no working time; see `availability.hours.due`.
    """

    def end(length: int) -> int:
        by_clock = promise.clock
        return promise.since + length if by_clock else due(hours, promise.since, length)

    return Deadlines(end(promise.acknowledge), end(promise.repair), promise)


class PromiseRefusal(ValueError):  # noqa: N818 - a refusal is no error of the program
    """It cannot be promised; `code` is the key of a text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _refuse(code: str, *, when: bool) -> None:
    if when:
        raise PromiseRefusal(f"promise.refused.{code}")


def checked(scope: Scope, terms: Sequence[Term], reason: str) -> str:
    """Whether this can be promised; the reason, in one piece. Raises PromiseRefusal."""
    severities = [one.severity for one in terms]
    _refuse("twice", when=len(severities) != len(set(severities)))
    _refuse("severity", when=not set(severities) <= {int(one) for one in PROMISED})
    whole = len(severities) == len(PROMISED)
    _refuse("whole", when=scope.everything and not whole)
    for one in terms:
        shortest, longest = sorted((one.acknowledge, one.repair))
        _refuse("length", when=shortest < MINUTE or longest > LONGEST)
        _refuse("order", when=one.acknowledge > one.repair)
        _refuse("clock", when=one.severity == Severity.CRITICAL and not one.clock)
    words = " ".join(reason.split())
    _refuse("reason", when=not MIN_REASON <= len(words) <= MAX_REASON)
    return words


def begins_on(day: str, now: int) -> int:
    """From when a version holds: today from now on, later days from midnight. PromiseRefusal."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError as error:
        code = "promise.refused.day"
        raise PromiseRefusal(code) from error
    midnight = round(datetime.combine(wanted, time(), ZONE).timestamp() * 1000)
    today = datetime.fromtimestamp(now / 1000, ZONE).date()
    _refuse("past", when=wanted < today)
    _refuse("day", when=wanted.year > today.year + 5)
    return max(midnight, now)


def terms_of(said: Iterable[Term]) -> tuple[Term, ...]:
    """The terms of a version, the worst severity first."""
    return tuple(sorted(said, key=lambda one: one.severity))
