"""A component's health over time: spans from one word of the office to the next.

What the device itself said forms one chain. A drill stands beside it: it begins and ends no real
span, so that no figure can know of it.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from motcua_contract.facts import Fact
from motcua_contract.facts.office import HealthChanged
from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.said import kept
from motcua_hub.domain.tickets import Stamp

FLAP_CHANGES: Final = 4
FLAP_MS: Final = 30 * 60_000
"""So many changes within so long: the component is unstable."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `health_span`, without its site. Times are UTC ms by the office's clock.

    Attributes:
        before: The real state before; empty for the first word of a component.
        detail, said: What it said, in English and as JSON of phrases.
        until: When it ended; None while it lasts. A drill ends with the next word of any kind.
    """

    component: str
    by_depth: int
    by_jid: str
    by_seq: int
    state: str
    code: str = ""
    detail: str = ""
    said: str = ""
    drill: bool = False
    since: int
    before: str = ""
    until: int | None = None

    @property
    def order(self) -> tuple[int, str, int]:
        """Sorts spans as the office committed them."""
        return (self.by_depth, self.by_jid, self.by_seq)

    @property
    def changed(self) -> bool:
        """Whether the real state became another one; a first word and a drill are no change."""
        return not self.drill and bool(self.before) and self.before != self.state


def span_of(fact: Fact, at: Stamp) -> Span | None:
    """The span that a fact begins, not chained yet; None for a fact about anything else."""
    if not isinstance(fact, HealthChanged):
        return None
    return Span(
        component=fact.component,
        by_depth=at.depth,
        by_jid=at.jid,
        by_seq=at.seq,
        state=fact.state.value,
        code=fact.code,
        detail=fact.detail,
        said=kept(fact.said),
        drill=fact.drill,
        since=fact.since,
    )


def chain(spans: Iterable[Span]) -> list[Span]:
    """Spans of one component, in order, each with what was before and when it ended.

    The first of them keeps its `before`: what came earlier is not here.
    """
    ordered = sorted(spans, key=lambda span: span.order)
    ends = _ends(ordered)
    state = ordered[0].before if ordered else ""
    chained: list[Span] = []
    for span, until in zip(ordered, ends, strict=True):
        chained.append(msgspec.structs.replace(span, before=state, until=until))
        if not span.drill:
            state = span.state
    return chained


def _ends(ordered: Sequence[Span]) -> list[int | None]:
    """When each span ends: a real one with the next real one, a drill with the next of any kind."""
    ends: list[int | None] = []
    any_next: int | None = None
    real_next: int | None = None
    for span in reversed(ordered):
        follower = any_next if span.drill else real_next
        ends.append(None if follower is None else max(span.since, follower))
        any_next = span.since
        if not span.drill:
            real_next = span.since
    return ends[::-1]


def is_flapping(spans: Iterable[Span], now: int) -> bool:
    """Whether a component changed too often lately; drills do not count."""
    recent = sum(1 for span in spans if span.changed and now - FLAP_MS <= span.since <= now)
    return recent >= FLAP_CHANGES


class Piece(msgspec.Struct, frozen=True):
    """A part of a time line: `state` from `since` to `until` (UTC ms)."""

    since: int
    until: int
    state: HealthState
    code: str = ""


def band(spans: Iterable[Span], begin: int, end: int) -> list[Piece]:
    """The real states between two times; before the first word the state is unknown.

    Pieces meet without a gap and do not overlap, whatever the office's clock did meanwhile.
    """
    pieces: list[Piece] = []
    at = begin
    for span in sorted((each for each in spans if not each.drill), key=lambda each: each.since):
        start = max(min(span.since, end), at)
        stop = end if span.until is None else max(min(span.until, end), at)
        if stop <= start:
            continue
        if start > at:
            pieces.append(Piece(at, start, HealthState.UNKNOWN))
        pieces.append(Piece(start, stop, known_state(span.state), span.code))
        at = stop
    if at < end:
        pieces.append(Piece(at, end, HealthState.UNKNOWN))
    return pieces


def known_state(name: str) -> HealthState:
    """The state of this name; unknown for a name of a newer version."""
    try:
        return HealthState(name)
    except ValueError:
        return HealthState.UNKNOWN


Gap = tuple[int, int]


def unobserved(
    heard: Sequence[int], step_ms: int, patience_ms: int, begin: int, end: int
) -> list[Gap]:
    """Times between the first interval heard and `end` in which nothing was heard (UTC ms).

    `heard` holds the beginnings of intervals of `step_ms`, oldest first. Silence up to
    `patience_ms` is no gap: a number may be lost, and the newest may still be on its way.
    """
    gaps: list[Gap] = []
    for earlier, later in pairwise([*heard, end]):
        if later - earlier - step_ms > patience_ms:
            gaps.append((max(begin, earlier + step_ms), min(end, later)))
    return [(since, until) for since, until in gaps if until > since]


def masked(pieces: Iterable[Piece], gaps: Sequence[Gap]) -> list[Piece]:
    """The time line with unknown where nothing was heard: missing is not good."""
    found: list[Piece] = []
    for piece in pieces:
        at = piece.since
        for since, until in gaps:
            start, stop = max(since, at), min(until, piece.until)
            if stop <= start:
                continue
            if start > at:
                found.append(Piece(at, start, piece.state, piece.code))
            found.append(Piece(start, stop, HealthState.UNKNOWN))
            at = stop
        if at < piece.until:
            found.append(Piece(at, piece.until, piece.state, piece.code))
    return found


def shares(pieces: Sequence[Piece]) -> dict[HealthState, float]:
    """How much of a time line each state fills, from 0 to 1."""
    total = sum(piece.until - piece.since for piece in pieces)
    found: dict[HealthState, float] = {}
    for piece in pieces:
        part = (piece.until - piece.since) / total
        found[piece.state] = found.get(piece.state, 0.0) + part
    return found
