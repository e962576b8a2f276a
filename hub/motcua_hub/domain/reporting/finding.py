"""What was found of one target in a period: around the clock and in office hours, by cause. Pure.

One time line is made for both; every figure is added up from its segments. The sealed `Report` of
each basis is kept, so that what a document says of a target can be computed again alone.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from operator import attrgetter, itemgetter
from typing import Final

import msgspec

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.figures import Amounts, Figures, figures, measure
from motcua_hub.domain.availability.incidents import Incident
from motcua_hub.domain.availability.intervals import (
    Interval,
    Spans,
    difference,
    intersection,
    length,
)
from motcua_hub.domain.availability.layers import Layers, Shape, shape
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.reports import (
    Report,
    Standing,
    Subject,
    Watermark,
    line_of,
    report,
    revised,
    watermark,
)
from motcua_hub.domain.availability.timeline import Segment, Segments, spans_of
from motcua_hub.domain.incident.vocabulary import Cause

_begin_of: Final = attrgetter("begin")
ANCESTOR: Final = "ancestor"
"""The cause of an outage that came from what the target depends on."""
CAUSES: Final = (*(cause.value for cause in Cause), ANCESTOR)
"""Every cause that time is booked under, in the order of reports."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of a target besides figures; names as they were when it was made."""

    id: str
    name: str
    kind: str
    site: str = ""
    site_name: str = ""
    unit: str = ""
    carrier: str = ""
    by_office: bool = False


class Attributed(msgspec.Struct, frozen=True, kw_only=True):
    """An incident of the desk: what its outage is put down to, and how it was handled. UTC ms.

    `end` is None while it lasts. `late` is None where no repair was due.
    """

    number: int
    begin: int
    end: int | None = None
    cause: str = ""
    late: bool | None = None


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one basis. Lengths in ms.

    `by_cause` and `outages` are time down and outages by cause; `down_planned` and `down_excluded`
    are time down that does not count: in maintenance, and in force majeure outside of it.
    """

    amounts: Amounts
    figures: Figures
    down_planned: int = 0
    down_excluded: int = 0
    by_cause: dict[str, int]
    outages: dict[str, int]
    handled: "Handled"


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """How outages were answered and mended, as sums (ms), so that targets can be added up."""

    started: int = 0
    ended: int = 0
    detected: int = 0
    answered: int = 0
    repair: Fraction = Fraction(0)
    detection: Fraction = Fraction(0)
    answer: Fraction = Fraction(0)
    on_time: int = 0
    late: int = 0


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """One outage, uncut; `lost` is what of it counts in the contract's time of the period (ms)."""

    begin: int
    end: int
    ended: bool
    lost: int
    cause: str
    number: int = 0


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """All that a document says of one target."""

    facts: Facts
    always: Side
    office: Side
    outages: tuple[Outage, ...]
    missing: Spans
    emergencies: tuple[Interval, ...]
    standing: Standing
    always_report: Report
    office_report: Report

    @property
    def contract(self) -> Side:
        """The basis that its promise is about."""
        return self.office if self.facts.by_office else self.always


class Bases(msgspec.Struct, frozen=True):
    """A target's layers in office hours, and that time worked out for the period."""

    office: Layers
    hours: Spans


class Made(msgspec.Struct, frozen=True):
    """One target's sealed reports of an earlier version of a document."""

    always: Report
    office: Report


def find(
    subject: Subject,
    bases: Bases,
    period: Interval,
    as_of: int,
    *,
    facts: Facts,
    attributed: Sequence[Attributed] = (),
    before: Made | None = None,
) -> Finding:
    """Measure one target.

    Args:
        subject: With the layers of time around the clock.
        bases: Its layers in office hours.
        period: What the document is about.
        as_of: What had been received by then counts.
        facts: What it is.
        attributed: The desk's incidents of it that touch the period.
        before: What was said of it in the document's version before.
    """
    working = msgspec.structs.replace(subject, layers=bases.office, hours=bases.hours)
    mark = watermark(subject.evidence, as_of)
    known = _Known(line_of(subject, period, as_of), mark, as_of)
    always = _sealed(subject, period, known, None if before is None else before.always)
    office = _sealed(working, period, known, None if before is None else before.office)
    told = tuple(sorted(attributed, key=lambda each: (each.begin, each.number)))
    lost = _Lost(known.line, always.incidents, told)
    bases_of = (_shape(subject, always), _shape(working, office))
    sides = [
        _side(found, shaped, lost, subject.policy)
        for found, shaped in zip((always, office), bases_of, strict=True)
    ]
    contract = office if facts.by_office else always
    return Finding(
        facts=facts,
        always=sides[0],
        office=sides[1],
        outages=tuple(lost.outages(bases_of[facts.by_office].base)),
        missing=contract.missing,
        emergencies=contract.emergencies,
        standing=contract.standing,
        always_report=always,
        office_report=office,
    )


class _Known(msgspec.Struct, frozen=True):
    """What a target's evidence says at one moment; both bases are drawn from it."""

    line: Segments
    mark: Watermark
    as_of: int


def _sealed(subject: Subject, period: Interval, known: _Known, before: Report | None) -> Report:
    """The first report, or the next revision; the one before while nothing else is to be said."""
    line, mark, as_of = known.line, known.mark, known.as_of
    if before is None:
        return report(subject, period, as_of, line, mark)
    return revised(subject, before, as_of, line, stands_on=mark) or before


def _shape(subject: Subject, found: Report) -> Shape:
    layers, notice = subject.layers, subject.policy.notice
    return shape(layers, found.measured, notice, found.as_of, subject.hours)


class _Whole(msgspec.Struct, frozen=True):
    """An outage before it is asked how much of it counts."""

    incident: Incident
    pieces: tuple[Segment, ...]
    cause: str
    number: int


class _Lost:
    """The time down of a target: every outage and its cause, made once for both bases."""

    def __init__(
        self, line: Segments, found: Iterable[Incident], attributed: Sequence[Attributed]
    ) -> None:
        self.line, self.attributed = line, attributed
        self.down = spans_of(line, State.DOWN)
        pieces = [each for each in line if each.state is State.DOWN]
        causes = [cause_of(each, attributed) for each in pieces]
        self._spans: dict[str, list[Interval]] = {}
        for each, cause in zip(pieces, causes, strict=True):
            self._spans.setdefault(cause, []).append((each.begin, each.end))
        self._whole = [self._of(each, pieces, causes) for each in found]

    def _of(self, incident: Incident, pieces: list[Segment], causes: list[str]) -> _Whole:
        first = bisect_left(pieces, incident.begin, key=_begin_of)
        last = bisect_left(pieces, incident.end, key=_begin_of)
        mine = tuple(pieces[first:last])
        cause = _main_cause(mine, causes[first:last])
        return _Whole(incident, mine, cause, _number(incident, self.attributed))

    def outages(self, base: Spans) -> Iterator[Outage]:
        """Every outage, with what of it lies in a base."""
        for each in self._whole:
            yield Outage(
                begin=each.incident.begin,
                end=each.incident.end,
                ended=each.incident.ended,
                lost=sum(_inside(base, piece.begin, piece.end) for piece in each.pieces),
                cause=each.cause,
                number=each.number,
            )

    def by_cause(self, base: Spans) -> dict[str, int]:
        """Time down inside a base, by cause; their sum is all the time down."""
        lost = {cause: length(intersection(base, found)) for cause, found in self._spans.items()}
        return {cause: ms for cause, ms in lost.items() if ms}


def _side(found: Report, shaped: Shape, lost: _Lost, policy: Policy) -> Side:
    amounts = measure(lost.line, shaped)
    outages: dict[str, int] = {}
    for each in lost.outages(shaped.base):
        if each.lost:
            outages[each.cause] = outages.get(each.cause, 0) + 1
    forced = difference(shaped.excluded, shaped.maintenance)
    return Side(
        amounts=amounts,
        figures=figures(amounts, policy),
        down_planned=length(intersection(lost.down, shaped.maintenance)),
        down_excluded=length(intersection(lost.down, forced)),
        by_cause=lost.by_cause(shaped.base),
        outages=outages,
        handled=_handled(found, lost.attributed),
    )


def cause_of(segment: Segment, attributed: Sequence[Attributed]) -> str:
    """What an outage is put down to: the desk's word, else that of the evidence, else unknown."""
    best, widest = "", 0
    for each in attributed:
        end = segment.end if each.end is None else each.end
        shared = min(segment.end, end) - max(segment.begin, each.begin)
        if shared > widest and each.cause not in ("", Cause.UNKNOWN):
            best, widest = each.cause, shared
    if best:
        return best
    if segment.masked_by:
        return ANCESTOR
    return segment.cause if segment.cause in CAUSES else Cause.UNKNOWN.value


def _inside(base: Spans, begin: int, end: int) -> int:
    """How much of one interval lies in the base."""
    at, found = bisect_right(base, begin, key=itemgetter(1)), 0
    while at < len(base) and base[at][0] < end:
        found += min(end, base[at][1]) - max(begin, base[at][0])
        at += 1
    return found


def _main_cause(pieces: Sequence[Segment], causes: Sequence[str]) -> str:
    """The cause of most of an outage."""
    if len(pieces) == 1:
        return causes[0]
    lasted: dict[str, int] = {}
    for each, cause in zip(pieces, causes, strict=True):
        lasted[cause] = lasted.get(cause, 0) + each.end - each.begin
    ranked = sorted(lasted, key=lambda cause: (-lasted[cause], CAUSES.index(cause)))
    return ranked[0] if ranked else Cause.UNKNOWN.value


def _number(incident: Incident, attributed: Sequence[Attributed]) -> int:
    for each in attributed:
        end = incident.end if each.end is None else each.end
        if each.begin < incident.end and incident.begin < end:
            return each.number
    return 0


def _handled(found: Report, attributed: Sequence[Attributed]) -> Handled:
    told = found.numbers
    begin, end = found.measured
    due = [
        each.late
        for each in attributed
        if each.late is not None and each.end is not None and begin <= each.end < end
    ]
    return Handled(
        started=told["started"],
        ended=told["ended"],
        detected=told["detected"],
        answered=told["answered"],
        repair=_sum(told["mttr"], told["ended"]),
        detection=_sum(told["mttd"], told["detected"]),
        answer=_sum(told["mtta"], told["answered"]),
        on_time=due.count(False),
        late=due.count(True),
    )


def _sum(mean: str | None, count: int) -> Fraction:
    return Fraction(0) if mean is None else Fraction(mean) * count
