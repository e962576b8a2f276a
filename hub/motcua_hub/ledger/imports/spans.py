"""Ticks of sites, as few rows as there were changes."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select, update

from motcua_contract.facts.evidence import TickSpan
from motcua_hub.domain.availability.ticked import LATE
from motcua_hub.ledger.imports import boots
from motcua_hub.store import schema

table: Final = schema.site_span
_STEP_MS: Final = 2_000


class SpanRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `site_span`; see `motcua_contract.facts.evidence.TickSpan`."""

    site: str
    boot: str
    first: int
    last: int
    since: int
    until: int
    longest: int
    run: str
    synced: bool
    wall_offset: int
    failed: str
    ups: str
    gateway: bool | None
    hub: bool | None
    place: str

    @property
    def said(self) -> tuple[object, ...]:
        """What all of its ticks say."""
        return (self.run, self.synced, self.failed, self.ups, self.gateway, self.hub, self.place)


_COLUMNS: Final = tuple(table.c[name] for name in SpanRow.__struct_fields__)


def row_of(site: str, span: TickSpan) -> SpanRow:
    """A span as a row."""
    return SpanRow(
        site=site,
        boot=span.boot[:64],
        first=span.first,
        last=span.last,
        since=span.since,
        until=span.until,
        longest=span.longest,
        run=span.run[:32],
        synced=span.synced,
        wall_offset=span.offset,
        failed=" ".join(span.failed)[:1000],
        ups=span.ups[:16],
        gateway=span.gateway,
        hub=span.hub,
        place=span.where[:16],
    )


def sound(span: TickSpan) -> bool:
    """Whether its numbers can be true."""
    return 0 < span.first <= span.last and 0 <= span.since <= span.until


def of_boot(connection: Connection, site: str, boot: str, since_first: int = 0) -> list[SpanRow]:
    """A boot's ticks in order, from two rows before tick `since_first` on.

    The row before may be the very one that has grown, and what changed where it began (the doubt
    of that) is seen only beside the row before that.
    """
    mine = (table.c.site == site, table.c.boot == boot)
    if since_first:
        earlier = select(table.c.first).where(*mine, table.c.first < since_first)
        newest = earlier.order_by(table.c.first.desc()).limit(2)
        since_first = min(connection.scalars(newest), default=0)
    query = select(*_COLUMNS).where(*mine, table.c.first >= since_first).order_by(table.c.first)
    return [SpanRow(**row) for row in connection.execute(query).mappings()]


def from_time(connection: Connection, site: str, boot: str, mono: int) -> list[SpanRow]:
    """A boot's ticks that end at `mono` or later, and the row before those; in order."""
    mine = (table.c.site == site, table.c.boot == boot)
    before = select(func.max(table.c.first)).where(*mine, table.c.until < mono)
    return of_boot(connection, site, boot, (connection.scalar(before) or 0) + 1)


def last_of(connection: Connection, site: str, boot: str) -> SpanRow | None:
    """A boot's newest ticks."""
    mine = (table.c.site == site, table.c.boot == boot)
    query = select(*_COLUMNS).where(*mine).order_by(table.c.first.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else SpanRow(**row)


def keep(connection: Connection, site: str, told: Sequence[TickSpan], now: int) -> dict[str, int]:
    """Keep spans; by boot, the first tick from which more is known than before."""
    found: dict[str, int] = {}
    for span in told:
        if not sound(span):
            continue
        row = row_of(site, span)
        boots.known(connection, site, row.boot, now)
        if _kept(connection, row):
            found[row.boot] = min(found.get(row.boot, row.first), row.first)
            _synced(connection, row)
    return found


def _synced(connection: Connection, row: SpanRow) -> None:
    if row.synced:
        known = boots.load(connection, row.site, row.boot)
        if known is not None and known.synced_offset is None:
            boots.change(connection, row.site, row.boot, synced_offset=row.wall_offset)


def _kept(connection: Connection, row: SpanRow) -> bool:
    """Whether this told anything new. Ticks told twice are the first telling's."""
    mine = (table.c.site == row.site, table.c.boot == row.boot)
    near = (table.c.first <= row.last, table.c.last >= row.first - 1)
    query = select(*_COLUMNS).where(*mine, *near).order_by(table.c.first)
    around = [SpanRow(**each) for each in connection.execute(query).mappings()]
    if any(each.first <= row.first and row.last <= each.last for each in around):
        return False
    last = around[-1] if around else None
    if last is not None and _goes_on(last, row):
        values = {
            "last": row.last,
            "until": row.until,
            "longest": max(last.longest, row.longest, row.since - last.until),
        }
        connection.execute(update(table).where(*mine, table.c.first == last.first).values(**values))
        return True
    if any(each.last >= row.first for each in around):
        return False
    connection.execute(table.insert().values(**msgspec.structs.asdict(row)))
    return True


def _goes_on(before: SpanRow, row: SpanRow) -> bool:
    """Whether both are one row: they touch or overlap in time, and say the same."""
    touching = before.first <= row.first <= before.last + 1 and row.until > before.until
    same = before.said == row.said and abs(before.wall_offset - row.wall_offset) <= _STEP_MS
    return touching and same and row.since - before.until <= LATE


def lacking(connection: Connection, site: str, boot: str = "") -> list[tuple[str, int, int]]:
    """Ticks that have not arrived, of one boot or of all, as (boot, first, last)."""
    query = select(table.c.boot, table.c.first, table.c.last).where(table.c.site == site)
    if boot:
        query = query.where(table.c.boot == boot)
    found: list[tuple[str, int, int]] = []
    before: tuple[str, int] | None = None
    for name, first, last in connection.execute(query.order_by(table.c.boot, table.c.first)):
        if before is not None and before[0] == name and first > before[1] + 1:
            found.append((name, before[1] + 1, first - 1))
        before = (name, last)
    return found
