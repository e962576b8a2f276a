"""From a figure of a report to what it follows from: segments of time, and evidence behind each."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.availability.evidence import Evidence, State, known_at
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.reports import intact, line_of
from motcua_hub.domain.availability.timeline import Segment
from motcua_hub.domain.reporting.finding import Made
from motcua_hub.domain.reporting.periods import PeriodKind, containing
from motcua_hub.ledger.layers import Basis
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.subjects import Subjects
from motcua_hub.reporting import reading
from motcua_hub.reporting.making import kept_one
from motcua_hub.store import archive
from motcua_hub.store.archive import Entry

MOST: Final = 200
"""Of segments that are not up; a page of more is read by nobody."""
MOST_EVIDENCE: Final = 12


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which the target was not up, as the report had it, and who said so (UTC ms).

    `deciding` is the evidence whose word it is, `others` what else was said; `more` is how many
    pieces are not shown.
    """

    segment: Segment
    begin: int
    end: int
    deciding: tuple[Evidence, ...]
    others: tuple[Evidence, ...]
    more: int


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """What one target's figures in one version of a report follow from.

    Attributes:
        sealed: What is in the archive, and carries its own hash.
        intact: It is what it was sealed as.
        same: Computed again from evidence it comes out the same.
        pieces: The first times of the period in which it was not up.
        many: How many there are in all.
    """

    target: str
    sealed: Made
    intact: bool
    same: bool
    policy: Policy
    pieces: tuple[Piece, ...]
    many: int


def trace(connection: Connection, entry: Entry, target: str) -> Trace | None:
    """The trace of a target; None when the report says nothing of it."""
    sealed = kept_one(connection, entry, target)
    if sealed is None:
        return None
    again = _again(connection, entry, target)
    period = (entry.begin_at, entry.end_at)
    view = View(connection, entry.as_of)
    subject = next(Subjects(view, period, basis=Basis.ALWAYS).of([target]))
    line = line_of(subject, period, entry.as_of)
    down = [each for each in _clipped(line, period) if each.state is not State.UP]
    known = [
        each for each in known_at(subject.evidence, entry.as_of) if each.sli is subject.policy.sli
    ]
    return Trace(
        target=target,
        sealed=sealed,
        intact=intact(sealed.always) and intact(sealed.office),
        same=again == (sealed.always.sha256, sealed.office.sha256),
        policy=subject.policy,
        pieces=tuple(_piece(each, known) for each in down[:MOST]),
        many=len(down),
    )


def _again(connection: Connection, entry: Entry, target: str) -> tuple[str, str] | None:
    """The hashes that the target's reports have when they are made again now."""
    versions = archive.versions(connection, entry.number)
    earlier = next((each for each in versions if each.version == entry.version - 1), None)
    was = None if earlier is None else kept_one(connection, earlier, target)
    found = reading.findings(
        connection,
        containing(PeriodKind(entry.kind), entry.begin_at),
        entry.as_of,
        entry.filters,
        {} if was is None else {target: was},
        only=target,
    )
    one = next(found, None)
    return None if one is None else (one.always_report.sha256, one.office_report.sha256)


def _clipped(line: Iterable[Segment], period: Interval) -> Iterator[Segment]:
    begin, end = period
    for each in line:
        if each.begin < end and begin < each.end:
            inside = (max(each.begin, begin), min(each.end, end))
            yield msgspec.structs.replace(each, begin=inside[0], end=inside[1])


def _piece(segment: Segment, known: Sequence[Evidence]) -> Piece:
    """A segment with what was said of it; the deciding rank first, then higher ranks first."""
    about = [e for e in known if e.begin < segment.end and segment.begin < e.end]
    about.sort(key=lambda each: (each.rank != segment.rank, -each.rank, each.begin))
    shown = about[:MOST_EVIDENCE]
    deciding = [each for each in shown if segment.rank and each.rank == segment.rank]
    others = [each for each in shown if each not in deciding]
    return Piece(
        segment=segment,
        begin=segment.begin,
        end=segment.end,
        deciding=tuple(deciding),
        others=tuple(others),
        more=len(about) - len(shown),
    )
