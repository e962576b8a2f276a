"""Timelines of incidents in the database: adding to one moves its row to where it leads.

append(connection, incident, entries) -> State    the only way in; the row is locked meanwhile
load(connection, incident) -> State | None        folded
entries_of(connection, incident) -> list[Row]     as they stand, oldest first
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from motcua_hub.domain.incident.state import Entry, State, after, fold
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.store import schema
from motcua_hub.store.upsert import insert_new

table = schema.incident
event = schema.incident_event


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as it stands; `happening` may be of a newer version."""

    id: int
    at: int
    happening: str
    actor: str
    detail: Mapping[str, Any]

    @property
    def entry(self) -> Entry | None:
        """The entry; None for one of a newer version."""
        try:
            happening = Happening(self.happening)
        except ValueError:
            return None
        return Entry(happening=happening, at=self.at, actor=self.actor, detail=self.detail)


def entries_of(connection: Connection, incident: int) -> list[Row]:
    """The whole timeline, oldest first."""
    query = select(event).where(event.c.incident == incident).order_by(event.c.id)
    return [row_of(each) for each in connection.execute(query).mappings()]


def row_of(row: Mapping[Any, Any]) -> Row:
    """An entry from a row that has the columns of `incident_event`."""
    return Row(
        id=row["id"],
        at=row["at"],
        happening=row["happening"],
        actor=row["actor"],
        detail=_detail(row["detail"]),
    )


def _detail(text: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def load(connection: Connection, incident: int) -> State | None:
    """Where an incident stands; None when there is none."""
    there = connection.scalar(select(table.c.id).where(table.c.id == incident))
    return None if there is None else _folded(connection, incident)


def _folded(connection: Connection, incident: int) -> State:
    rows = entries_of(connection, incident)
    return fold(entry for entry in (row.entry for row in rows) if entry is not None)


def locked(connection: Connection, incident: int) -> State | None:
    """The same, and nobody else adds to it until this transaction ends."""
    query = select(table.c.id).where(table.c.id == incident).with_for_update()
    there = connection.scalar(query)
    return None if there is None else _folded(connection, incident)


def append(connection: Connection, incident: int, entries: Sequence[Entry]) -> State:
    """Add entries and move the row to where they lead.

    Raises:
        KeyError: There is no such incident.
    """
    before = locked(connection, incident)
    if before is None:
        raise KeyError(incident)
    return add(connection, incident, before, entries)


def add(connection: Connection, incident: int, before: State, entries: Sequence[Entry]) -> State:
    """The same for an incident that is `locked` already, and stands where `before` says."""
    write(connection, incident, entries)
    state = after(before, entries)
    connection.execute(update(table).where(table.c.id == incident).values(**columns(state)))
    _watchers(connection, incident, before, entries)
    return state


def write(connection: Connection, incident: int, entries: Iterable[Entry]) -> None:
    """Add rows to a timeline; whoever calls this moves the row."""
    rows = [
        {
            "incident": incident,
            "at": each.at,
            "happening": each.happening.value,
            "actor": each.actor[:64],
            "detail": msgspec.json.encode(each.detail, order="sorted").decode(),
        }
        for each in entries
    ]
    # one by one: ids must rise in the order of the entries
    for row in rows:
        connection.execute(event.insert().values(**row))


def _watchers(
    connection: Connection, incident: int, before: State, entries: Iterable[Entry]
) -> None:
    rows = [
        {
            "incident": incident,
            "unit": each.detail.get("unit"),
            "added_at": each.at,
            "added_by": each.actor[:64],
        }
        for each in entries
        if each.happening is Happening.WATCHER_ADDED
        and each.detail.get("unit") not in (None, *before.watchers)
    ]
    insert_new(connection, schema.incident_watcher, rows)


def columns(state: State) -> dict[str, Any]:
    """The columns of a row that a timeline decides."""
    run = state.run
    return {
        "status": state.status.value,
        "target": state.target,
        "target_kind": state.target_kind[:16],
        "watched": state.watched,
        "parent": state.parent,
        "severity": int(state.severity),
        "responsible": state.responsible[:16],
        "cause": state.cause[:16],
        "confidence": state.confidence,
        "provisional": state.provisional,
        "rule": state.rule,
        "onset_at": run.onset,
        "confirmed_at": run.confirmed_at,
        "restored_at": state.restored_at,
        "acknowledged_at": state.acknowledged_at,
        "acknowledged_by": state.acknowledged_by[:64],
        "fixed_at": state.fixed_at,
        "closed_at": state.closed_at,
        "closed_by": state.closed_by[:64] or None,
        "unit": state.unit,
        "owner": state.owner[:120],
        "transfers": state.transfers,
        "ack_due_at": state.ack_due,
        "repair_due_at": state.repair_due,
        "promise": None if state.promise is None else state.promise.version,
        "ack_missed": "acknowledge" in state.missed,
        "repair_missed": "repair" in state.missed,
        "carrier": state.carrier[:64],
        "carrier_case": state.carrier_case[:80],
        "workaround": state.workaround,
        "fix": state.fix,
        "force_majeure": state.force_majeure,
        "reports": state.reports,
    }
