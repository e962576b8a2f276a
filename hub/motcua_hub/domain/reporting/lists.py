"""Lists of a document: targets, outages, missing times, planned work. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from motcua_hub.domain.reporting import cells
from motcua_hub.domain.reporting.document import Cell, Column, Kind, Row, Table
from motcua_hub.domain.reporting.finding import Finding
from motcua_hub.domain.reporting.groups import Total, group, mean

Words = Mapping[str, str]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Planned work or force majeure that the period holds, in words."""

    key: str
    kind: str
    begin: int
    end: int
    about: str
    reason: str
    paper: str
    asked_by: str
    approved_by: str
    announced_at: int | None = None


_FIGURES: Final = (
    ("availability", Kind.PERCENT),
    ("lower", Kind.PERCENT),
    ("upper", Kind.PERCENT),
    ("coverage", Kind.PERCENT),
    ("down", Kind.DURATION),
    ("unknown", Kind.DURATION),
    ("office_availability", Kind.PERCENT),
    ("office_coverage", Kind.PERCENT),
    ("office_down", Kind.DURATION),
    ("started", Kind.COUNT),
    ("mttr", Kind.DURATION),
)


def figure_columns(words: Words) -> tuple[Column, ...]:
    """The columns of what `figure_cells` gives."""
    return tuple(Column(key, words[f"col.{key}"], kind) for key, kind in _FIGURES)


def figure_cells(always: Total, office: Total) -> tuple[Cell, ...]:
    """The figures of one line: around the clock, then in office hours."""
    told, handled = always.figures, always.handled
    return (
        cells.percent(told.availability),
        cells.percent(told.lower),
        cells.percent(told.upper),
        cells.percent(told.coverage),
        cells.duration(always.amounts.down),
        cells.duration(always.amounts.unknown),
        cells.percent(office.figures.availability),
        cells.percent(office.figures.coverage),
        cells.duration(office.amounts.down),
        cells.count(handled.started),
        cells.mean(mean(handled.repair, handled.ended)),
    )


def targets(found: Sequence[Finding], words: Words) -> Table:
    """Every target."""
    columns = (
        Column("name", words["col.target"]),
        Column("kind", words["col.kinds"]),
        Column("site", words["col.sites"]),
        Column("unit", words["col.units"]),
        Column("carrier", words["col.carriers"]),
        *figure_columns(words),
        Column("verdict", words["col.verdict"]),
    )
    rows = [_target_row(each, words) for each in _in_order(found)]
    note = words["note.targets"]
    return Table("targets", words["table.targets"], columns, tuple(rows), note, words["empty"])


def _in_order(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda e: (e.facts.site_name, e.facts.kind, e.facts.name, e.facts.id))


def _target_row(each: Finding, words: Words) -> Row:
    facts, alone = each.facts, group(each.facts.id, each.facts.name, (each,))
    return Row(
        facts.id,
        (
            cells.text(facts.name),
            cells.text(words[f"kind.{facts.kind}"]),
            cells.text(facts.site_name or facts.site),
            cells.text(facts.unit),
            cells.text(facts.carrier),
            *figure_cells(alone.always, alone.office),
            cells.text(words[f"verdict.{each.contract.figures.verdict.value}"]),
        ),
    )


def outages(found: Sequence[Finding], words: Words) -> Table:
    """Every outage of which some part counts, by its beginning."""
    columns = (
        Column("name", words["col.target"]),
        Column("site", words["col.sites"]),
        Column("begin", words["col.begin"], Kind.MOMENT),
        Column("end", words["col.end"], Kind.MOMENT),
        Column("lost", words["col.lost"], Kind.DURATION),
        Column("cause", words["col.cause"]),
        Column("incident", words["col.incident"]),
    )
    rows = [
        (
            each.begin,
            Row(
                f"{one.facts.id}@{each.begin}",
                (
                    cells.text(one.facts.name),
                    cells.text(one.facts.site_name or one.facts.site),
                    cells.moment(each.begin),
                    cells.moment(each.end) if each.ended else Cell(words["outage.lasts"]),
                    cells.duration(each.lost),
                    cells.text(words[f"cause.{each.cause}"]),
                    cells.text(f"#{each.number}" if each.number else ""),
                ),
            ),
        )
        for one in found
        for each in one.outages
        if each.lost
    ]
    rows.sort(key=lambda pair: (pair[0], pair[1].key))
    listed = tuple(row for _, row in rows)
    note, empty = words["note.outages"], words["empty.outages"]
    return Table("outages", words["table.outages"], columns, listed, note, empty)


def missing(found: Sequence[Finding], words: Words) -> Table:
    """Every time of which nobody has told yet."""
    columns = (
        Column("name", words["col.target"]),
        Column("site", words["col.sites"]),
        Column("begin", words["col.begin"], Kind.MOMENT),
        Column("end", words["col.end"], Kind.MOMENT),
        Column("length", words["col.length"], Kind.DURATION),
    )
    rows = [
        Row(
            f"{one.facts.id}@{begin}",
            (
                cells.text(one.facts.name),
                cells.text(one.facts.site_name or one.facts.site),
                cells.moment(begin),
                cells.moment(end),
                cells.duration(end - begin),
            ),
        )
        for one in _in_order(found)
        for begin, end in one.missing
    ]
    note, empty = words["note.missing"], words["empty.missing"]
    return Table("missing", words["table.missing"], columns, tuple(rows), note, empty)


def plans(planned: Sequence[Plan], words: Words) -> Table:
    """What was agreed not to count."""
    columns = (
        Column("kind", words["col.plan"]),
        Column("begin", words["col.begin"], Kind.MOMENT),
        Column("end", words["col.end"], Kind.MOMENT),
        Column("about", words["col.about"]),
        Column("reason", words["col.reason"]),
        Column("paper", words["col.paper"]),
        Column("announced", words["col.announced"], Kind.MOMENT),
        Column("people", words["col.people"]),
    )
    rows = tuple(
        Row(
            each.key,
            (
                cells.text(words[f"plan.{each.kind}"]),
                cells.moment(each.begin),
                cells.moment(each.end),
                cells.text(each.about),
                cells.text(each.reason),
                cells.text(each.paper),
                cells.moment(each.announced_at),
                cells.text(f"{each.asked_by} → {each.approved_by}"),
            ),
        )
        for each in planned
    )
    empty = words["empty.plans"]
    return Table("plans", words["table.plans"], columns, rows, words["note.plans"], empty)
