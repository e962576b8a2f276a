"""A target's time line: evidence and a policy in, segments out. Pure; may be cached, never edited.

`timeline(evidence, policy, as_of)` says of every instant of the contract's life whether the target
was up, down, or not known. The same arguments give the same segments for ever.
"""

from collections.abc import Iterable, Sequence
from operator import itemgetter

import msgspec

from motcua_hub.domain.availability.evidence import Claim, Evidence, State, known_at
from motcua_hub.domain.availability.intervals import Interval, Spans, union
from motcua_hub.domain.availability.masking import Ancestor, masks, statements
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.quorum import SILENT, Statement, Verdict, Why, decide


class Segment(msgspec.Struct, frozen=True, gc=False):
    """`[begin, end)` (UTC ms) in which one thing was said, by one rank, for one reason.

    Attributes:
        rank: Whose word it is; 0 where nobody's was enough.
        why: Why it is unknown; empty otherwise.
        cause: What the deciding source told; `ancestor` for an outage from above.
        masked_by: The ancestor.
        partial: Up, although some vantage saw it down.
        edge: How far from `begin` the change may truly lie (R3).
    """

    begin: int
    end: int
    state: State
    rank: int = 0
    why: Why = Why.KNOWN
    cause: str = ""
    masked_by: str = ""
    partial: bool = False
    edge: int = 0


Segments = tuple[Segment, ...]


def timeline(
    evidence: Iterable[Evidence],
    policy: Policy,
    as_of: int | None = None,
    *,
    life: Interval | None = None,
    ancestors: Sequence[Ancestor] = (),
) -> Segments:
    """Segments in order, without gap or overlap, over all of `life`.

    Args:
        evidence: Of one target, in any order, with any repetition.
        policy: The rules; evidence of another SLI is left out.
        as_of: Only what was received by then counts; None: everything.
        life: The contract's life; by default from the first evidence to the last.
        ancestors: What the target depends on, from its parent outwards.

    Raises:
        ValueError: The evidence is of several targets.
    """
    known = known_at(evidence, as_of)
    if len({each.target for each in known}) > 1:
        msg = f"one time line, several targets: {sorted({each.target for each in known})}"
        raise ValueError(msg)
    spoken = statements(known, policy, masks(ancestors))
    begin, end = life or _hull(spoken)
    return _Sweep(policy, begin, end).over(spoken) if begin < end else ()


def _hull(spoken: Sequence[Statement]) -> Interval:
    if not spoken:
        return (0, 0)
    return min(each.begin for each in spoken), max(each.end for each in spoken)


class _Sweep:
    """Goes through time once, from change to change of who speaks."""

    def __init__(self, policy: Policy, begin: int, end: int) -> None:
        self._policy = policy
        self._end = end
        self._since = begin
        self._verdict: Verdict | None = None
        self._edge = 0
        self._found: list[Segment] = []

    def over(self, spoken: Sequence[Statement]) -> Segments:
        active: dict[int, Statement] = {}
        at = self._since
        for moment, begins, index in self._changes(spoken):
            if moment > at:
                self._say(at, active)
                at = moment
            if begins:
                active[index] = spoken[index]
            else:
                del active[index]
        if at < self._end:
            self._say(at, active)
        self._close(self._end)
        return tuple(self._found)

    def _changes(self, spoken: Sequence[Statement]) -> list[tuple[int, bool, int]]:
        """When which statement begins or ends, inside the life. Ends go first."""
        found: list[tuple[int, bool, int]] = []
        for index, each in enumerate(spoken):
            begin, end = max(each.begin, self._since), min(each.end, self._end)
            if begin < end:
                found += [(begin, True, index), (end, False, index)]
        found.sort(key=itemgetter(0, 1))
        return found

    def _say(self, at: int, active: dict[int, Statement]) -> None:
        verdict = decide(active.values(), self._policy) if active else SILENT
        if verdict == self._verdict:
            return
        self._close(at)
        self._since, self._verdict = at, verdict
        self._edge = _edge(at, verdict, active.values())

    def _close(self, at: int) -> None:
        if self._verdict is None or at <= self._since:
            return
        self._found.append(Segment(self._since, at, *self._verdict, self._edge))


def _edge(at: int, verdict: Verdict, active: Iterable[Statement]) -> int:
    """The widest doubt of those who began to say this right now."""
    claim = {State.UP: Claim.UP, State.DOWN: Claim.DOWN}.get(verdict.state)
    return max(
        (each.edge for each in active if each.claim is claim and each.begin == at), default=0
    )


def spans_of(segments: Iterable[Segment], state: State) -> Spans:
    """When a time line is in one state."""
    return union((each.begin, each.end) for each in segments if each.state is state)
