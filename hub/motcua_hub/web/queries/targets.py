"""Targets for pages: what they are now, and what they were over a period."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.domain.availability import timeline
from motcua_hub.domain.availability.evidence import Evidence, Sli, State
from motcua_hub.domain.availability.figures import Figures, figures, measure
from motcua_hub.domain.availability.incidents import Incident, incidents, touching
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.availability.layers import Layers, Shape, shape
from motcua_hub.domain.availability.timeline import Segments
from motcua_hub.domain.availability.view import Band, shown
from motcua_hub.ledger import corrections, evidence, layers, now, probes, targets
from motcua_hub.ledger.described import Version, versions_of
from motcua_hub.ledger.layers import Basis
from motcua_hub.ledger.now import Now
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.subjects import Subjects
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.ledger.timelines import Lines
from motcua_hub.store import schema, warnings

PAGE: Final = 50
LATELY: Final = 30 * 86_400_000
_EVIDENCE: Final = 100
_INCIDENTS: Final = 100
_ORDER: Final = {State.DOWN: 0, State.UNKNOWN: 1, State.UP: 2}


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which targets a page shows; empty is all."""

    kind: str = ""
    site: str = ""
    unit: str = ""
    carrier: str = ""
    state: str = ""
    page: int = 1


class Row(msgspec.Struct, frozen=True):
    """One target of the list, with its last 30 days."""

    target: Target
    site_name: str
    is_now: Now
    figures: Figures


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the list; `counts` is how many of those asked for are in each state."""

    now: int
    rows: tuple[Row, ...]
    counts: dict[str, int]
    found: int
    pages: int
    sites: dict[str, str]
    units: tuple[str, ...]
    carriers: tuple[str, ...]


def listed(connection: Connection, asked: Filters, at: int) -> Listed:
    """The targets asked for: down first, then unknown, then up."""
    everything = targets.listing(connection)
    wanted = [each for each in everything if _fits(each, asked)]
    states = now.states(connection, at, [each.id for each in wanted])
    told_now = {each.id: states[each.id, each.sli] for each in wanted}
    counts = {state.value: 0 for state in State}
    for is_now in told_now.values():
        counts[is_now.state.value] += 1
    some = [e for e in wanted if asked.state in ("", told_now[e.id].state.value)]
    some.sort(key=lambda each: (_ORDER[told_now[each.id].state], each.site or "", each.id))
    page = some[(asked.page - 1) * PAGE : asked.page * PAGE]
    sites = site_names(connection)
    lately = recent(connection, [each.id for each in page], at)
    return Listed(
        now=at,
        rows=tuple(
            Row(each, sites.get(each.site or "", ""), told_now[each.id], lately[each.id])
            for each in page
        ),
        counts=counts,
        found=len(some),
        pages=max(1, -(-len(some) // PAGE)),
        sites=sites,
        units=tuple(sorted({each.unit for each in everything if each.unit})),
        carriers=tuple(sorted({each.carrier for each in everything if each.carrier})),
    )


def _fits(target: Target, asked: Filters) -> bool:
    return all(
        wanted in ("", has)
        for wanted, has in (
            (asked.kind, target.kind.value),
            (asked.site, target.site or ""),
            (asked.unit, target.unit),
            (asked.carrier, target.carrier),
        )
    )


def site_names(connection: Connection) -> dict[str, str]:
    """Every site's name, by its id."""
    site = schema.site
    rows = connection.execute(select(site.c.id, site.c.name).order_by(site.c.name, site.c.id))
    return {row.id: row.name or row.id for row in rows}


def recent(connection: Connection, names: Sequence[str], at: int) -> dict[str, Figures]:
    """The last 30 days of some targets, in the time that their contracts promise."""
    period = (at - LATELY, at)
    made = Subjects(View(connection, now=at), period)
    found: dict[str, Figures] = {}
    for each in made.of(list(names)):
        line = timeline(each.evidence, each.policy, life=period, ancestors=each.ancestors)
        over = shape(each.layers, period, each.policy.notice, hours=each.hours)
        found[each.target] = figures(measure(line, over), each.policy)
    return found


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a target's page shows. `period` is whole, `as_of` None for all that is known now."""

    period: Interval
    sli: Sli | None = None
    as_of: int | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A target over a period.

    Attributes:
        period: As far as it has passed.
        always: Figures around the clock; `office` in service hours only.
        more: There is more evidence than is shown.
    """

    target: Target
    site_name: str
    parent: Target | None
    sli: Sli
    is_now: Now
    period: Interval
    bands: tuple[Band, ...]
    always: Figures
    office: Figures
    incidents: tuple[Incident, ...]
    evidence: tuple[Evidence, ...]
    more: bool
    probes: tuple[probes.Row, ...]
    warnings: tuple[warnings.Warned, ...]
    corrections: tuple[corrections.Correction, ...]
    versions: tuple[Version, ...]


def one(connection: Connection, target_id: str, asked: Asked, at: int) -> Found | None:
    """A target over a period, known as of then; None when there is none."""
    period = _passed(asked, at)
    view = View(connection, asked.as_of, now=at, only=target_id, at=period[1] - 1)
    if target_id not in view.targets:
        return None
    target = view.target(target_id)
    sli = asked.sli or target.sli
    line = _line(view, target_id, period, sli)
    book = layers.book(connection, asked.as_of, places=view.places)
    policy = target.policy(sli)
    shapes = {
        basis: _shape(book.of(target, basis), period, policy.notice, asked.as_of)
        for basis in (Basis.ALWAYS, Basis.OFFICE)
    }
    pieces = evidence.latest(connection, target_id, period, asked.as_of, _EVIDENCE + 1)
    today = View(connection, now=at, only=target_id)
    states = now.of_view(today, at, [target_id])
    parent = target.parent or ""
    return Found(
        target=target,
        site_name=site_names(connection).get(target.site or "", ""),
        parent=view.targets.get(parent),
        sli=sli,
        is_now=states.get((target_id, sli), Now(State.UNKNOWN, period[1])),
        period=period,
        bands=shown(line, shapes[Basis.ALWAYS]),
        always=figures(measure(line, shapes[Basis.ALWAYS]), policy),
        office=figures(measure(line, shapes[Basis.OFFICE]), policy),
        incidents=_newest(line, policy.merge_gap, period),
        evidence=pieces[:_EVIDENCE],
        more=len(pieces) > _EVIDENCE,
        probes=tuple(probes.of_target(connection, target_id)),
        warnings=warnings.of_target(connection, target_id),
        corrections=tuple(corrections.of_target(connection, target_id)),
        versions=_versions(connection, target_id, asked.as_of),
    )


def _versions(connection: Connection, target_id: str, as_of: int | None) -> tuple[Version, ...]:
    """What was on record of it at `as_of`, newest first."""
    found = versions_of(connection, target_id)
    return tuple(e for e in found if as_of is None or e.recorded_at <= as_of or e.number == 1)


def _passed(asked: Asked, at: int) -> Interval:
    """The part of the period that had passed; at least a minute, so that there is something."""
    begin, end = asked.period
    known = at if asked.as_of is None else min(at, asked.as_of)
    return (begin, max(begin + 60_000, min(end, known)))


def _line(view: View, target_id: str, period: Interval, sli: Sli) -> Segments:
    if view.as_of is None:
        return Lines(view).segments(target_id, period, sli)
    return view.segments(target_id, period, sli)


def _shape(of: Layers, period: Interval, notice: int, as_of: int | None) -> Shape:
    return shape(of, period, notice, as_of)


def _newest(line: Segments, merge_gap: int, period: Interval) -> tuple[Incident, ...]:
    found = touching(incidents(line, merge_gap), period)
    return tuple(sorted(found, key=lambda each: -each.begin)[:_INCIDENTS])


def kinds() -> tuple[str, ...]:
    """All kinds of targets, in the order of the province's own list."""
    return tuple(each.value for each in Kind)
