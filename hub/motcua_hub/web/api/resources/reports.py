"""SLA reports: the archive, and asking for one."""

import re
from typing import Annotated, Final

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.reporting.document import Document
from motcua_hub.domain.reporting.periods import NoPeriodError, period_of
from motcua_hub.store import archive
from motcua_hub.store.archive import Entry, Filed, Filters
from motcua_hub.store.engine import reading, writing
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.queries import reports as query

_LIST: Final = "/api/v1/reports"
_NUMBER: Final = re.compile(r"[A-Z]{2,8}-20[0-9]{2}-[0-9]{4,9}")
_Text = Annotated[str, msgspec.Meta(max_length=64)]


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """Every version of every report, newest first."""

    reports: tuple[Entry, ...]


class Which(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version; the newest, unless said."""

    version: Annotated[int, msgspec.Meta(ge=1, le=99_999)] | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One version: what it says, cell by cell, and the files that say the same."""

    entry: Entry
    versions: tuple[Entry, ...]
    document: Document
    files: tuple[Filed, ...]


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report of a period that is over, of one unit, office, kind or carrier, or of all.

    Periods: `month:2026-10`, `quarter:2026-3`, `half:2026-1`, `year:2026`.
    """

    period: _Text
    unit: _Text = ""
    site: _Text = ""
    kind: _Text = ""
    carrier: _Text = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The hub makes it within a minute; then it is in the archive."""

    period: str
    filters: Filters


def _all(call: Call) -> Archive:
    with reading(call.hub.engine) as connection:
        return Archive(reports=tuple(archive.listing(connection)))


def _one(call: Call) -> Report:
    wanted = call.path["number"]
    found: query.Version | None = None
    if _NUMBER.fullmatch(wanted):
        with reading(call.hub.engine) as connection:
            found = query.version(connection, wanted, call.query.version)
    if found is None:
        raise not_found(f"report {wanted} in this version", _LIST)
    return Report(
        entry=found.entry, versions=found.versions, document=found.document, files=found.files
    )


def _ask(call: Call) -> Asked:
    wish: Wish = call.body
    filters = Filters(unit=wish.unit, site=wish.site, kind=wish.kind, carrier=wish.carrier)
    with writing(call.hub.engine) as connection:
        period = _period(wish.period, call)
        _check(connection, filters, call)
        if archive.same(connection, *period_of(period).interval, filters) is not None:
            code = "reports.fault.exists"
            raise refused(code, call.words(code))
        asked = {"period": period, "filters": filters, "number": "", "reason": ""}
        archive.ask(connection, asked, call.now, call.actor)
    return Asked(period=period, filters=filters)


def _period(key: str, call: Call) -> str:
    try:
        found = period_of(key)
    except NoPeriodError as error:
        code = "reports.fault.period"
        raise refused(code, call.words(code)) from error
    if found.interval[1] > call.now:
        code = "reports.fault.running"
        raise refused(code, call.words(code))
    return found.key


def _check(connection: Connection, filters: Filters, call: Call) -> None:
    """A limit that nothing fits would make an empty report that looks like a good one."""
    known = query.choices(connection, call.now)
    fits = (
        filters.unit in ("", *known.units)
        and filters.site in ("", *known.sites)
        and filters.carrier in ("", *known.carriers)
        and filters.kind in ("", "server", "site_link", "device", "service")
    )
    if not fits:
        code = "reports.fault.limit"
        raise refused(code, call.words(code))


OPERATIONS: Final = (
    Operation(
        name="reports",
        method=Method.GET,
        path="/reports",
        summary="The archive of SLA reports",
        handle=_all,
        answer=Archive,
    ),
    Operation(
        name="report",
        method=Method.GET,
        path="/reports/{number}",
        summary="One version of a report, cell by cell",
        handle=_one,
        answer=Report,
        query=Which,
    ),
    Operation(
        name="report_ask",
        method=Method.POST,
        path="/reports",
        summary="Ask for a report of a period that is over",
        handle=_ask,
        answer=Asked,
        body=Wish,
        status=202,
        refuses={409: "No such period, not over yet, or limited to what there is not."},
    ),
)
