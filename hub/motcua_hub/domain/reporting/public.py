"""What citizens are told: services under the names they know, states, days, planned work. Pure.

Nothing here names a machine, an address or a device: names are those that somebody published, and
the only other words are states, times and classes of causes.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

import msgspec

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.figures import Amounts, measure, percent
from motcua_hub.domain.availability.incidents import incidents
from motcua_hub.domain.availability.intervals import Interval, clip, intersection, length
from motcua_hub.domain.availability.layers import Layers, Shape, eligible, shape
from motcua_hub.domain.availability.policy import DAY, Policy
from motcua_hub.domain.availability.timeline import Segments, spans_of
from motcua_hub.domain.reporting.finding import Attributed, cause_of
from motcua_hub.domain.reporting.periods import at, local_day

DAYS: Final = 90
RECENT: Final = 14 * DAY
STALE_AFTER: Final = 120_000
"""A snapshot older than this is told to be old, in ms."""
LONGEST_NAME: Final = 120
_ENOUGH: Final = Fraction(99, 100)
_LIKE_A_MACHINE: Final = re.compile(
    r"\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){3,}|://|@|\b[a-z0-9-]+\.[a-z0-9-]*[a-z]\b",
    re.IGNORECASE,
)


class Look(StrEnum):
    """What is shown of a service or a day. `none`: there was nothing to promise yet."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"
    MAINTENANCE = "maintenance"
    NONE = "none"


class Day(msgspec.Struct, frozen=True):
    """One local day: how it looked, and how long the service was down in it (ms)."""

    day: str
    look: Look
    down: int = 0


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """An interruption, UTC ms; `end` is None while it lasts."""

    name: str
    begin: int
    end: int | None
    cause: str


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Planned work on a service, UTC ms."""

    name: str
    begin: int
    end: int


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One service as citizens know it. `percent` is of the days shown, cut after four decimals."""

    name: str
    look: Look
    since: int
    days: tuple[Day, ...]
    percent: str | None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """All that the public page says, as of `made_at` (UTC ms)."""

    made_at: int
    services: tuple[Service, ...] = ()
    planned: tuple[Work, ...] = ()
    breaks: tuple[Break, ...] = ()

    @property
    def look(self) -> Look:
        """The worst of the services; what is not known is worse than what is planned."""
        found = {each.look for each in self.services}
        worst = (Look.DOWN, Look.UNKNOWN, Look.MAINTENANCE, Look.UP)
        return next((look for look in worst if look in found), Look.NONE)


def fit_name(text: str) -> str | None:
    """A public name; None for one that is empty, too long, or tells of a machine."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or _LIKE_A_MACHINE.search(name):
        return None
    return name


def look_now(state: State, layers: Layers, policy: Policy, now: int) -> Look:
    """How a service looks now: approved maintenance goes before whatever it is."""
    running = (each for each in layers.windows if each.begin <= now < each.end)
    if any(eligible(each, policy.notice, now) for each in running):
        return Look.MAINTENANCE
    return Look(state.value)


def span(now: int) -> Interval:
    """The days that are shown: the last ninety local ones, today as far as it went."""
    return at(local_day(now) - timedelta(days=DAYS - 1)), now


def days(line: Segments, layers: Layers, policy: Policy, now: int) -> tuple[Day, ...]:
    """The days of a time line, the oldest first."""
    first = local_day(now) - timedelta(days=DAYS - 1)
    found = []
    for number in range(DAYS):
        begin, end = (at(first + timedelta(days=number + more)) for more in (0, 1))
        period = (begin, max(begin, min(end, now)))
        shaped = shape(layers, period, policy.notice, now)
        amounts = measure(line, shaped)
        day = (first + timedelta(days=number)).isoformat()
        found.append(Day(day, _look(amounts), amounts.down))
    return tuple(found)


def _look(amounts: Amounts) -> Look:
    if amounts.full == 0:
        return Look.NONE
    if amounts.base == 0:
        return Look.MAINTENANCE
    if amounts.down:
        return Look.DOWN
    known = Fraction(amounts.up, amounts.base)
    return Look.UP if known >= _ENOUGH else Look.UNKNOWN


def share(line: Segments, layers: Layers, policy: Policy, now: int) -> str | None:
    """The availability of the days shown; None when too little is known to tell one."""
    amounts = measure(line, shape(layers, span(now), policy.notice, now))
    known = amounts.up + amounts.down
    if not amounts.base or Fraction(known, amounts.base) < _ENOUGH:
        return None
    return percent(Fraction(amounts.up, known))


def breaks(
    name: str,
    line: Segments,
    shaped: Shape,
    policy: Policy,
    attributed: Sequence[Attributed],
) -> Iterable[Break]:
    """Interruptions that count, of the time that `shaped` is about."""
    down = spans_of(line, State.DOWN)
    for each in incidents(line, policy.merge_gap):
        counted = length(intersection(shaped.base, clip(down, (each.begin, each.end))))
        if counted:
            pieces = [s for s in line if s.state is State.DOWN and each.begin <= s.begin < each.end]
            yield Break(
                name=name,
                begin=each.begin,
                end=each.end if each.ended else None,
                cause=cause_of(pieces[0], attributed),
            )


def planned(name: str, layers: Layers, policy: Policy, now: int) -> Iterable[Work]:
    """Windows that are agreed to, announced, and not over."""
    for each in layers.windows:
        if each.end > now and eligible(each, policy.notice, now):
            yield Work(name=name, begin=each.begin, end=each.end)
