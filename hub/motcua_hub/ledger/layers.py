"""The layers of targets, from what people wrote down: hours, maintenance, exclusions, life.

`layers_of` is for one target; whoever asks for many makes one `LayerBook` and asks that. With
`as_of` it is what was on record then, so that a report can be computed again.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from sqlalchemy import Connection

from motcua_contract.holidays import Year
from motcua_hub.domain.availability.hours import ALWAYS, ServiceHours, service_time
from motcua_hub.domain.availability.intervals import Interval, Spans
from motcua_hub.domain.availability.layers import Exclusion, Layers, Window
from motcua_hub.domain.calendar.planned import (
    Excluded,
    Maintenance,
    Scope,
    ScopeKind,
    as_exclusion,
    as_window,
)
from motcua_hub.domain.calendar.years import hours
from motcua_hub.ledger.described import Places, rows
from motcua_hub.store import calendars, plans
from motcua_hub.store.calendars import EVERYWHERE, Shifts

_FOR_EVER: Final = 2**53
_OFFICE_KINDS: Final = ("device",)
_Layer = TypeVar("_Layer", Window, Exclusion)


class Basis(StrEnum):
    """Which time a target has to work in."""

    CONTRACT = "contract"
    """What its kind promises: devices of an office in its hours, all others around the clock."""
    ALWAYS = "always"
    OFFICE = "office"


class Placed(Protocol):
    """What is needed of a row of `target`."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def kind(self) -> str:
        """`server`, `site_link`, `device` or `service`."""

    @property
    def site(self) -> str | None:
        """The office it belongs to, if any."""

    @property
    def life_begin(self) -> int:
        """When its contract begins."""

    @property
    def life_end(self) -> int | None:
        """When it ends; None: not yet."""


class LayerBook:
    """Everything that people wrote down, read once."""

    def __init__(
        self,
        *,
        years: Iterable[Year],
        shifts: Mapping[str, Shifts],
        windows: Iterable[Maintenance],
        exclusions: Iterable[Excluded],
        places: Places,
        as_of: int | None = None,
    ) -> None:
        self._years = tuple(years)
        self._shifts = shifts
        self._places = places
        told = ((plan.scopes, as_window(plan, as_of)) for plan in windows)
        self._windows = [(scopes, found) for scopes, found in told if found is not None]
        granted = ((plan.scopes, as_exclusion(plan, as_of)) for plan in exclusions)
        self._exclusions = [(scopes, found) for scopes, found in granted if found is not None]
        self._hours: dict[Shifts, ServiceHours] = {}
        self._service: dict[tuple[Shifts, Interval], Spans] = {}

    def hours(self, site: str | None) -> ServiceHours:
        """The service hours of an office; of the province where there is none."""
        held = self._held(site)
        if held not in self._hours:
            self._hours[held] = hours(self._years, held.shifts, always=held.always)
        return self._hours[held]

    def service(self, site: str | None, period: Interval) -> Spans:
        """The service time of a period, worked out once for all offices with the same shifts."""
        key = (self._held(site), period)
        if key not in self._service:
            self._service[key] = service_time(self.hours(site), period)
        return self._service[key]

    def of(self, target: Placed, basis: Basis = Basis.CONTRACT) -> Layers:
        """The layers of a target."""
        end = _FOR_EVER if target.life_end is None else target.life_end
        return Layers(
            hours=self.hours(target.site) if by_office(target, basis) else ALWAYS,
            windows=tuple(self._mine(self._windows, target)),
            exclusions=tuple(self._mine(self._exclusions, target)),
            life=((target.life_begin, end),) if target.life_begin < end else (),
        )

    def _held(self, site: str | None) -> Shifts:
        return self._shifts.get(site or EVERYWHERE, self._shifts[EVERYWHERE])

    def _mine(
        self, layers: list[tuple[tuple[Scope, ...], _Layer]], target: Placed
    ) -> Iterable[_Layer]:
        for scopes, layer in layers:
            if any(self._covers(scope, target, layer.begin) for scope in scopes):
                yield layer

    def _covers(self, scope: Scope, target: Placed, at: int) -> bool:
        """Whether a plan that began at `at` is about a target."""
        known = target.id in self._places
        match scope.kind:
            case ScopeKind.EVERYTHING:
                return True
            case ScopeKind.SITE:
                return scope.key == (self._places.site(target.id, at) if known else target.site)
            case ScopeKind.BRANCH:
                return scope.key in (target.id, *self._places.line(target.id, at))
            case ScopeKind.TARGET:
                return scope.key == target.id


def by_office(target: Placed, basis: Basis) -> bool:
    """Whether a target's time is that of an office."""
    if basis is Basis.CONTRACT:
        return target.kind in _OFFICE_KINDS
    return basis is Basis.OFFICE


def book(
    connection: Connection,
    as_of: int | None = None,
    since: int | None = None,
    places: Places | None = None,
) -> LayerBook:
    """Everything on record; `since` leaves out plans that ended before.

    A plan for an office or a branch is about what stood there, or was below it, when it began.
    """
    numbers = calendars.numbers(connection)
    return LayerBook(
        years=[held.days for held in calendars.years(connection, numbers, as_of).values()],
        shifts=calendars.shifts(connection, as_of),
        windows=plans.windows(connection, since),
        exclusions=plans.exclusions(connection, since),
        places=places or Places(rows(connection, as_of, light=True)),
        as_of=as_of,
    )


def layers_of(
    connection: Connection,
    target: Placed,
    basis: Basis = Basis.CONTRACT,
    as_of: int | None = None,
) -> Layers:
    """The layers of one target."""
    return book(connection, as_of).of(target, basis)


def hours_of(connection: Connection, site: str | None, as_of: int | None = None) -> ServiceHours:
    """The working hours of an office (None: of the province), for deadlines: see `hours.due`."""
    numbers = calendars.numbers(connection)
    held = calendars.shifts(connection, as_of)
    mine = held.get(site or EVERYWHERE, held[EVERYWHERE])
    days = [found.days for found in calendars.years(connection, numbers, as_of).values()]
    return hours(days, mine.shifts, always=mine.always)
