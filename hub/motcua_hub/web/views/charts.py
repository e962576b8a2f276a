"""Charts as geometry: the server draws them as SVG, so that they need no script and can be printed.

Coordinates are in a box of WIDTH by a height; templates only write them down.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.spans import Piece, shares
from motcua_hub.store.numbers import Point
from motcua_hub.web import localtime

WIDTH: Final = 720
LINE_HEIGHT: Final = 96
_PAD: Final = 6
_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS
_EVERY: Final = (
    (2 * _HOUR_MS, _HOUR_MS // 6, "%H:%M"),
    (2 * _DAY_MS, 6 * _HOUR_MS, "%H:%M"),
    (10 * _DAY_MS, _DAY_MS, "%d/%m"),
)
_FAR: Final = (5 * _DAY_MS, "%d/%m")
_ZONE_MS: Final = 7 * _HOUR_MS
"""Ticks fall on local hours and midnights; the zone has no summer time."""


class Tick(msgspec.Struct, frozen=True):
    """A mark of the time axis."""

    x: float
    label: str


class Box(msgspec.Struct, frozen=True):
    """A stretch of one state; `since` and `until` are UTC ms."""

    x: float
    width: float
    state: HealthState
    code: str
    since: int
    until: int


class Band(msgspec.Struct, frozen=True):
    """A component's states over time; `shares` from 0 to 1, the largest first."""

    boxes: tuple[Box, ...]
    ticks: tuple[Tick, ...]
    shares: tuple[tuple[HealthState, float], ...]


class Line(msgspec.Struct, frozen=True):
    """Numbers over time: `path` is the mean, `area` from lowest to highest of each interval."""

    quantity: str
    path: str
    area: str
    low: float
    high: float
    last: float
    ticks: tuple[Tick, ...]


def ticks(begin: int, end: int) -> tuple[Tick, ...]:
    """Marks on round local times."""
    span = end - begin
    step, form = next(((step, form) for most, step, form in _EVERY if span <= most), _FAR)
    first = -(-(begin + _ZONE_MS) // step) * step - _ZONE_MS
    return tuple(
        Tick(_x(at, begin, end), localtime.at(at).strftime(form)) for at in range(first, end, step)
    )


def _x(at: int, begin: int, end: int) -> float:
    return round(WIDTH * (at - begin) / (end - begin), 1)


def band(pieces: Sequence[Piece], begin: int, end: int) -> Band:
    """A state band; a piece too short to be seen is drawn one unit wide."""
    boxes = tuple(
        Box(
            _x(piece.since, begin, end),
            max(1.0, round(WIDTH * (piece.until - piece.since) / (end - begin), 1)),
            piece.state,
            piece.code,
            piece.since,
            piece.until,
        )
        for piece in pieces
    )
    order = sorted(shares(pieces).items(), key=lambda item: -item[1])
    return Band(boxes, ticks(begin, end), tuple(order))


def line(quantity: str, points: Sequence[Point], begin: int, end: int, step_ms: int) -> Line | None:
    """A line chart, broken where numbers are missing; None without points."""
    inside = [point for point in points if begin <= point.at <= end]
    if not inside:
        return None
    low, high = min(point.low for point in inside), max(point.high for point in inside)
    runs = _runs(inside, step_ms)
    scale = _Scale(low, high, begin, end)
    return Line(
        quantity,
        " ".join(scale.path([(point.at, point.mean) for point in run]) for run in runs),
        " ".join(scale.area(run) for run in runs if low < high),
        low,
        high,
        inside[-1].last,
        ticks(begin, end),
    )


def _runs(points: Sequence[Point], step_ms: int) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for point in points:
        if runs[-1] and point.at - runs[-1][-1].at > step_ms * 3 // 2:
            runs.append([])
        runs[-1].append(point)
    return runs


class _Scale:
    """From times and numbers to places in the box."""

    def __init__(self, low: float, high: float, begin: int, end: int) -> None:
        self._low, self._span = low, (high - low) or 1.0
        self._flat = high == low
        self._begin, self._end = begin, end

    def _at(self, at: int, value: float) -> str:
        share = 0.5 if self._flat else (value - self._low) / self._span
        y = round(LINE_HEIGHT - _PAD - share * (LINE_HEIGHT - 2 * _PAD), 1)
        return f"{_x(at, self._begin, self._end)} {y}"

    def path(self, points: Sequence[tuple[int, float]]) -> str:
        """A line through the points; one alone is drawn as a short dash."""
        first, *others = (self._at(at, value) for at, value in points)
        return f"M{first}" + ("".join(f"L{other}" for other in others) or "h2")

    def area(self, run: Sequence[Point]) -> str:
        """From the highest of each interval back along the lowest."""
        there = [self._at(point.at, point.high) for point in run]
        back = [self._at(point.at, point.low) for point in reversed(run)]
        return "M" + "L".join((*there, *back)) + "Z"
