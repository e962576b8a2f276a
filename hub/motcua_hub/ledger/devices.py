"""Devices of sites: the health that a site's journal tells, as evidence of `running`.

    advance(connection, now) -> int     one round, inside `writing`; how many claims

A word of a device's health holds while its Pi ran to watch it: each proven time of the Pi (its own
journal, rank 80) is laid over the spans of health. What each state counts as is decision 17. The
journal is read in the order it was written, so that whatever lies in proven time is all there is.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, select

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.availability.evidence import Claim, Rank, Sli
from motcua_hub.ledger import cursors
from motcua_hub.ledger.imports.booking import Book, Word, book
from motcua_hub.ledger.targets import Kind
from motcua_hub.store import schema

CURSOR: Final = "devices"
PI: Final = "controller"
"""The component that a Pi is."""
_MOST: Final = 500
MEANS: Final[Mapping[str, Claim]] = {
    HealthState.OK.value: Claim.UP,
    HealthState.PROBLEM.value: Claim.UP,
    HealthState.CRITICAL.value: Claim.DOWN,
    HealthState.MAINTENANCE.value: Claim.BLIND,
}
"""Of the others (`unknown`, `deactivated`, and any of a newer version) nothing is said."""


class Proven(msgspec.Struct, frozen=True):
    """A time in which a site's Pi ran, by its own journal."""

    site: str
    begin: int
    end: int
    boot: str


def advance(connection: Connection, now: int) -> int:
    """Take in the proven times of Pis since the last round."""
    since = cursors.at(connection, CURSOR)
    last, closed = _closed(connection, since)
    devices = _devices(connection)
    booked = 0
    for each in sorted((*closed, *_open(connection)), key=lambda proven: proven.begin):
        booked += _book(connection, each, devices.get(each.site, {}), now)
    if last != since:
        cursors.move(connection, CURSOR, last)
    return booked


def _closed(connection: Connection, since: int) -> tuple[int, list[Proven]]:
    """Evidence of Pis since the last round, and where it ends."""
    e, t = schema.evidence, schema.target
    query = (
        select(e.c.n, e.c.begin_at, e.c.end_at, e.c.boot_id, t.c.site)
        .join(t, t.c.id == e.c.target)
        .where(e.c.n > since, e.c.claim == Claim.UP.value, e.c.rank == int(Rank.JOURNAL))
        .where(t.c.component == PI, t.c.site.is_not(None), e.c.sli == Sli.RUNNING.value)
        .order_by(e.c.n)
        .limit(_MOST)
    )
    rows = connection.execute(query).all()
    found = [Proven(row.site, row.begin_at, row.end_at, row.boot_id) for row in rows]
    return (rows[-1].n if rows else since), found


def _open(connection: Connection) -> list[Proven]:
    """What is proven and not evidence yet, as far as it is news."""
    o, t = schema.open_claim, schema.target
    query = (
        select(o.c.begin_at, o.c.settled_at, o.c.until_at, o.c.boot_id, t.c.site)
        .join(t, t.c.id == o.c.target)
        .where(o.c.claim == Claim.UP.value, o.c.rank == int(Rank.JOURNAL))
        .where(t.c.component == PI, t.c.site.is_not(None), o.c.sli == Sli.RUNNING.value)
        .order_by(t.c.site)
    )
    found: list[Proven] = []
    for row in connection.execute(query).all():
        name = f"{CURSOR}/{row.site}"
        begin = max(row.begin_at, row.settled_at, min(row.until_at, cursors.at(connection, name)))
        if begin < row.until_at:
            found.append(Proven(row.site, begin, row.until_at, row.boot_id))
            cursors.move(connection, name, row.until_at)
    return found


def _devices(connection: Connection) -> dict[str, dict[str, str]]:
    """Targets by site and component."""
    t = schema.target
    query = select(t.c.site, t.c.component, t.c.id).where(
        t.c.kind == Kind.DEVICE.value,
        t.c.component.is_not(None),
        t.c.component != PI,
        t.c.site.is_not(None),
    )
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.site, {})[row.component] = row.id
    return found


def _book(connection: Connection, proven: Proven, devices: Mapping[str, str], now: int) -> int:
    """What the site told of its devices in a proven time."""
    if not devices:
        return 0
    span = schema.health_span
    query = select(span).where(
        span.c.site == proven.site,
        span.c.component.in_(sorted(devices)),
        ~span.c.drill,
        span.c.since < proven.end,
        span.c.until.is_(None) | (span.c.until > proven.begin),
    )
    said: dict[str, list[Word]] = {}
    for row in connection.execute(query.order_by(span.c.since)):
        word = _word(row, proven)
        if word is not None:
            said.setdefault(row.component, []).append(word)
    return sum(
        book(connection, _about(devices[component], proven), words, now)
        for component, words in said.items()
    )


def _word(row: Row[Any], proven: Proven) -> Word | None:
    means = MEANS.get(row.state)
    begin = max(row.since, proven.begin)
    end = proven.end if row.until is None else min(row.until, proven.end)
    if means is None or begin >= end:
        return None
    down = means is Claim.DOWN
    return Word(
        begin=begin,
        end=end,
        claim=means,
        cause=row.code[:64] if down else "",
        confirmed_at=row.since if down else None,
    )


def _about(target: str, proven: Proven) -> Book:
    return Book(
        target=target,
        sli=Sli.RUNNING,
        vantage=proven.site,
        source="journal",
        rank=Rank.JOURNAL,
        boot=proven.boot,
    )
