"""From a figure of a report to its evidence, and what becomes of a report that was asked for."""

import re
from collections.abc import Iterable
from typing import Final

import msgspec
from flask import Blueprint, Response, abort, render_template, url_for

from motcua_contract.facts.evidence import TicksReported
from motcua_hub.domain.availability.evidence import Evidence
from motcua_hub.domain.reporting.document import Document, Row, Table
from motcua_hub.reporting import duties, tracing
from motcua_hub.reporting.drawn import html
from motcua_hub.store.archive import Entry
from motcua_hub.store.engine import reading
from motcua_hub.web import live, localtime
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import reports as query
from motcua_hub.web.queries.targets import site_names

GROUPS: Final = {"units": "unit", "sites": "site", "kinds": "kind", "carriers": "carrier"}
"""Tables of sums, and the column of the table of targets that says to which line one belongs."""
_NUMBER: Final = re.compile(r"[A-Z]{2,8}-20[0-9]{2}-[0-9]{4,9}")
_LAST: Final = 2**62
_AFTER: Final = 120_000
"""How long after a time the journal is opened, in ms: what was told late of it stands there."""
_EVERY_MS: Final = 2_000


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a table of sums, and the targets that it is the sum of."""

    table: Table
    row: Row
    targets: tuple[Row, ...]
    columns: Table


class ReportLinks:
    """Where the figures of one version lead."""

    def __init__(self, entry: Entry) -> None:
        self._number, self._version = entry.number, entry.version

    def target(self, key: str) -> str:
        """The trace of a target, at a time where the key names one."""
        name, _, begin = key.partition("@")
        anchor = f"at-{begin}" if begin else None
        number, version = self._number, self._version
        return url_for("traces.one", number=number, version=version, target=name, _anchor=anchor)

    def group(self, table: str, name: str) -> str:
        """The targets of a line of a table of sums."""
        number, version = self._number, self._version
        return url_for("traces.members", number=number, version=version, by=table, name=name)

    def incident(self, number: str) -> str:
        """An incident of the desk."""
        return url_for("incidents.one", incident=int(number))


def blueprint(hub: Hub) -> Blueprint:
    """`/reports/<number>/<version>/targets…` and `/reports/asked/<request>`."""
    pages = Blueprint("traces", __name__)

    @pages.get("/reports/<number>/<int:version>/lines/<by>/<path:name>")
    def members(number: str, version: int, by: str, name: str) -> str:
        return _members(hub, number, version, by, name)

    @pages.get("/reports/<number>/<int:version>/trace/<target>")
    def one(number: str, version: int, target: str) -> str:
        return _one(hub, number, version, target)

    @pages.get("/reports/asked/<int:number>")
    def asked(number: int) -> str:
        return _asked(hub, number)

    @pages.get("/live/reports/asked/<int:number>")
    def asked_live(number: int) -> Response:
        now = hub.clock()
        part = _asked_part(hub, number, now)
        return live.answer(now, localtime.clock(now), {"asked": part}, {})

    return pages


def _document(hub: Hub, number: str, version: int) -> tuple[Entry, Document]:
    if not _NUMBER.fullmatch(number):
        abort(404)
    with reading(hub.engine) as connection:
        found = query.version(connection, number, version)
    if found is None:
        abort(404)
    return found.entry, found.document


def _members(hub: Hub, number: str, version: int, by: str, name: str) -> str:
    if by not in GROUPS:
        abort(404)
    entry, document = _document(hub, number, version)
    found = members_of(document, by, name)
    if found is None:
        abort(404)
    return render_template(
        "reports/members.html",
        here="reports",
        entry=entry,
        document=document,
        found=found,
        links=ReportLinks(entry),
        numbers=html.NUMBERS,
    )


def members_of(document: Document, by: str, name: str) -> Members | None:
    """The targets of the line `name` of a table of sums; None when there is no such line."""
    sums, targets = document.table(by), document.table("targets")
    row = next((row for row in sums.rows if row.cells[0].text == name and not row.total), None)
    if row is None:
        return None
    at = [column.key for column in targets.columns].index(GROUPS[by])
    # a target of no unit, or of no site, has a dash there, and its line words of its own
    said = "–" if row.key == "-" else name
    mine = tuple(each for each in targets.rows if each.cells[at].text == said)
    return Members(table=sums, row=row, targets=mine, columns=targets)


def _one(hub: Hub, number: str, version: int, target: str) -> str:
    entry, document = _document(hub, number, version)
    with reading(hub.engine) as connection:
        found = tracing.trace(connection, entry, target)
        sites = site_names(connection)
    if found is None:
        abort(404)
    table = document.table("targets")
    return render_template(
        "reports/trace.html",
        here="reports",
        entry=entry,
        document=document,
        found=found,
        row=next(row for row in table.rows if row.key == target),
        columns=table.columns,
        outages=_of(document.table("outages").rows, target),
        anchors=_anchors(document, found),
        table=table,
        sites=sites,
        journal=_journal,
        seen=entry.as_of,
        now=hub.clock(),
    )


def _anchors(document: Document, found: tracing.Trace) -> dict[int, tuple[int, ...]]:
    """By the beginning of a piece: the times in it that lines of the report lead to."""
    rows = (*document.table("outages").rows, *document.table("missing").rows)
    begins = {int(row.key.rpartition("@")[2]) for row in _of(rows, found.target)}
    placed: dict[int, list[int]] = {}
    for begin in sorted(begins):
        piece = next((each for each in found.pieces if begin < each.end), None)
        if piece is not None and begin != piece.begin:
            placed.setdefault(piece.begin, []).append(begin)
    return {piece: tuple(held) for piece, held in placed.items()}


def _of(rows: Iterable[Row], target: str) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.key.partition("@")[0] == target)


def _journal(site: str, told: Evidence, *, ticks: bool = False) -> str:
    """The lines of a site's journal up to a piece of evidence, the newest first."""
    before = f"{told.end + _AFTER}.{_LAST}"
    kind = TicksReported.TYPE if ticks else None
    return url_for("sites.timeline", site=site, before=before, type=kind)


def _asked(hub: Hub, number: int) -> str:
    now = hub.clock()
    return render_template(
        "reports/asked.html",
        here="reports",
        part=_asked_part(hub, number, now),
        now=now,
        live_url=url_for("traces.asked_live", number=number),
        live_every=_EVERY_MS,
        view={"now": now},
    )


def _asked_part(hub: Hub, number: int, now: int) -> str:
    with reading(hub.engine) as connection:
        found = query.waiting(connection, number)
    if found is None:
        abort(404)
    wait = duties.TRY_SOON if found.failures == 1 else duties.TRY_AGAIN
    again = None if found.failed_at is None else found.failed_at + wait
    return render_template("reports/asked_part.html", found=found, again=again, now=now)
