"""Many targets as one: sums of time, never means of percentages; and when any of them was down."""

from collections.abc import Iterable, Sequence

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.figures import Amounts
from motcua_hub.domain.availability.intervals import (
    Spans,
    difference,
    intersection,
    length,
    union,
)
from motcua_hub.domain.availability.layers import Shape
from motcua_hub.domain.availability.timeline import Segment, spans_of


def summed(each: Iterable[Amounts]) -> Amounts:
    """The amounts of a fleet: the sums of its targets' amounts."""
    found = list(each)
    return Amounts(
        full=sum(one.full for one in found),
        maintenance=sum(one.maintenance for one in found),
        excluded=sum(one.excluded for one in found),
        taken_out=sum(one.taken_out for one in found),
        base=sum(one.base for one in found),
        up=sum(one.up for one in found),
        down=sum(one.down for one in found),
        unknown=sum(one.unknown for one in found),
        doubt=sum(one.doubt for one in found),
    )


def any_down(targets: Sequence[tuple[Sequence[Segment], Shape]]) -> Amounts:
    """The fleet as one thing that is down while any of its targets is down in its own base.

    Where none is down but one is not known, the fleet is not known. Its base is the union of the
    bases; a target in maintenance takes no part.
    """
    down = union(*(_in_base(segments, shape, State.DOWN) for segments, shape in targets))
    up = [_in_base(segments, shape, State.UP) for segments, shape in targets]
    lacking = (
        difference(shape.base, union(mine, _in_base(segments, shape, State.DOWN)))
        for mine, (segments, shape) in zip(up, targets, strict=True)
    )
    unknown = difference(union(*lacking), down)
    full = union(*(shape.full for _, shape in targets))
    base = union(*(shape.base for _, shape in targets))
    lost, dark = length(down), length(unknown)
    return Amounts(
        full=length(full),
        maintenance=length(union(*(shape.maintenance for _, shape in targets))),
        excluded=length(union(*(shape.excluded for _, shape in targets))),
        taken_out=length(full) - length(base),
        base=length(base),
        up=length(base) - lost - dark,
        down=lost,
        unknown=dark,
    )


def _in_base(segments: Sequence[Segment], shape: Shape, state: State) -> Spans:
    return intersection(shape.base, spans_of(segments, state))
