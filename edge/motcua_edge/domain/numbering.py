"""Numbers: series, labels, ticket codes. A series never wraps; it overflows into the next one."""

from typing import Final

import msgspec

from motcua_contract.facts.office import SeriesOverflowed
from motcua_contract.siteconfig import ServiceField, SiteConfig
from motcua_contract.vocabulary import Priority
from motcua_edge.domain.model import Series

TEST_SERIES: Final = "TEST"
_SHORT: Final = 3


class NextNumber(msgspec.Struct, frozen=True):
    """A free number, and the overflow that led to it, if any."""

    series: str
    number: int
    label: str
    overflow: SeriesOverflowed | None = None


def series_key(day: str, name: str) -> str:
    """Key of a series in the state: `2026-11-23/A`."""
    return f"{day}/{name}"


def base_series(field: ServiceField, priority: Priority, *, test: bool) -> str:
    """The series that a new ticket starts looking in."""
    if test:
        return TEST_SERIES
    if priority is not Priority.NONE and field.priority_series is not None:
        return field.priority_series
    return field.series


def site_series(site: SiteConfig) -> tuple[str, ...]:
    """Every series that a site may have given numbers of, overflows left out."""
    named = [field.series for field in site.services]
    favoured = [field.priority_series for field in site.services if field.priority_series]
    return tuple(dict.fromkeys([*named, *favoured, TEST_SERIES]))


def width(field: ServiceField, base: str) -> int:
    """Digits after the series name. A digit series is `1001`: four digits, the field's first."""
    return _SHORT if base.isdigit() or base == TEST_SERIES else field.digits


def label_of(base: str, series: str, number: int, digits: int) -> str:
    """`A015`, `1001`; `A2-001` once the series has overflowed; `TEST-001`."""
    if series == base and base != TEST_SERIES:
        return f"{series}{number:0{digits}d}"
    return f"{series}-{number:0{digits}d}"


def ticket_code(day: str, label: str) -> str:
    """The ticket's id: `20261123-A015`."""
    return f"{day.replace('-', '')}-{label}"


def next_number(series: dict[str, Series], day: str, base: str, digits: int) -> NextNumber:
    """The next free number of `base` on `day`, in its newest overflow series."""
    generation = 1
    while series_key(day, _named(base, generation + 1)) in series:
        generation += 1
    name = _named(base, generation)
    known = series.get(series_key(day, name))
    number = known.last + 1 if known else 1
    if number < 10**digits:
        return NextNumber(name, number, label_of(base, name, number, digits))
    following = _named(base, generation + 1)
    overflow = SeriesOverflowed(day=day, series=name, next_series=following)
    return NextNumber(following, 1, label_of(base, following, 1, digits), overflow)


def _named(base: str, generation: int) -> str:
    return base if generation == 1 else f"{base}{generation}"
