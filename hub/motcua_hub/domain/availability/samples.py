"""From probe samples to intervals (R1-R5): horizon, confirmation, back-dating, blips, doubt.

A sample speaks until the next one, at most for the horizon: no value is carried beyond it. Samples
of one run of a prober are judged together; a silence ends whatever was being confirmed.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby

import msgspec

from motcua_hub.domain.availability.evidence import Claim, Evidence, State
from motcua_hub.domain.availability.intervals import Interval


class Outcome(StrEnum):
    """What one probe found."""

    OK = "ok"
    FAIL = "fail"
    BLIND = "blind"


class Sample(msgspec.Struct, frozen=True, gc=False):
    """One probe at `at` (UTC ms)."""

    at: int
    outcome: Outcome
    cause: str = ""


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """How a target is probed. Times are ms."""

    interval: int = 30_000
    retry: int = 5_000
    timeout: int = 5_000
    n_down: int = 3
    n_up: int = 2

    @property
    def horizon(self) -> int:
        """How long a sample speaks when no other follows."""
        return 2 * self.interval + self.timeout

    @property
    def worst_detection(self) -> int:
        """How long after its onset an outage is confirmed at the latest."""
        return self.surely_seen + self.timeout

    @property
    def surely_seen(self) -> int:
        """Every outage at least this long is confirmed; a shorter one may be."""
        return self.interval + (self.n_down - 1) * self.retry


class Claimed(msgspec.Struct, frozen=True):
    """What samples say of `[begin, end)` (UTC ms).

    Attributes:
        blip: Failures that were never confirmed.
        edge: The gap to the opposite sample before `begin`: the change lies somewhere in it.
        confirmed_at: When the outage that begins here was sure; None for anything else.
    """

    begin: int
    end: int
    claim: Claim
    blip: bool = False
    edge: int = 0
    confirmed_at: int | None = None
    cause: str = ""


def outcome(*, answered: bool, left: bool, references: int) -> Outcome:
    """What a probe is worth (R4).

    Args:
        answered: The target answered as expected.
        left: The probe left the vantage: it had a route, a name server, a gateway.
        references: How many reference targets answered in the same cycle. With none the vantage
            sees nothing in this cycle, not even a success.
    """
    if not left or references < 1:
        return Outcome.BLIND
    return Outcome.OK if answered else Outcome.FAIL


def claims(
    samples: Iterable[Sample], probe: Probe, before: State | None = None
) -> tuple[Claimed, ...]:
    """What one vantage's samples say, as disjoint intervals in order.

    Args:
        samples: Of one run of the prober, in any order.
        probe: How it probes.
        before: The confirmed state when the first sample was taken, if it is known.
    """
    ordered = sorted(set(samples), key=lambda sample: (sample.at, sample.outcome, sample.cause))
    found: list[Claimed] = []
    for stretch in _stretches(ordered, probe):
        found += _joined(_spoken(stretch, probe, before))
        before = None
    return tuple(found)


def _stretches(ordered: Sequence[Sample], probe: Probe) -> Iterator[list[Sample]]:
    """Samples without a silence between them."""
    stretch: list[Sample] = []
    for sample in ordered:
        if stretch and sample.at - stretch[-1].at > probe.horizon:
            yield stretch
            stretch = []
        stretch.append(sample)
    if stretch:
        yield stretch


class _Said(msgspec.Struct, frozen=True):
    """The judgement on one sample."""

    claim: Claim
    blip: bool = False
    confirmed_at: int | None = None


def _spoken(stretch: Sequence[Sample], probe: Probe, before: State | None) -> Iterator[Claimed]:
    """One claim per sample, up to the next sample or the horizon."""
    said = _judged(stretch, probe, before)
    ends = [*(sample.at for sample in stretch[1:]), stretch[-1].at + probe.horizon]
    last: Sample | None = None
    for index, (sample, end) in enumerate(zip(stretch, ends, strict=True)):
        if sample.outcome is Outcome.BLIND:
            yield Claimed(sample.at, end, Claim.BLIND)
            continue
        opposite = last is not None and last.outcome is not sample.outcome
        edge = sample.at - last.at if last is not None and opposite else 0
        last, each = sample, said[index]
        cause = sample.cause if each.claim is Claim.DOWN else ""
        yield Claimed(sample.at, end, each.claim, each.blip, edge, each.confirmed_at, cause)


def _judged(stretch: Sequence[Sample], probe: Probe, before: State | None) -> dict[int, _Said]:
    """Each definite sample's judgement, by its place: runs of one outcome are judged as one.

    Blind samples neither count nor interrupt: what lies on both sides of them belongs together.
    """
    definite = [(n, each) for n, each in enumerate(stretch) if each.outcome is not Outcome.BLIND]
    found: dict[int, _Said] = {}
    down = before is State.DOWN
    for result, group in groupby(definite, key=lambda item: item[1].outcome):
        run = list(group)
        if result is Outcome.FAIL:
            said = _failures([sample for _, sample in run], probe, down=down)
            down = down or not said.blip
        else:
            down = down and len(run) < probe.n_up
            said = _Said(Claim.DOWN if down else Claim.UP)
        found |= {place: said for place, _ in run}
    return found


def _failures(run: Sequence[Sample], probe: Probe, *, down: bool) -> _Said:
    if down:
        return _Said(Claim.DOWN)
    if len(run) < probe.n_down:
        return _Said(Claim.DOWN, blip=True)
    return _Said(Claim.DOWN, confirmed_at=run[probe.n_down - 1].at)


def _joined(claims: Iterable[Claimed]) -> list[Claimed]:
    """Claims that say the same one after the other as one, with the first one's beginning."""
    found: list[Claimed] = []
    for each in claims:
        last = found[-1] if found else None
        if last is not None and (last.claim, last.blip) == (each.claim, each.blip):
            cause = last.cause or each.cause
            found[-1] = msgspec.structs.replace(last, end=each.end, cause=cause)
        elif each.end > each.begin:
            found.append(each)
    return found


def evidence(found: Iterable[Claimed], about: Evidence) -> tuple[Evidence, ...]:
    """Claims as evidence: everything else is as in `about`, whose id begins each id."""
    return tuple(
        msgspec.structs.replace(
            about,
            id=f"{about.id}@{each.begin}",
            begin=each.begin,
            end=each.end,
            claim=each.claim,
            blip=each.blip,
            edge=each.edge,
            cause=each.cause,
        )
        for each in found
    )


class Reading(msgspec.Struct, frozen=True):
    """The monotonic and the wall clock at one moment, in ms."""

    mono: int
    wall: int


class Run(msgspec.Struct, frozen=True):
    """Readings under one anchor. `stepped` is how far the wall clock jumped before it, in ms."""

    times: tuple[int, ...]
    stepped: int = 0


def anchored(readings: Iterable[Reading], tolerance: int = 2_000) -> tuple[Run, ...]:
    """The UTC ms of readings by the monotonic clock and one anchor (R5).

    Where the wall clock is further than `tolerance` from the anchor's reckoning, a new run begins
    with a new anchor; samples of two runs are never judged together.
    """
    found: list[tuple[int, list[int]]] = []
    anchor: Reading | None = None
    for each in readings:
        off = 0 if anchor is None else each.wall - _reckoned(anchor, each)
        if anchor is None or abs(off) > tolerance:
            anchor = each
            found.append((off, []))
        found[-1][1].append(_reckoned(anchor, each))
    return tuple(Run(tuple(times), off) for off, times in found)


def _reckoned(anchor: Reading, at: Reading) -> int:
    return anchor.wall + at.mono - anchor.mono


def outages(found: Iterable[Claimed]) -> tuple[tuple[Interval, int], ...]:
    """Each confirmed outage's first interval with when it was sure: what may be announced."""
    return tuple(
        ((each.begin, each.end), each.confirmed_at)
        for each in found
        if each.confirmed_at is not None
    )
