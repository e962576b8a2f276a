"""What was done with devices: minutes, recorded and then signed; and what the registry leaves out.

Signed minutes are sealed: a trigger of the database refuses any change of their row.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from motcua_hub.domain.upkeep.findings import Finding, Result
from motcua_hub.store import schema
from motcua_hub.store.upsert import put

table: Final = schema.servicing
RECORDED: Final = "recorded"
SIGNED: Final = "signed"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a technician writes down; `done_on` is an ISO day."""

    asset: int
    site: str
    kind: str
    duty: str
    done_on: str
    result: Result
    findings: tuple[Finding, ...]
    technician: str
    witness: str = ""
    note: str = ""


class Record(Said, frozen=True, kw_only=True):
    """One row. Times are UTC ms; number and hash are there once it is signed."""

    id: int
    state: str
    recorded_at: int
    recorded_by: str
    signed_at: int | None = None
    signed_by: str | None = None
    year: int | None = None
    number: int | None = None
    sha256: str | None = None
    sealed: str | None = None
    incident: int | None = None


class Done(msgspec.Struct, frozen=True, gc=False):
    """Signed minutes in short."""

    asset: int
    duty: str
    day: date
    result: str
    id: int


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """What the registry does not say of a device; days are ISO texts."""

    asset: int
    bought_on: str | None = None
    handed_over_on: str | None = None
    warranty_until: str | None = None
    interval_days: int | None = None
    unit: str = ""
    promised_minutes: int | None = None
    spare: bool = False


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """What a maker recommends for a model; `days` None where he recommends nothing."""

    kind: str
    model: str
    days: int | None
    source: str
    changed_at: int
    changed_by: str


_COLUMNS: Final = tuple(table.c[name] for name in Record.__struct_fields__)
_LIFE: Final = tuple(schema.asset_life.c[name] for name in Life.__struct_fields__)


def _record(row: dict[str, object]) -> Record:
    found = msgspec.json.decode(str(row["findings"]), type=tuple[Finding, ...])
    values = {**row, "findings": found, "result": Result(str(row["result"]))}
    return Record(**values)  # type: ignore[arg-type]


def find(connection: Connection, record: int) -> Record | None:
    """One record."""
    row = connection.execute(select(*_COLUMNS).where(table.c.id == record)).mappings()
    found = row.one_or_none()
    return None if found is None else _record(dict(found))


def of_asset(connection: Connection, asset: int, limit: int = 200) -> list[Record]:
    """The records of a device, newest first."""
    query = (
        select(*_COLUMNS)
        .where(table.c.asset == asset)
        .order_by(table.c.done_on.desc(), table.c.id.desc())
        .limit(limit)
    )
    return [_record(dict(row)) for row in connection.execute(query).mappings()]


def listing(
    connection: Connection,
    *,
    asset: int | None = None,
    site: str = "",
    signed: bool | None = None,
    before: int | None = None,
    between: tuple[int, int | None] = (0, None),
    limit: int = 100,
) -> list[Record]:
    """Records, the newest first, as far as they are wanted.

    `before` is a number below which they are, `between` when they were written down (UTC ms, the
    end left out; None: until now).
    """
    since, until = between
    query = select(*_COLUMNS).where(table.c.recorded_at >= since)
    if until is not None:
        query = query.where(table.c.recorded_at < until)
    if asset is not None:
        query = query.where(table.c.asset == asset)
    if site:
        query = query.where(table.c.site == site)
    if signed is not None:
        query = query.where(table.c.state == (SIGNED if signed else RECORDED))
    if before is not None:
        query = query.where(table.c.id < before)
    rows = connection.execute(query.order_by(table.c.id.desc()).limit(limit)).mappings()
    return [_record(dict(row)) for row in rows]


def done(connection: Connection, asset: int | None = None) -> list[Done]:
    """All signed minutes, oldest first; those of one device when it is given."""
    columns = (table.c.asset, table.c.duty, table.c.done_on, table.c.result, table.c.id)
    query = select(*columns).where(table.c.state == SIGNED)
    if asset is not None:
        query = query.where(table.c.asset == asset)
    rows = connection.execute(query.order_by(table.c.done_on, table.c.id))
    return [Done(row[0], row[1], date.fromisoformat(row[2]), row[3], row[4]) for row in rows]


def record(connection: Connection, said: Said, *, actor: str, now: int) -> int:
    """Write a record down, unsigned; what its writer had left unsigned for the duty is replaced."""
    unsigned = (table.c.state == RECORDED) & (table.c.recorded_by == actor)
    same = (table.c.asset == said.asset) & (table.c.duty == said.duty)
    connection.execute(delete(table).where(same, unsigned))
    values = {
        **msgspec.structs.asdict(said),
        "result": said.result.value,
        "findings": msgspec.json.encode(said.findings).decode(),
        "state": RECORDED,
        "recorded_at": now,
        "recorded_by": actor,
    }
    made: int = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    return made


def sign(
    connection: Connection,
    record_id: int,
    *,
    year: int,
    number: int,
    sha256: str,
    sealed: str,
    incident: int | None,
    actor: str,
    now: int,
) -> bool:
    """Seal a record; False when it was signed before."""
    signed = connection.execute(
        update(table)
        .where(table.c.id == record_id, table.c.state == RECORDED)
        .values(
            state=SIGNED,
            signed_at=now,
            signed_by=actor,
            year=year,
            number=number,
            sha256=sha256,
            sealed=sealed,
            incident=incident,
        )
    )
    return signed.rowcount == 1


def discard(connection: Connection, record_id: int) -> bool:
    """Throw an unsigned record away; False when there is none."""
    unsigned = (table.c.id == record_id) & (table.c.state == RECORDED)
    return connection.execute(delete(table).where(unsigned)).rowcount == 1


def life(connection: Connection, asset: int) -> Life:
    """What is known of a device's life; an empty one when nobody wrote anything."""
    query = select(*_LIFE).where(schema.asset_life.c.asset == asset)
    row = connection.execute(query).mappings().one_or_none()
    return Life(asset=asset) if row is None else Life(**row)


def lives(connection: Connection) -> dict[int, Life]:
    """What is known of all devices' lives."""
    rows = connection.execute(select(*_LIFE)).mappings()
    return {row["asset"]: Life(**row) for row in rows}


def set_life(connection: Connection, said: Life, *, actor: str, now: int) -> None:
    """Write a device's life down."""
    row = {**msgspec.structs.asdict(said), "changed_at": now, "changed_by": actor}
    put(connection, schema.asset_life, [row])


def intervals(connection: Connection) -> list[Interval]:
    """What makers recommend, by class and model."""
    i = schema.model_interval
    rows = connection.execute(select(i).order_by(i.c.kind, i.c.model)).mappings()
    return [Interval(**row) for row in rows]


def set_interval(connection: Connection, said: Interval) -> None:
    """Write down what a maker recommends."""
    put(connection, schema.model_interval, [msgspec.structs.asdict(said)])


def models(connection: Connection) -> list[tuple[str, str, int]]:
    """Class, model and number of the devices in use, of every model that is named."""
    a = schema.asset.c
    rows = connection.execute(select(a.kind, a.model).where(a.retired_at.is_(None), a.model != ""))
    counts: dict[tuple[str, str], int] = {}
    for kind, model in rows:
        counts[kind, model] = counts.get((kind, model), 0) + 1
    return [(kind, model, n) for (kind, model), n in sorted(counts.items())]


def days_of(rows: Iterable[Done]) -> dict[tuple[int, str], list[Done]]:
    """Minutes by device and duty."""
    found: dict[tuple[int, str], list[Done]] = {}
    for row in rows:
        found.setdefault((row.asset, row.duty), []).append(row)
    return found
