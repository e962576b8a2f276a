"""The judge: compares every instant of a time line with what was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.timeline import Segment
from province.spans import Span, common, inverse, merged, minus, total


@dataclass(frozen=True)
class Lie:
    """Time that was told as something it was not, although something was told."""

    begin: int
    end: int
    told: State

    @property
    def length(self) -> int:
        """ms."""
        return self.end - self.begin


def told(segments: Iterable[Segment], state: State) -> list[Span]:
    """When a time line says so."""
    return merged((each.begin, each.end) for each in segments if each.state is state)


def lies(segments: Sequence[Segment], off: Iterable[Span]) -> list[Lie]:
    """Every stretch in which the time line says up and it was down, or the other way round."""
    down = merged(off)
    up_told, down_told = told(segments, State.UP), told(segments, State.DOWN)
    found = [Lie(a, b, State.UP) for a, b in common(up_told, down)]
    found += [Lie(a, b, State.DOWN) for a, b in minus(down_told, down)]
    return sorted(found, key=lambda lie: lie.begin)


def doubted(segments: Sequence[Segment]) -> list[Span]:
    """The time in which the time line itself says that a change may lie elsewhere (R3)."""
    return merged((s.begin - s.edge, s.begin + s.edge) for s in segments if s.edge)


def unexcused(found: Iterable[Lie], doubts: Sequence[Span]) -> list[Lie]:
    """What of the lies lies outside of every stated doubt."""
    return [
        Lie(begin, end, lie.told)
        for lie in found
        for begin, end in minus([(lie.begin, lie.end)], doubts)
    ]


def time_in(spans: Iterable[Span], base: Sequence[Span]) -> int:
    """How much of some spans lies in the base."""
    return total(common(spans, base))


def seen_down(off: Iterable[Span], base: Sequence[Span]) -> int:
    """What was truly down inside the base, in ms."""
    return time_in(off, base)


def apart(left: Sequence[Span], window: Span) -> list[Span]:
    """The rest of a window."""
    return inverse(left, window)


@dataclass(frozen=True)
class Blindness:
    """What a sampled target may hide by its nature: see R1 to R3.

    Attributes:
        unseen: A shorter outage may fall between two samples, or never be confirmed.
        tail: Before a silence, and before the moment at which one looks, the last word holds on
            for at most so long.
    """

    unseen: int
    tail: int


def unexplained(
    segments: Sequence[Segment], off: Iterable[Span], blindness: Blindness | None = None
) -> list[Lie]:
    """What is told wrongly, and which neither a stated doubt nor the nature of samples explains.

    A target that keeps a journal has no blindness; nothing is ever called down by mere nature.
    """
    down = merged(off)
    left = unexcused(lies(segments, down), doubted(segments))
    if blindness is None:
        return left
    tails = _tails(segments, blindness.tail)
    short = [span for span in down if span[1] - span[0] < blindness.unseen]
    natural = merged([*tails, *short])
    downs = [lie for lie in left if lie.told is State.DOWN]
    ups = [lie for lie in left if lie.told is State.UP]
    return [*downs, *unexcused(ups, natural)]


def _tails(segments: Sequence[Segment], length: int) -> list[Span]:
    """The end of each time up after which nothing is known."""
    found = []
    for index, each in enumerate(segments):
        after = segments[index + 1].state if index + 1 < len(segments) else State.UNKNOWN
        if each.state is State.UP and after is State.UNKNOWN:
            found.append((each.end - length, each.end))
    return found
