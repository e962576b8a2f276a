"""Incidents as their pages show them: the list with its filters, and one with all around it."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from motcua_hub.domain.incident.state import State, fold
from motcua_hub.domain.incident.vocabulary import Status
from motcua_hub.store import schema, timelines
from motcua_hub.store.timelines import Row
from motcua_hub.web.queries import promises
from motcua_hub.web.queries.promises import Named

MOST: Final = 300
OPEN, RESTORED, ALL = "open", "restored", "all"
TABS: Final = (OPEN, RESTORED, ALL)
_OVER: Final = (Status.RESTORED.value, Status.FIXED.value)
_TABLE: Final = schema.incident
_I: Final = schema.incident.c


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which incidents somebody wants to see; empty texts and None ask for nothing."""

    tab: str = OPEN
    site: str = ""
    unit: int | None = None
    responsible: str = ""
    cause: str = ""
    carrier: str = ""

    @property
    def any(self) -> bool:
        """Whether anything but the tab was chosen."""
        return self != Wanted(tab=self.tab)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One incident in a list. Times are UTC ms."""

    id: int
    kind: str
    site: str
    site_name: str
    subject: str
    target: str | None
    target_name: str
    detail: str
    status: str
    severity: int
    onset_at: int
    opened_at: int
    restored_at: int | None
    closed_at: int | None
    acknowledged_at: int | None
    responsible: str
    cause: str
    confidence: int
    provisional: bool
    unit: int | None
    unit_name: str
    owner: str
    ack_due_at: int | None
    repair_due_at: int | None
    parent: int | None
    carrier: str
    transfers: int
    count: int
    unreached_at: int | None

    @property
    def since(self) -> int:
        """When it began."""
        return self.onset_at or self.opened_at

    @property
    def due(self) -> int | None:
        """The deadline that runs now; None when none does."""
        if self.restored_at is not None or self.closed_at is not None:
            return None
        waiting = self.acknowledged_at is None and self.ack_due_at is not None
        return self.ack_due_at if waiting else self.repair_due_at


_JOINED: Final = ("site_name", "target_name", "unit_name", "unreached_at")
_COLUMNS: Final = tuple(_I[name] for name in Line.__struct_fields__ if name not in _JOINED)


def _query() -> Any:  # noqa: ANN401 - a select
    s, t, u, e = schema.site, schema.target, schema.unit, schema.escalation
    unit_name = func.coalesce(func.nullif(u.c.short, ""), u.c.name, "")
    return select(
        *_COLUMNS,
        func.coalesce(s.c.name, "").label("site_name"),
        func.coalesce(t.c.name, "").label("target_name"),
        unit_name.label("unit_name"),
        e.c.unreached_at,
    ).select_from(
        _TABLE.outerjoin(s, s.c.id == _I.site)
        .outerjoin(t, t.c.id == _I.target)
        .outerjoin(u, u.c.id == _I.unit)
        .outerjoin(e, e.c.incident == _I.id)
    )


def listing(connection: Connection, wanted: Wanted, limit: int = MOST) -> tuple[Line, ...]:
    """The worst first, of those the oldest; closed ones by when they began, newest first.

    What another incident explains is found at its parent, unless everything is asked for.
    """
    query = _query().where(*_limits(wanted)).limit(limit)
    if wanted.tab == ALL:
        query = query.order_by(_I.opened_at.desc(), _I.id.desc())
    else:
        query = query.order_by(_I.severity, _I.onset_at, _I.id)
    return tuple(Line(**row) for row in connection.execute(query).mappings())


def _limits(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.tab == OPEN:
        found += [_I.status.notin_([*_OVER, Status.CLOSED.value]), _I.parent.is_(None)]
    elif wanted.tab == RESTORED:
        found.append(_I.status.in_(_OVER))
    named = {"site": wanted.site, "responsible": wanted.responsible, "cause": wanted.cause}
    named["carrier"] = wanted.carrier
    found += [_I[name] == value for name, value in named.items() if value]
    if wanted.unit is not None:
        found.append(_I.unit == wanted.unit)
    return found


def line(connection: Connection, incident: int) -> Line | None:
    """One of them; None when there is none."""
    row = connection.execute(_query().where(_I.id == incident)).mappings().one_or_none()
    return None if row is None else Line(**row)


class Choice(msgspec.Struct, frozen=True):
    """Something to choose in a filter or a form."""

    value: str
    name: str


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What the filters offer: only what incidents have."""

    sites: tuple[Choice, ...]
    units: tuple[Choice, ...]
    carriers: tuple[Choice, ...]


def choices(connection: Connection) -> Choices:
    """What there is to choose from."""
    s = schema.site.c
    used = select(_I.site).distinct()
    sites = connection.execute(select(s.id, s.name).where(s.id.in_(used)).order_by(s.name, s.id))
    carriers = connection.scalars(
        select(_I.carrier).where(_I.carrier != "").distinct().order_by(_I.carrier)
    )
    return Choices(
        sites=tuple(Choice(row.id, row.name or row.id) for row in sites),
        units=units(connection),
        carriers=tuple(Choice(name, name) for name in carriers),
    )


def units(connection: Connection) -> tuple[Choice, ...]:
    """The units of the directory that have not ended."""
    u = schema.unit.c
    rows = connection.execute(select(u.id, u.name).where(u.ends.is_(None)).order_by(u.name, u.id))
    return tuple(Choice(str(row.id), row.name) for row in rows)


def unit_name(connection: Connection, unit: int) -> str | None:
    """What a unit is called; None when there is none."""
    u = schema.unit.c
    name: str | None = connection.scalar(select(u.name).where(u.id == unit))
    return name


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """An officer's report that joined."""

    site: str
    at: int
    component: str
    counter: int | None
    note: str
    withdrawn_at: int | None


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A notice about it."""

    id: int
    kind: str
    state: str


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one incident."""

    line: Line
    state: State
    rows: tuple[Row, ...]
    parent: Line | None
    children: tuple[Line, ...]
    masked: tuple[Choice, ...]
    watchers: tuple[str, ...]
    reports: tuple[Report, ...]
    papers: tuple[Paper, ...]
    promise: Named | None


def whole(connection: Connection, incident: int) -> Whole | None:
    """One incident; None when there is none."""
    found = line(connection, incident)
    if found is None:
        return None
    rows = tuple(timelines.entries_of(connection, incident))
    state = fold(entry for entry in (row.entry for row in rows) if entry is not None)
    return Whole(
        line=found,
        state=state,
        rows=rows,
        parent=None if found.parent is None else line(connection, found.parent),
        children=_children(connection, incident),
        masked=_named_targets(connection, state.masked),
        watchers=_watchers(connection, incident),
        reports=_reports(connection, incident),
        papers=_papers(connection, incident),
        promise=promises.of_promise(connection, state.promise),
    )


def _children(connection: Connection, incident: int) -> tuple[Line, ...]:
    query = _query().where(_I.parent == incident).order_by(_I.id).limit(MOST)
    return tuple(Line(**row) for row in connection.execute(query).mappings())


def _named_targets(connection: Connection, ids: tuple[str, ...]) -> tuple[Choice, ...]:
    t = schema.target.c
    names = {
        row.id: row.name
        for row in connection.execute(select(t.id, t.name).where(t.id.in_(ids[:MOST])))
    }
    return tuple(Choice(each, names.get(each) or each) for each in ids[:MOST])


def _watchers(connection: Connection, incident: int) -> tuple[str, ...]:
    w, u = schema.incident_watcher, schema.unit
    query = select(u.c.name).join(w, w.c.unit == u.c.id).where(w.c.incident == incident)
    return tuple(connection.scalars(query.order_by(w.c.added_at, u.c.name)))


def _reports(connection: Connection, incident: int) -> tuple[Report, ...]:
    r = schema.incident_report
    columns = [r.c[name] for name in Report.__struct_fields__]
    query = select(*columns).where(r.c.incident == incident).order_by(r.c.at, r.c.report)
    rows: Any = connection.execute(query.limit(MOST)).mappings()
    return tuple(_report(row) for row in rows)


def _report(row: Mapping[str, Any]) -> Report:
    return Report(**row)


def _papers(connection: Connection, incident: int) -> tuple[Paper, ...]:
    n = schema.notice.c
    query = select(n.id, n.kind, n.state).where(n.incident == incident).order_by(n.id)
    rows = connection.execute(query)
    return tuple(Paper(id=row.id, kind=row.kind, state=row.state) for row in rows)
