"""Layers: sets of time that are independent of any state. What remains of a period is its base.

`F = P ∩ S ∩ L` is the full time: the period inside service hours and contract life. Approved
maintenance `M` and approved exclusions `X` (force majeure) taken out of it leave the base `B`.
"""

import msgspec

from motcua_hub.domain.availability.hours import ALWAYS, ServiceHours, service_time
from motcua_hub.domain.availability.intervals import (
    Interval,
    Spans,
    clip,
    difference,
    intersection,
    union,
)


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A maintenance window. Times are UTC ms.

    Attributes:
        announced_at: When users were told; None: not before it began.
        approved: Whether somebody who may approved it.
        approved_at: When; None: when it was announced.
        emergency: Needs no notice but a `second_approver`, and is told of in the report.
    """

    begin: int
    end: int
    announced_at: int | None = None
    approved: bool = True
    approved_at: int | None = None
    emergency: bool = False
    second_approver: str = ""


class Exclusion(msgspec.Struct, frozen=True, kw_only=True):
    """Time that counts for nobody: force majeure, with its reason. Times are UTC ms."""

    begin: int
    end: int
    reason: str = ""
    approved: bool = True
    approved_at: int | None = None


class Layers(msgspec.Struct, frozen=True, kw_only=True):
    """All layers of one target. `life` holds the contract's lives; None: as long as one looks.

    `windows` and `exclusions` are whatever was ever asked for; `shape` judges them.
    """

    hours: ServiceHours = ALWAYS
    windows: tuple[Window, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    life: tuple[Interval, ...] | None = None


class Shape(msgspec.Struct, frozen=True):
    """A period after its layers: full time, what is taken out of it, and what remains.

    `maintenance` and `excluded` are inside `full` and may overlap; `base` is full without both.
    `planned` is all maintenance in the period, also outside of `full`. `emergencies` are windows
    that count without notice.
    """

    period: Interval
    full: Spans
    maintenance: Spans
    excluded: Spans
    base: Spans
    planned: Spans = ()
    emergencies: tuple[Window, ...] = ()


def eligible(window: Window, notice: int, as_of: int | None = None) -> bool:
    """Whether a window counts as maintenance at all, by what was on record at `as_of`.

    One that nobody announced counts as announced when it began: enough only without notice.
    """
    if not _on_record(window, as_of):
        return False
    if window.emergency:
        return bool(window.second_approver)
    announced = window.begin if window.announced_at is None else window.announced_at
    return announced <= window.begin - notice


def _on_record(window: Window, as_of: int | None) -> bool:
    known = max(window.announced_at or 0, window.approved_at or 0)
    return window.approved and (as_of is None or known <= as_of)


def _granted(exclusion: Exclusion, as_of: int | None) -> bool:
    known = exclusion.approved_at or 0
    return exclusion.approved and (as_of is None or known <= as_of)


def shape(
    layers: Layers,
    period: Interval,
    notice: int,
    as_of: int | None = None,
    hours: Spans | None = None,
) -> Shape:
    """The period after its layers. `hours` may bring the service time, worked out for many."""
    service = service_time(layers.hours, period) if hours is None else clip(hours, period)
    full = service if layers.life is None else intersection(service, union(layers.life))
    counted = [each for each in layers.windows if eligible(each, notice, as_of)]
    granted = [each for each in layers.exclusions if _granted(each, as_of)]
    planned = clip(union((each.begin, each.end) for each in counted), period)
    maintenance = intersection(full, planned)
    excluded = intersection(full, union((each.begin, each.end) for each in granted))
    base = difference(full, union(maintenance, excluded)) if maintenance or excluded else full
    emergencies = tuple(each for each in counted if each.emergency)
    return Shape(period, full, maintenance, excluded, base, planned, emergencies)
