"""An office's state as rows of the `state_*` tables, and back. Pure."""

from typing import Any, Final

import msgspec

from motcua_edge.domain import model
from motcua_edge.domain.model import OfficeState

_KINDS: Final[dict[str, type[msgspec.Struct]]] = {
    "tickets": model.Ticket,
    "series": model.Series,
    "counters": model.Counter,
    "services": model.Service,
    "devices": model.Device,
    "health": model.Health,
}
TABLES: Final = ("office", *_KINDS, "idempotency")
"""Names of the row tables; table `x` is stored as `state_x(key, body)`."""
OFFICE_KEY: Final = "office"
_ENCODER: Final = msgspec.json.Encoder()


class RowChange(msgspec.Struct, frozen=True):
    """One row to write; a `body` of None deletes it."""

    table: str
    key: str
    body: bytes | None


def diff(old: OfficeState, new: OfficeState) -> list[RowChange]:
    """The rows that differ, found by identity: `apply` replaces what it changes."""
    changes = []
    if new.office is not old.office:
        changes.append(RowChange("office", OFFICE_KEY, _ENCODER.encode(new.office)))
    for table in _KINDS:
        changes += _diff_table(table, _entries(old, table), _entries(new, table))
    return changes


def _entries(state: OfficeState, table: str) -> dict[str, Any]:
    entries: dict[str, Any] = msgspec.structs.asdict(state)[table]
    return entries


def _diff_table(table: str, old: dict[str, Any], new: dict[str, Any]) -> list[RowChange]:
    if old is new:
        return []
    written = [
        RowChange(table, key, _ENCODER.encode(value))
        for key, value in new.items()
        if old.get(key) is not value
    ]
    return written + [RowChange(table, key, None) for key in old if key not in new]


def load(rows: dict[str, dict[str, bytes]]) -> OfficeState:
    """Rebuild the state from rows; raises msgspec.MsgspecError when a row does not fit."""
    tables = {
        table: {key: msgspec.json.decode(body, type=kind) for key, body in rows[table].items()}
        for table, kind in _KINDS.items()
    }
    office = rows["office"].get(OFFICE_KEY)
    return OfficeState(
        office=msgspec.json.decode(office, type=model.Office) if office else model.Office(),
        **tables,  # type: ignore[arg-type]  # each table holds its own kind
    )
