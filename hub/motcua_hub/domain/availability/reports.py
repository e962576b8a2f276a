"""Reports: what was found for a period, frozen. Late evidence makes a new revision, never an edit.

A report names the evidence it stands on and the report it follows, and carries the hash of all it
says. Pure: storing, numbering across targets and printing are done elsewhere.
"""

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

import msgspec

from motcua_hub.domain.availability.changes import Change, changed, line
from motcua_hub.domain.availability.evidence import Evidence, State, known_at
from motcua_hub.domain.availability.figures import Figures, figures, measure, percent
from motcua_hub.domain.availability.incidents import (
    Incident,
    Marked,
    Response,
    belonging,
    incidents,
    response,
    touching,
    unplanned,
)
from motcua_hub.domain.availability.intervals import (
    Interval,
    Spans,
    difference,
    intersection,
    length,
)
from motcua_hub.domain.availability.layers import Layers, Shape, shape
from motcua_hub.domain.availability.masking import Ancestor
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.timeline import Segments, spans_of, timeline

_FIELD: Final = "\x1f"


class Standing(StrEnum):
    """Whether a report may still change without anybody being late (R14)."""

    PROVISIONAL = "provisional"
    FINAL = "final"


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the figures of one target follow from.

    `journals` is what the site's own journals cover so far; `marks` what is on record of outages as
    they were known then; `hours` may bring the service time of the period, worked out for many.
    """

    target: str
    evidence: tuple[Evidence, ...]
    policy: Policy
    layers: Layers = Layers()
    ancestors: tuple[Ancestor, ...] = ()
    journals: Spans = ()
    marks: tuple[Marked, ...] = ()
    hours: Spans | None = None


class Watermark(msgspec.Struct, frozen=True):
    """Which evidence a report stands on: how many pieces, the latest arrival, their digest."""

    count: int
    latest: int
    digest: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of one target's report. Times are UTC ms, exact numbers are text.

    Attributes:
        measured: The part of the period that had passed at `as_of`.
        missing: Times in the base that nobody has told of yet.
        evidence: What arrived since the previous revision and speaks of what changed.
        previous: The hash of the revision before; empty for the first.
        sha256: Of everything else here.
    """

    target: str
    sli: str
    period: Interval
    measured: Interval
    policy: str
    as_of: int
    revision: int
    standing: Standing
    watermark: Watermark
    numbers: dict[str, Any]
    incidents: tuple[Incident, ...]
    missing: Spans
    emergencies: tuple[Interval, ...]
    changes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    previous: str = ""
    sha256: str = ""


class _View(msgspec.Struct, frozen=True):
    """What a subject looked like at one moment."""

    segments: Segments
    whole: Shape
    elapsed: Shape


def report(
    subject: Subject,
    period: Interval,
    as_of: int,
    segments: Segments | None = None,
    stands_on: Watermark | None = None,
) -> Report:
    """The first report of a period, by what had been received at `as_of`.

    `segments` and `stands_on` may bring the subject's `line_of` and its evidence's `watermark` at
    `as_of`, made once for several layers.
    """
    view = _view(subject, period, as_of, segments)
    return _sealed(_drawn(subject, period, as_of, view, stands_on))


def line_of(subject: Subject, period: Interval, as_of: int) -> Segments:
    """The time line that a report of the period is drawn from; the layers have no part in it."""
    return timeline(
        subject.evidence,
        subject.policy,
        as_of,
        life=_life(subject.evidence, period),
        ancestors=subject.ancestors,
    )


def revised(
    subject: Subject,
    previous: Report,
    as_of: int,
    now_line: Segments | None = None,
    then_line: Segments | None = None,
    *,
    stands_on: Watermark | None = None,
) -> Report | None:
    """The next revision; None while it would say nothing else.

    Evidence and approvals that arrived since change it; so does becoming final. `now_line` and
    `then_line` may bring the subject's `line_of` at `as_of` and at the previous report's,
    `stands_on` its evidence's `watermark` at `as_of`.
    """
    now = _view(subject, previous.period, as_of, now_line)
    then = _view(subject, previous.period, previous.as_of, then_line)
    drawn = _drawn(subject, previous.period, as_of, now, stands_on)
    if _saying(drawn) == _saying(previous):
        return None
    found = changed(then.segments, now.segments, now.whole.base)
    return _sealed(
        msgspec.structs.replace(
            drawn,
            revision=previous.revision + 1,
            previous=previous.sha256,
            changes=tuple(line(each) for each in found),
            evidence=_behind(subject.evidence, found, (previous.as_of, as_of)),
        )
    )


def intact(found: Report) -> bool:
    """Whether a report still says what it was sealed with."""
    return _hash(found) == found.sha256


def standing(period: Interval, as_of: int, journals: Spans, settle: int) -> Standing:
    """Final once the period is over and either all journals cover it or they had their time."""
    covered = not difference((period,), journals) if period[0] < period[1] else True
    over = as_of >= period[1]
    settled = as_of >= period[1] + settle or (over and covered)
    return Standing.FINAL if settled else Standing.PROVISIONAL


def _view(subject: Subject, period: Interval, as_of: int, made: Segments | None = None) -> _View:
    policy = subject.policy
    segments = line_of(subject, period, as_of) if made is None else made
    whole = shape(subject.layers, period, policy.notice, as_of, subject.hours)
    elapsed = (period[0], max(period[0], min(period[1], as_of)))
    if elapsed == period:
        return _View(segments, whole, whole)
    passed = shape(subject.layers, elapsed, policy.notice, as_of, subject.hours)
    return _View(segments, whole, passed)


def _life(evidence: Iterable[Evidence], period: Interval) -> Interval:
    """Far enough on both sides for incidents not to be cut by the period."""
    begin, end = period
    for each in evidence:
        begin, end = min(begin, each.begin), max(end, each.end)
    return begin, end


def _drawn(
    subject: Subject, period: Interval, as_of: int, view: _View, stands_on: Watermark | None
) -> Report:
    policy, base = subject.policy, view.elapsed.base
    amounts = measure(view.segments, view.elapsed)
    outages = incidents(view.segments, policy.merge_gap)
    found = touching(outages, view.elapsed.period)
    unknown = intersection(base, spans_of(view.segments, State.UNKNOWN))
    marks = belonging(outages, [each.at(as_of) for each in subject.marks])
    handled = response(unplanned(found, base), view.elapsed.period, amounts.up, marks)
    told = figures(amounts, policy, promised=length(view.whole.base))
    return Report(
        target=subject.target,
        sli=policy.sli.value,
        period=period,
        measured=view.elapsed.period,
        policy=policy.version,
        as_of=as_of,
        revision=1,
        standing=standing(period, as_of, subject.journals, policy.settle),
        watermark=stands_on or watermark(subject.evidence, as_of),
        numbers={**numbers(told, handled), "blips": _blips(subject, view.elapsed.period, as_of)},
        incidents=found,
        missing=difference(unknown, subject.journals),
        emergencies=tuple((each.begin, each.end) for each in view.whole.emergencies),
    )


def _blips(subject: Subject, period: Interval, as_of: int) -> int:
    """How many failures of the period were never confirmed, whatever the policy makes of them."""
    return sum(
        each.blip and each.sli is subject.policy.sli and period[0] <= each.begin < period[1]
        for each in known_at(subject.evidence, as_of)
    )


def watermark(evidence: Iterable[Evidence], as_of: int) -> Watermark:
    """Which evidence counts at `as_of`; the same for any order and any repetition."""
    known = known_at(evidence, as_of)
    lines = sorted({_FIELD.join(map(str, msgspec.structs.astuple(each))) for each in known})
    latest = max((each.received_at for each in known), default=0)
    return Watermark(len(lines), latest, hashlib.sha256("\n".join(lines).encode()).hexdigest())


def numbers(found: Figures, handled: Response) -> dict[str, Any]:
    """All numbers as plain values: lengths as ms, exact fractions as text, None where none is."""
    shares = msgspec.structs.asdict(found)
    amounts = msgspec.structs.asdict(shares.pop("amounts"))
    plain = {**amounts, **shares, **msgspec.structs.asdict(handled)}
    told = {key: _plain(value) for key, value in plain.items()}
    return {**told, "availability_percent": percent(found.availability)}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any number a figure may be
    return str(value) if isinstance(value, Fraction | StrEnum) else value


def _behind(
    evidence: Iterable[Evidence], found: Iterable[Change], between: Interval
) -> tuple[str, ...]:
    """The evidence that arrived after `between[0]` and speaks of a changed time."""
    spans = [span for change in found for span in change.spans]
    late = (each for each in evidence if between[0] < each.received_at <= between[1])
    return tuple(
        sorted(
            {
                each.id
                for each in late
                if any(each.begin < end and begin < each.end for begin, end in spans)
            }
        )
    )


def _saying(found: Report) -> Report:
    """A report without its place in the row of revisions."""
    blank = Watermark(0, 0, "")
    return msgspec.structs.replace(
        found, as_of=0, revision=0, watermark=blank, changes=(), evidence=(), previous="", sha256=""
    )


def _sealed(found: Report) -> Report:
    return msgspec.structs.replace(found, sha256=_hash(found))


def _hash(found: Report) -> str:
    said = msgspec.structs.replace(found, sha256="")
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()
