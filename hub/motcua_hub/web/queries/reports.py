"""The archive of reports, what is waited for, and what can be asked for."""

from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.domain.reporting.document import Document, read
from motcua_hub.domain.reporting.periods import NoPeriodError, PeriodKind, containing, period_of
from motcua_hub.ledger import targets
from motcua_hub.reporting.drawn.short import shortened
from motcua_hub.store import archive, drawings, reporting, schema
from motcua_hub.store.archive import Entry, Filed, Request
from motcua_hub.store.reporting import ReportPlan

_YEARS_BACK: Final = 6


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What a report can be limited to."""

    units: tuple[str, ...]
    sites: Mapping[str, str]
    carriers: tuple[str, ...]
    years: tuple[int, ...]


class Stuck(msgspec.Struct, frozen=True, kw_only=True):
    """A report that is owed and could not be made yet."""

    period: str
    failures: int
    failed_at: int | None


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """The list of reports. `periods` names the period of each request by its id."""

    entries: tuple[Entry, ...]
    requests: tuple[Request, ...]
    periods: Mapping[int, str]
    plans: tuple[ReportPlan, ...]
    choices: Choices
    stuck: tuple[Stuck, ...] = ()


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One version as a screen shows it: long lists without the rows that matter least."""

    entry: Entry
    versions: tuple[Entry, ...]
    short: Document

    @property
    def name(self) -> str:
        """What its files are called."""
        return self.short.name


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request so far. Times are UTC ms.

    `before` is how many requests are answered first; `made` the version that answers it.
    """

    request: Request
    period: str
    begun_at: int | None
    failures: int
    failed_at: int | None
    before: int
    made: Entry | None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version, with all others of the same report."""

    entry: Entry
    versions: tuple[Entry, ...]
    document: Document
    files: tuple[Filed, ...]


def shelf(connection: Connection, now: int) -> Shelf:
    """All reports, newest first; requests that wait or came to nothing."""
    asked = archive.requests(connection, waiting=False)
    told = tuple(each for each in asked if each.ended_at is None or each.trouble)
    return Shelf(
        entries=archive.listing(connection),
        requests=told,
        periods={each.id: _name(each.period) for each in told},
        plans=reporting.plans(connection),
        choices=choices(connection, now),
        stuck=_stuck(connection),
    )


def _stuck(connection: Connection) -> tuple[Stuck, ...]:
    """What the calendar owes and drawing failed of."""
    found = []
    for what, each in drawings.listing(connection).items():
        kind, _, key = what.partition("/")
        if kind == "owed" and each.failures:
            found.append(Stuck(period=_name(key), failures=each.failures, failed_at=each.failed_at))
    return tuple(found)


def waiting(connection: Connection, number: int) -> Waiting | None:
    """What became of a request so far; None when nobody asked that."""
    asked = archive.request(connection, number)
    if asked is None:
        return None
    at_it = drawings.listing(connection).get(f"request/{number}")
    ahead = [each.id for each in archive.requests(connection, waiting=True) if each.id < number]
    made = None if asked.report is None else archive.entry(connection, asked.report)
    return Waiting(
        request=asked,
        period=_name(asked.period),
        begun_at=at_it.begun_at if at_it else None,
        failures=at_it.failures if at_it else 0,
        failed_at=at_it.failed_at if at_it else None,
        before=len(ahead),
        made=made,
    )


def _name(key: str) -> str:
    try:
        return period_of(key).text
    except NoPeriodError:
        return key


def choices(connection: Connection, now: int) -> Choices:
    """Units, sites and carriers that targets have, and years there may be reports of."""
    known, site = targets.listing(connection, retired=True), schema.site.c
    names = {row.id: row.name or row.id for row in connection.execute(select(site.id, site.name))}
    there = sorted({each.site for each in known if each.site})
    year = containing(PeriodKind.YEAR, now).year
    return Choices(
        units=tuple(sorted({each.unit for each in known if each.unit})),
        sites={key: names.get(key, key) for key in there},
        carriers=tuple(sorted({each.carrier for each in known if each.carrier})),
        years=tuple(range(year, year - _YEARS_BACK, -1)),
    )


def version(connection: Connection, number: str, which: int | None = None) -> Version | None:
    """One version of a report, the newest unless told; None when it is not there."""
    held = archive.versions(connection, number)
    found = [each for each in held if which is None or each.version == which]
    if not found:
        return None
    entry = found[-1]
    return Version(
        entry=entry,
        versions=held,
        document=read(archive.document(connection, entry)),
        files=archive.files(connection, entry),
    )


def shown(connection: Connection, number: str, which: int | None = None) -> Shown | None:
    """One version for a screen, the newest unless told; None when it is not there."""
    held = archive.versions(connection, number)
    found = [each for each in held if which is None or each.version == which]
    if not found:
        return None
    return Shown(entry=found[-1], versions=held, short=_short(connection, found[-1]))


def _short(connection: Connection, entry: Entry) -> Document:
    raw = archive.body(connection, entry, "short")
    # versions of before there was a short form
    return shortened(read(archive.document(connection, entry))) if raw is None else read(raw)
