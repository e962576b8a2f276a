"""What later evidence changed: how long was first told as one thing and is now told as another."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import msgspec

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.intervals import Spans, intersection, length, normal
from motcua_hub.domain.availability.timeline import Segment

_UNITS: Final = ((3_600_000, "h"), (60_000, "min"), (1_000, "s"))
_HUNDRED: Final = 100


class Became(msgspec.Struct, frozen=True):
    """A state and its cause, and for how long (ms)."""

    state: State
    cause: str
    length: int


class Change(msgspec.Struct, frozen=True):
    """Time that was told as `before` and is now told as one or more other things."""

    before: State
    after: tuple[Became, ...]
    spans: Spans

    @property
    def length(self) -> int:
        """How much time that is, in ms."""
        return length(self.spans)


def changed(old: Sequence[Segment], new: Sequence[Segment], base: Spans) -> tuple[Change, ...]:
    """What differs inside `base` between two time lines of one target, by what it was before."""
    moved: dict[State, dict[tuple[State, str], list[tuple[int, int]]]] = {}
    at = 0
    for each in old:
        while at < len(new) and new[at].end <= each.begin:
            at += 1
        other = at
        while other < len(new) and new[other].begin < each.end:
            now = new[other]
            if now.state is not each.state:
                span = (max(each.begin, now.begin), min(each.end, now.end))
                became = moved.setdefault(each.state, {})
                became.setdefault((now.state, now.cause), []).append(span)
            other += 1
    found = (_change(state, became, base) for state, became in sorted(moved.items()))
    return tuple(change for change in found if change.after)


def _change(
    before: State, became: dict[tuple[State, str], list[tuple[int, int]]], base: Spans
) -> Change:
    inside = {key: intersection(base, normal(spans)) for key, spans in became.items()}
    after = [Became(*key, length(spans)) for key, spans in inside.items() if spans]
    after.sort(key=lambda each: (-each.length, each.state, each.cause))
    spans = normal(span for part in inside.values() for span in part)
    return Change(before, tuple(after), spans)


def line(change: Change) -> str:
    """A change as an audit line: `12 h UNKNOWN → 9.5 h UP, 2.5 h DOWN power`."""
    after = ", ".join(
        f"{duration(each.length)} {each.state.upper()} {each.cause}".rstrip()
        for each in change.after
    )
    return f"{duration(change.length)} {change.before.upper()} → {after}"


def duration(ms: int) -> str:
    """A length in the largest unit that tells it exactly in two decimals; otherwise in ms."""
    for size, name in _UNITS:
        hundredths = Fraction(ms * _HUNDRED, size)
        if ms >= size and hundredths.denominator == 1:
            whole, rest = divmod(hundredths.numerator, _HUNDRED)
            return f"{whole}{f'.{rest:02d}'.rstrip('0') if rest else ''} {name}"
    return f"{ms} ms"
