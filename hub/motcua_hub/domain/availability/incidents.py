"""Incidents: runs of outage, and how quickly they were seen, answered and mended."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from operator import attrgetter
from typing import Final

import msgspec

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.intervals import Interval, Spans, overlaps
from motcua_hub.domain.availability.timeline import Segment

_end_of: Final = attrgetter("end")


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


class Marked(msgspec.Struct, frozen=True):
    """An outage as it was known while it lasted, and what was done about it. UTC ms.

    Late evidence may move, merge or split the outage it was; `belonging` finds where its marks
    belong then. `end` is None while it is not over.
    """

    begin: int
    end: int | None = None
    confirmed_at: int | None = None
    acknowledged_at: int | None = None

    @property
    def moment(self) -> int:
        """When it was surely that outage: its confirmation, or its beginning."""
        return self.begin if self.confirmed_at is None else self.confirmed_at

    def at(self, as_of: int) -> "Marked":
        """What was on record of it at `as_of`."""
        times = (self.end, self.confirmed_at, self.acknowledged_at)
        return Marked(self.begin, *(None if t is None or t > as_of else t for t in times))


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


def belonging(found: Sequence[Incident], marked: Iterable[Marked]) -> dict[int, Marks]:
    """Marks by the beginning of the incident they belong to.

    An outage that was marked is the one of these that overlaps it, however late evidence has moved
    its edges; of several (it fell apart) the one nearest to the moment of its confirmation, the
    earlier one if two are equally near. Where several that were marked have become one, its first
    confirmation and its first acknowledgement count. Marks of what was no outage belong nowhere.

    Args:
        found: All incidents of the time line, uncut and in order.
        marked: In any order, with any repetition.
    """
    held: dict[int, list[Marked]] = {}
    for each in marked:
        mine = _home(found, each)
        if mine is not None:
            held.setdefault(mine.begin, []).append(each)
    return {
        begin: Marks(
            _first(each.confirmed_at for each in some),
            _first(each.acknowledged_at for each in some),
        )
        for begin, some in held.items()
    }


def _home(found: Sequence[Incident], marked: Marked) -> Incident | None:
    """The incident that a marked outage is."""
    over = max(marked.begin + 1, marked.begin if marked.end is None else marked.end)
    at = bisect_right(found, marked.begin, key=_end_of)
    near: list[Incident] = []
    for each in islice(found, at, None):
        if marked.end is not None and each.begin >= over:
            break
        near.append(each)
    return min(near, key=lambda each: (_distance(each, marked.moment), each.begin), default=None)


def _distance(incident: Incident, moment: int) -> int:
    """How far a moment is from an incident, in ms; 0 inside it."""
    return max(incident.begin - moment, moment - incident.end + 1, 0)


def _first(times: Iterable[int | None]) -> int | None:
    return min((each for each in times if each is not None), default=None)


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
        marks: What people and the hub did, by the incident's beginning; see `belonging`.
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
    """How long each took until it was confirmed, of those that were.

    Nothing, where late evidence has moved the beginning behind the confirmation.
    """
    told = ((each, marks.get(each.begin)) for each in found)
    return [
        max(0, mark.confirmed_at - each.begin)
        for each, mark in told
        if mark is not None and mark.confirmed_at is not None
    ]


def _answers(found: Iterable[Incident], marks: Mapping[int, Marks]) -> list[int]:
    told = (marks.get(each.begin) for each in found)
    return [
        max(0, mark.acknowledged_at - mark.confirmed_at)
        for mark in told
        if mark is not None and mark.confirmed_at is not None and mark.acknowledged_at is not None
    ]


def _mean(values: Sequence[int]) -> Fraction | None:
    return Fraction(sum(values), len(values)) if values else None
