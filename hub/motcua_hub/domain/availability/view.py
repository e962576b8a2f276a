"""The four states that people are shown: a projection, maintenance laid over the time line.

No figure is computed from it: what was up or down during maintenance stays on record underneath.
"""

from collections.abc import Iterable
from typing import Final

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.intervals import Spans, difference, intersection
from motcua_hub.domain.availability.layers import Shape
from motcua_hub.domain.availability.timeline import Segment, spans_of

MAINTENANCE: Final = "maintenance"
Band = tuple[int, int, str]
"""`(begin, end, state)`, UTC ms."""


def shown(segments: Iterable[Segment], shape: Shape) -> tuple[Band, ...]:
    """The period in `up`, `down`, `unknown` and `maintenance`, without gap or overlap.

    Approved maintenance goes before whatever the target was; what no segment covers is unknown.
    """
    pieces = tuple(segments)
    left = difference((shape.period,), shape.planned)
    found = [(begin, end, MAINTENANCE) for begin, end in shape.planned]
    for state in (State.UP, State.DOWN):
        spans = intersection(left, spans_of(pieces, state))
        found += _bands(spans, state)
        left = difference(left, spans)
    return tuple(sorted([*found, *_bands(left, State.UNKNOWN)]))


def _bands(spans: Spans, state: State) -> list[Band]:
    return [(begin, end, state.value) for begin, end in spans]
