"""From findings to the document: which tables a report has, and what stands in them. Pure.

Every table of sums is made of the same targets, so that its parts add up to the whole.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from motcua_hub.domain.availability.figures import Verdict
from motcua_hub.domain.availability.reports import Standing
from motcua_hub.domain.reporting import cells, lists, written
from motcua_hub.domain.reporting.document import Cell, Column, Document, Head, Kind, Row, Table
from motcua_hub.domain.reporting.finding import CAUSES, Finding
from motcua_hub.domain.reporting.groups import Group, Total, group, grouped, mean
from motcua_hub.domain.reporting.lists import Plan
from motcua_hub.domain.reporting.periods import Period

Words = Mapping[str, str]
TOTAL: Final = "total"
_Measure = tuple[str, Kind, Callable[[Total], Cell]]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """All that a document is made from."""

    number: str
    version: int
    period: Period
    as_of: int
    findings: tuple[Finding, ...]
    head: Head = Head()
    filters: tuple[str, ...] = ()
    plans: tuple[Plan, ...] = ()
    unofficial: tuple[int, ...] = ()
    targets: str = ""
    previous: str = ""
    reason: str = ""
    made_by: str = ""


def build(source: Source, words: Words, changes: Sequence[Table] = ()) -> Document:
    """The document; `changes` are the tables of what a new version corrects."""
    standing = standing_of(source.findings)
    begin, end = source.period.interval
    final = standing is Standing.FINAL
    return Document(
        number=source.number,
        version=source.version,
        title=words["title"],
        subtitle=source.period.text,
        period=words["period"].format(tu_ngay=written.day(begin), den_ngay=written.day(end - 1)),
        begin=begin,
        end=end,
        as_of=source.as_of,
        standing=standing.value,
        standing_text=words[f"standing.{standing.value}"],
        official=_official(source, words) if final else words["provisional"],
        head=source.head,
        filters=source.filters,
        tables=(*_tables(source, words), *changes),
        notes=tuple(_notes(source, words, final=final)),
        targets=source.targets,
        previous=source.previous,
        reason=source.reason,
        made_by=source.made_by,
    )


def standing_of(findings: Iterable[Finding]) -> Standing:
    """Final when every target's part is."""
    open_ones = any(each.standing is Standing.PROVISIONAL for each in findings)
    return Standing.PROVISIONAL if open_ones else Standing.FINAL


def _official(source: Source, words: Words) -> str:
    return words["official"].format(
        gio=written.clock(source.as_of), ngay=written.day(source.as_of), pb=source.version
    )


def _notes(source: Source, words: Words, *, final: bool) -> Iterable[str]:
    if not final:
        many = sum(each.standing is Standing.PROVISIONAL for each in source.findings)
        yield words["note.provisional"].format(n=many)
    for year in source.unofficial:
        yield words["note.calendar"].format(nam=year)
    for name in ("nodata", "formula", "bounds", "floor", "cut", "sums", "planned", "office"):
        yield words[f"note.{name}"]


def _tables(source: Source, words: Words) -> Iterable[Table]:
    found = source.findings
    whole = group(TOTAL, words["total"], found)
    yield _summary(whole, words)
    yield _groups("units", grouped(found, _by_unit(words)), whole, words)
    yield _groups("sites", grouped(found, _by_site(words)), whole, words)
    yield _groups("kinds", grouped(found, lambda each: _kind(each, words)), whole, words)
    carriers = grouped(found, lambda each: (each.facts.carrier, each.facts.carrier))
    yield _groups("carriers", carriers, None, words)
    yield _causes(whole, words)
    yield lists.targets(found, words)
    yield lists.outages(found, words)
    yield lists.missing(found, words)
    yield lists.plans(source.plans, words)


def _by_unit(words: Words) -> Callable[[Finding], tuple[str, str]]:
    return lambda each: (each.facts.unit or "-", each.facts.unit or words["unit.none"])


def _by_site(words: Words) -> Callable[[Finding], tuple[str, str]]:
    none = words["site.none"]
    return lambda each: (each.facts.site or "-", each.facts.site_name or each.facts.site or none)


def _kind(each: Finding, words: Words) -> tuple[str, str]:
    return each.facts.kind, words[f"kind.{each.facts.kind}"]


_MEASURES: Final[tuple[_Measure, ...]] = (
    ("full", Kind.DURATION, lambda t: cells.duration(t.amounts.full)),
    ("maintenance", Kind.DURATION, lambda t: cells.duration(t.amounts.maintenance)),
    ("excluded", Kind.DURATION, lambda t: cells.duration(t.amounts.excluded)),
    ("base", Kind.DURATION, lambda t: cells.duration(t.amounts.base)),
    ("gross", Kind.DURATION, lambda t: cells.duration(_gross(t))),
    ("down_excluded", Kind.DURATION, lambda t: cells.duration(t.down_excluded)),
    ("down_planned", Kind.DURATION, lambda t: cells.duration(t.down_planned)),
    ("down", Kind.DURATION, lambda t: cells.duration(t.amounts.down)),
    ("unknown", Kind.DURATION, lambda t: cells.duration(t.amounts.unknown)),
    ("doubt", Kind.DURATION, lambda t: cells.duration(t.amounts.doubt)),
    ("availability", Kind.PERCENT, lambda t: cells.percent(t.figures.availability)),
    ("lower", Kind.PERCENT, lambda t: cells.percent(t.figures.lower)),
    ("upper", Kind.PERCENT, lambda t: cells.percent(t.figures.upper)),
    ("coverage", Kind.PERCENT, lambda t: cells.percent(t.figures.coverage)),
    ("variant", Kind.PERCENT, lambda t: cells.percent(t.figures.planned_as_available)),
    ("started", Kind.COUNT, lambda t: cells.count(t.handled.started)),
    ("mttd", Kind.DURATION, lambda t: cells.mean(mean(t.handled.detection, t.handled.detected))),
    ("mtta", Kind.DURATION, lambda t: cells.mean(mean(t.handled.answer, t.handled.answered))),
    ("mttr", Kind.DURATION, lambda t: cells.mean(mean(t.handled.repair, t.handled.ended))),
    ("on_time", Kind.COUNT, lambda t: cells.count(t.handled.on_time)),
    ("late", Kind.COUNT, lambda t: cells.count(t.handled.late)),
)


def _gross(total: Total) -> int:
    return total.amounts.down + total.down_planned + total.down_excluded


def _summary(whole: Group, words: Words) -> Table:
    columns = (
        Column("measure", words["col.measure"]),
        Column("always", words["basis.always"], Kind.PERCENT),
        Column("office", words["basis.office"], Kind.PERCENT),
    )
    both = cells.count(whole.targets)
    rows = [Row("targets", (Cell(words["measure.targets"]), both, both), Kind.COUNT)]
    for key, kind, of in _MEASURES:
        named = Cell(words[f"measure.{key}"])
        rows.append(Row(key, (named, of(whole.always), of(whole.office)), kind))
    for verdict in (Verdict.MET, Verdict.BREACHED, Verdict.NOT_PROVEN, Verdict.NOTHING):
        told = cells.count(whole.verdicts[verdict])
        named = Cell(words[f"measure.{verdict.value}"])
        rows.append(Row(verdict.value, (named, told, cells.NOTHING), Kind.COUNT))
    return Table("summary", words["table.summary"], columns, tuple(rows), words["note.verdicts"])


def _groups(key: str, found: Sequence[Group], whole: Group | None, words: Words) -> Table:
    columns = (
        Column("name", words[f"col.{key}"]),
        Column("targets", words["col.targets"], Kind.COUNT),
        *lists.figure_columns(words),
        Column("on_time", words["col.on_time"], Kind.COUNT),
        Column("late", words["col.late"], Kind.COUNT),
        Column("verdict", words["col.verdict"]),
    )
    rows = [_group_row(each, words) for each in found]
    if whole is not None:
        rows.append(msgspec.structs.replace(_group_row(whole, words), total=True))
    return Table(key, words[f"table.{key}"], columns, tuple(rows), empty=words["empty"])


def _group_row(each: Group, words: Words) -> Row:
    handled = each.always.handled
    return Row(
        each.key,
        (
            cells.text(each.name),
            cells.count(each.targets),
            *lists.figure_cells(each.always, each.office),
            cells.count(handled.on_time),
            cells.count(handled.late),
            cells.text(_judged(each, words)),
        ),
    )


def _judged(each: Group, words: Words) -> str:
    """How many targets kept their promise; below the floor of coverage none is said to have."""
    if not each.proven:
        return words["verdict.not_proven"]
    return words["verdict.share"].format(n=each.verdicts[Verdict.MET], tong=each.targets)


def _causes(whole: Group, words: Words) -> Table:
    columns = (
        Column("cause", words["col.cause"]),
        Column("outages", words["col.outages"], Kind.COUNT),
        Column("down", words["col.down"], Kind.DURATION),
        Column("share", words["col.share"], Kind.PERCENT),
        Column("office_outages", words["col.office_outages"], Kind.COUNT),
        Column("office_down", words["col.office_down"], Kind.DURATION),
        Column("office_share", words["col.office_share"], Kind.PERCENT),
    )
    there = {*whole.always.by_cause, *whole.office.by_cause, *whole.always.outages}
    rows = [_cause_row(cause, whole, words) for cause in CAUSES if cause in there]
    if rows:
        rows.append(_cause_row(TOTAL, whole, words))
    return Table(
        "causes", words["table.causes"], columns, tuple(rows), empty=words["empty.outages"]
    )


def _cause_row(cause: str, whole: Group, words: Words) -> Row:
    total = cause == TOTAL
    found = [Cell(words["total"] if total else words[f"cause.{cause}"])]
    for side in (whole.always, whole.office):
        down = side.amounts.down if total else side.by_cause.get(cause, 0)
        many = sum(side.outages.values()) if total else side.outages.get(cause, 0)
        found += [cells.count(many), cells.duration(down), _share(down, side.amounts.down)]
    return Row(cause, tuple(found), total=total)


def _share(some: int, whole: int) -> Cell:
    return cells.percent(Fraction(some, whole) if whole else None)
