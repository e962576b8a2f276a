"""Availability as geometry and words: bars of time, shares, and figures that never round up."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Final

import msgspec

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.figures import Amounts, Figures, percent
from motcua_hub.domain.availability.view import MAINTENANCE, Band
from motcua_hub.web import localtime
from motcua_hub.web.views.charts import WIDTH, Tick, ticks

CLASS: Final = {
    State.UP.value: "ok",
    State.DOWN.value: "critical",
    State.UNKNOWN.value: "unknown",
    MAINTENANCE: "maintenance",
}
"""The look of each of the four states that people are shown."""
_WORST: Final = (State.DOWN.value, State.UNKNOWN.value, MAINTENANCE, State.UP.value)
_MOST_BOXES: Final = 400
_DAY: Final = 86_400_000
_MONTH_AT_MOST: Final = 40 * _DAY
_YEAR_AT_MOST: Final = 370 * _DAY


class Box(msgspec.Struct, frozen=True):
    """A stretch of one state on the bar; `since` and `until` are UTC ms."""

    x: float
    width: float
    state: str
    since: int
    until: int


class Bar(msgspec.Struct, frozen=True):
    """A period as a bar."""

    boxes: tuple[Box, ...]
    ticks: tuple[Tick, ...]


def bar(bands: Sequence[Band], period: tuple[int, int]) -> Bar:
    """The bar of a period. Of very many bands each column shows the worst that happened in it."""
    begin, end = period
    shown = bands if len(bands) <= _MOST_BOXES else _columns(bands, period)
    boxes = tuple(
        Box(
            _x(since, period),
            max(1.0, round(WIDTH * (until - since) / (end - begin), 1)),
            state,
            since,
            until,
        )
        for since, until, state in shown
    )
    # what went wrong is drawn last: a narrow outage lies over its neighbours
    order = {state: n for n, state in enumerate(reversed(_WORST))}
    return Bar(tuple(sorted(boxes, key=lambda box: (order[box.state], box.x))), marks(period))


def marks(period: tuple[int, int]) -> tuple[Tick, ...]:
    """Marks of the time axis: of long periods the months, of several years the years."""
    begin, end = period
    if end - begin <= _MONTH_AT_MOST:
        return ticks(begin, end)
    years = end - begin > _YEAR_AT_MOST
    found: list[Tick] = []
    first = localtime.at(begin)
    for number in range(first.year * 12 + first.month - 1, first.year * 12 + first.month + 71):
        moment = datetime(number // 12, number % 12 + 1, 1, tzinfo=localtime.ZONE)
        at = int(moment.timestamp()) * 1000
        if begin <= at < end and (not years or moment.month == 1):
            found.append(Tick(_x(at, period), moment.strftime("%Y" if years else "%m")))
    return tuple(found)


def _x(at: int, period: tuple[int, int]) -> float:
    begin, end = period
    return round(WIDTH * (at - begin) / (end - begin), 1)


def _columns(bands: Sequence[Band], period: tuple[int, int]) -> list[Band]:
    """Columns of equal time, neighbours of the same state joined."""
    begin, end = period
    edges = [begin + (end - begin) * n // WIDTH for n in range(WIDTH + 1)]
    found: list[Band] = []
    at = 0
    for since, until in pairwise(edges):
        while at < len(bands) and bands[at][1] <= since:
            at += 1
        state = _worst(bands, at, until)
        if found and found[-1][2] == state:
            found[-1] = (found[-1][0], until, state)
        else:
            found.append((since, until, state))
    return found


def _worst(bands: Sequence[Band], at: int, until: int) -> str:
    states: set[str] = set()
    while at < len(bands) and bands[at][0] < until:
        states.add(bands[at][2])
        at += 1
    return next((state for state in _WORST if state in states), State.UNKNOWN.value)


class Share(msgspec.Struct, frozen=True):
    """A part of the full time, from `x` for `width` of a bar 100 wide."""

    state: str
    x: float
    width: float
    length: int


def shares(amounts: Amounts) -> tuple[Share, ...]:
    """Up, planned, unknown and down of the full time, empty parts left out."""
    parts = (
        (State.UP.value, amounts.up),
        (MAINTENANCE, amounts.taken_out),
        (State.UNKNOWN.value, amounts.unknown),
        (State.DOWN.value, amounts.down),
    )
    found: list[Share] = []
    at = 0
    for state, length in parts:
        if length:
            x = 100 * at / amounts.full
            found.append(Share(state, round(x, 2), round(100 * length / amounts.full, 2), length))
            at += length
    return tuple(found)


def share_text(share: Fraction | None) -> str | None:
    """`99,9768 %`: cut, never rounded up; None where there is no figure."""
    told = percent(share)
    return None if told is None else told.replace(".", ",") + "\u00a0%"


class Told(msgspec.Struct, frozen=True):
    """Figures as texts; None where a figure does not exist. Lengths are ms."""

    availability: str | None
    coverage: str | None
    lower: str | None
    upper: str | None
    planned: str | None
    verdict: str
    amounts: Amounts
    shares: tuple[Share, ...]


def told(found: Figures) -> Told:
    """All figures of one period as people read them."""
    return Told(
        availability=share_text(found.availability),
        coverage=share_text(found.coverage),
        lower=share_text(found.lower),
        upper=share_text(found.upper),
        planned=share_text(found.planned_as_available),
        verdict=found.verdict.value,
        amounts=found.amounts,
        shares=shares(found.amounts),
    )
