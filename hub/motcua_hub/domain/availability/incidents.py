"""Incidents: runs of outage, and how quickly they were seen, answered and mended."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.intervals import Interval, Spans, overlaps
from motcua_hub.domain.availability.timeline import Segment


class Incident(msgspec.Struct, frozen=True):
    """One outage, from its first DOWN to the end of its last, cut by no period. UTC ms.

    `down` is its time DOWN; `ended` says whether the target has been seen up since.
    """

    begin: int
    end: int
    down: int
    ended: bool
    cause: str = ""


class Marks(msgspec.Struct, frozen=True):
    """When an incident was confirmed and when somebody took it on (UTC ms), where known."""

    confirmed_at: int | None = None
    acknowledged_at: int | None = None


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """Means over the incidents of a period, in ms, exact; None where there were none.

    Attributes:
        started: How many began in the period, `ended` how many ended in it.
        mttr: From beginning to end, over all that ended.
        mttd: From beginning to confirmation, over the `detected` of them.
        mtta: From confirmation to acknowledgement, over the `answered` of them.
        mtbf: Time up between two that began.
    """

    started: int
    ended: int
    detected: int
    answered: int
    mttr: Fraction | None
    mttd: Fraction | None
    mtta: Fraction | None
    mtbf: Fraction | None


def incidents(segments: Iterable[Segment], merge_gap: int = 0) -> tuple[Incident, ...]:
    """The outages of a time line.

    Two runs of DOWN are one incident when the time UP between them, unknown time left out, is zero
    or shorter than `merge_gap` (ms).
    """
    found: list[Incident] = []
    up = 0
    for each in segments:
        if each.state is State.UP:
            up += each.end - each.begin
        elif each.state is State.DOWN:
            if found and (up == 0 or up < merge_gap):
                found[-1] = _longer(found[-1], each)
            else:
                _end(found)
                found.append(_begun(each))
            up = 0
    if up:
        _end(found)
    return tuple(found)


def _begun(segment: Segment) -> Incident:
    down = segment.end - segment.begin
    return Incident(segment.begin, segment.end, down, ended=False, cause=segment.cause)


def _longer(incident: Incident, segment: Segment) -> Incident:
    down = incident.down + segment.end - segment.begin
    cause = incident.cause or segment.cause
    return Incident(incident.begin, segment.end, down, ended=False, cause=cause)


def _end(found: list[Incident]) -> None:
    if found:
        found[-1] = msgspec.structs.replace(found[-1], ended=True)


def touching(found: Iterable[Incident], period: Interval) -> tuple[Incident, ...]:
    """The incidents of which some part lies in a period."""
    return tuple(each for each in found if each.begin < period[1] and period[0] < each.end)


def unplanned(found: Iterable[Incident], base: Spans) -> tuple[Incident, ...]:
    """Those that reach into the base; one that lies in maintenance alone was no failure."""
    return tuple(each for each in found if overlaps(base, (each.begin, each.end)))


def response(
    found: Sequence[Incident],
    period: Interval,
    up: int,
    marks: Mapping[int, Marks] | None = None,
) -> Response:
    """How a period's incidents were handled.

    Args:
        found: The incidents, uncut.
        period: Which of them count: by their end, for `mtbf` by their beginning.
        up: Time up in the base of the period, in ms.
        marks: What people and the hub did, by the incident's beginning.
    """
    ended = [each for each in found if each.ended and period[0] <= each.end < period[1]]
    started = sum(1 for each in found if period[0] <= each.begin < period[1])
    seen = _detections(ended, marks or {})
    answers = _answers(ended, marks or {})
    return Response(
        started=started,
        ended=len(ended),
        detected=len(seen),
        answered=len(answers),
        mttr=_mean([each.end - each.begin for each in ended]),
        mttd=_mean(seen),
        mtta=_mean(answers),
        mtbf=Fraction(up, started) if started else None,
    )


def _detections(found: Iterable[Incident], marks: Mapping[int, Marks]) -> list[int]:
    """How long each took until it was confirmed, of those that were."""
    told = ((each, marks.get(each.begin)) for each in found)
    return [
        mark.confirmed_at - each.begin
        for each, mark in told
        if mark is not None and mark.confirmed_at is not None
    ]


def _answers(found: Iterable[Incident], marks: Mapping[int, Marks]) -> list[int]:
    told = (marks.get(each.begin) for each in found)
    return [
        mark.acknowledged_at - mark.confirmed_at
        for mark in told
        if mark is not None and mark.confirmed_at is not None and mark.acknowledged_at is not None
    ]


def _mean(values: Sequence[int]) -> Fraction | None:
    return Fraction(sum(values), len(values)) if values else None
