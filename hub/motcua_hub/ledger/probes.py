"""Which vantage probes what, and how: what the hub's prober and the sites' Pis are told.

    probe_list(connection, vantage) -> ProbeList          `hub` or a site
    versions(connection) -> dict[vantage, version]        cheap: what changed since one looked
    of_target(connection, target) -> list[Row]
    add(connection, vantage, spec, now, by) -> id
    change(connection, probe_id, spec, now, by) / retire(connection, probe_id, now, by)
    refer(connection, vantage, references, now, by)

The version of a vantage's list grows with every change. Every act writes a line of the audit trail.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, Table, select, update

from motcua_contract.probes import ProbeList, ProbeSpec, Reference
from motcua_hub.ledger import trail
from motcua_hub.store import schema
from motcua_hub.store.upsert import Insert, upsert

table: Final = schema.target_probe
vantages: Final = schema.vantage


class Row(msgspec.Struct, frozen=True):
    """One probe of one target by one vantage."""

    id: int
    vantage: str
    spec: ProbeSpec


def of_target(connection: Connection, target: str) -> list[Row]:
    """The probes of a target that are in force."""
    query = select(table.c.id, table.c.vantage, table.c.spec)
    mine = query.where(table.c.target == target, table.c.retired_at.is_(None)).order_by(table.c.id)
    return [Row(row.id, row.vantage, _spec(row.spec)) for row in connection.execute(mine)]


def _spec(text: str) -> ProbeSpec:
    return msgspec.json.decode(text, type=ProbeSpec)


def probe_list(connection: Connection, vantage: str) -> ProbeList:
    """All that a vantage is to probe; those of retired targets are not among it."""
    target = schema.target
    query = (
        select(table.c.spec)
        .join(target, target.c.id == table.c.target)
        .where(table.c.vantage == vantage, table.c.retired_at.is_(None))
        .where(target.c.retired_at.is_(None))
        .order_by(table.c.id)
    )
    probes = tuple(_spec(text) for text in connection.scalars(query))
    known = connection.execute(select(vantages).where(vantages.c.id == vantage)).one_or_none()
    if known is None:
        return ProbeList(probes=probes)
    references = msgspec.json.decode(known.reference_list, type=tuple[Reference, ...])
    return ProbeList(version=known.version, probes=probes, references=references)


def versions(connection: Connection) -> dict[str, int]:
    """The version of every vantage's list."""
    rows = connection.execute(select(vantages.c.id, vantages.c.version))
    return {row.id: row.version for row in rows}


def add(
    connection: Connection, vantage: str, spec: ProbeSpec, now: int, by: str = trail.LEDGER
) -> int:
    """Let a vantage probe a target; the number of the probe."""
    added = connection.execute(
        table.insert().values(
            target=spec.target, vantage=vantage, spec=_text(spec), added_at=now, changed_at=now
        )
    )
    _moved(connection, vantage)
    trail.write(connection, now, "probe_added", spec.target, f"{vantage}: {_text(spec)}", by=by)
    key = added.inserted_primary_key
    return 0 if key is None else int(key[0])


def change(
    connection: Connection, probe_id: int, spec: ProbeSpec, now: int, by: str = trail.LEDGER
) -> bool:
    """Let a probe ask otherwise; False when there is none."""
    mine = (table.c.id == probe_id) & table.c.retired_at.is_(None)
    held = connection.execute(select(table).where(mine)).one_or_none()
    if held is None or held.target != spec.target:
        return False
    connection.execute(update(table).where(mine).values(spec=_text(spec), changed_at=now))
    _moved(connection, held.vantage)
    detail = f"{held.vantage}: {held.spec} -> {_text(spec)}"
    trail.write(connection, now, "probe_changed", held.target, detail, by=by)
    return True


def retire(connection: Connection, probe_id: int, now: int, by: str = trail.LEDGER) -> bool:
    """End a probe; False when there is none."""
    mine = (table.c.id == probe_id) & table.c.retired_at.is_(None)
    held = connection.execute(select(table).where(mine)).one_or_none()
    if held is None:
        return False
    connection.execute(update(table).where(mine).values(retired_at=now, changed_at=now))
    _moved(connection, held.vantage)
    trail.write(
        connection, now, "probe_retired", held.target, f"{held.vantage}: {held.spec}", by=by
    )
    return True


def refer(
    connection: Connection,
    vantage: str,
    references: Sequence[Reference],
    now: int,
    by: str = trail.LEDGER,
) -> None:
    """What shows that a vantage itself is not cut off."""
    told = msgspec.json.encode(list(references)).decode()
    _moved(connection, vantage)
    mine = vantages.c.id == vantage
    connection.execute(update(vantages).where(mine).values(reference_list=told))
    trail.write(connection, now, "references_changed", vantage, told, by=by)


def moved(connection: Connection, targets: Sequence[str]) -> None:
    """Targets were retired or came back: the lists of all that probe them changed."""
    query = select(table.c.vantage).where(table.c.target.in_(targets), table.c.retired_at.is_(None))
    for vantage in sorted(set(connection.scalars(query))):
        _moved(connection, vantage)


def _moved(connection: Connection, vantage: str) -> None:
    upsert(connection, vantages, [{"id": vantage, "version": 1}], _next)


def _next(rows: Table, _new: Insert) -> dict[str, object]:
    return {"version": rows.c.version + 1}


def _text(spec: ProbeSpec) -> str:
    return msgspec.json.encode(spec).decode()
