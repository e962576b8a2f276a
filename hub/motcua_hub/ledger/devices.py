"""Devices of sites: the health that a site's journal tells, as evidence of `running`.

    advance(connection, now) -> int     one round, inside `writing`; how many claims

A word of a device's health holds while its Pi ran to watch it: each proven time of the Pi (its own
journal, rank 80) is laid over the spans of health. What each state counts as is decision 17. The
journal is read in the order it was written, so that whatever lies in proven time is all there is.
A word of health that cannot be read (a stub, or of a version not known here) may be of any device:
until the next word of each nothing is said of it. Once it can be read that time is looked at again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, func, select

from motcua_contract.facts.office import HealthChanged
from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.availability.evidence import Claim, Rank, Sli
from motcua_hub.ledger import cursors
from motcua_hub.ledger.imports.booking import Book, Word, book
from motcua_hub.ledger.targets import Kind
from motcua_hub.store import late, schema

CURSOR: Final = "devices"
LATE: Final = "devices-late"
"""Of the cursor over words that became readable after their time had been looked at."""
PI: Final = "controller"
"""The component that a Pi is."""
FAMILY: Final = HealthChanged.TYPE.partition("/")[0]
"""What words of health are called, in any version."""
_MOST: Final = 500
event: Final = schema.event
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
    again = _again(connection)
    devices = _devices(connection)
    unread = _unread(connection)
    booked = 0
    for each in sorted((*closed, *_open(connection), *again), key=lambda proven: proven.begin):
        mine = unread.get(each.site, ())
        booked += _book(connection, each, devices.get(each.site, {}), mine, now)
    if last != since:
        cursors.move(connection, CURSOR, last)
    return booked


def _unread(connection: Connection) -> dict[str, tuple[int, ...]]:
    """When words of health were written that cannot be read, by site."""
    found: dict[str, tuple[int, ...]] = {}
    query = select(event.c.site, event.c.best_time).where(
        late.unread(), event.c.type.like(f"{FAMILY}/%")
    )
    for site, at in connection.execute(query.order_by(event.c.best_time)):
        found[site] = (*found.get(site, ()), at)
    return found


def _again(connection: Connection) -> list[Proven]:
    """Proven times since words that can be read only now."""
    noted = late.after(connection, cursors.at(connection, LATE))
    if not noted:
        return []
    ids = [each.event for each in noted]
    query = select(event.c.site, func.min(event.c.best_time)).where(
        event.c.id.in_(ids), event.c.type.like(f"{FAMILY}/%")
    )
    cursors.move(connection, LATE, noted[-1].id)
    found: list[Proven] = []
    for site, since in connection.execute(query.group_by(event.c.site)).all():
        found += _since(connection, site, since)
    return found


def _since(connection: Connection, site: str, since: int) -> list[Proven]:
    """Everything that is proven of a site's Pi since a time, as evidence or not yet."""
    found: list[Proven] = []
    e, o, t = schema.evidence, schema.open_claim, schema.target
    for table, end in ((e, e.c.end_at), (o, o.c.until_at)):
        query = (
            select(table.c.begin_at, end.label("end_at"), table.c.boot_id)
            .join(t, t.c.id == table.c.target)
            .where(t.c.site == site, t.c.component == PI, table.c.sli == Sli.RUNNING.value)
            .where(table.c.claim == Claim.UP.value, table.c.rank == int(Rank.JOURNAL))
            .where(end > since)
        )
        found += [
            Proven(site, max(since, row.begin_at), row.end_at, row.boot_id)
            for row in connection.execute(query)
        ]
    return found


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


def _book(
    connection: Connection,
    proven: Proven,
    devices: Mapping[str, str],
    unread: Sequence[int],
    now: int,
) -> int:
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
    unsure = [at for at in unread if at < proven.end]
    said: dict[str, list[Word]] = {}
    for row in connection.execute(query.order_by(span.c.since)):
        word = _word(row, proven)
        if word is not None:
            said.setdefault(row.component, []).extend(_sure(word, row, unsure))
    return sum(
        book(connection, _about(devices[component], proven), words, now)
        for component, words in said.items()
    )


def _sure(word: Word, row: Row[Any], unsure: Sequence[int]) -> list[Word]:
    """A word as far as no other may have followed it that cannot be read."""
    end = min((at for at in unsure if at >= row.since), default=word.end)
    if end >= word.end:
        return [word]
    return [msgspec.structs.replace(word, end=end)] if word.begin < end else []


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
