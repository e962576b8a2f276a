"""The archive of reports, what is waited for, and what can be asked for."""

from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.domain.reporting.document import Document, read
from motcua_hub.domain.reporting.periods import NoPeriodError, PeriodKind, containing, period_of
from motcua_hub.ledger import targets
from motcua_hub.store import archive, reporting, schema
from motcua_hub.store.archive import Entry, Filed, Request
from motcua_hub.store.reporting import ReportPlan

_YEARS_BACK: Final = 6


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What a report can be limited to."""

    units: tuple[str, ...]
    sites: Mapping[str, str]
    carriers: tuple[str, ...]
    years: tuple[int, ...]


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """The list of reports. `periods` names the period of each request by its id."""

    entries: tuple[Entry, ...]
    requests: tuple[Request, ...]
    periods: Mapping[int, str]
    plans: tuple[ReportPlan, ...]
    choices: Choices


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
