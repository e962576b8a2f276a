"""What components say of themselves now; a drill is kept beside what the device itself said."""

from typing import Any

from sqlalchemy import Connection, Table, case

from motcua_contract.messages import Health
from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.said import kept
from motcua_hub.store import schema
from motcua_hub.store.upsert import Insert, replace_all, upsert

table = schema.health_report
_DRILL = ("drill_state", "drill_code", "drill_since", "drill_detail")


def keep_report(connection: Connection, site: str, health: Health, heard_at: int) -> None:
    """Keep one report, heard at `heard_at` (UTC ms). The first real word ends a drill."""
    key = {"site": site, "component": health.component, "at": health.at, "received_at": heard_at}
    if not health.drill:
        none = {"drill_state": None, "drill_code": "", "drill_since": None, "drill_detail": ""}
        upsert(connection, table, [{**key, **_told(health), **none}], _replaced)
        return
    unknown = {"state": HealthState.UNKNOWN.value, "code": "", "since": health.since, "detail": ""}
    drill = {f"drill_{name}": value for name, value in _told(health).items() if name != "said"}
    upsert(connection, table, [{**key, **unknown, **drill}], _drilled)


def _told(health: Health) -> dict[str, Any]:
    return {
        "state": health.state.value,
        "code": health.code[:200],
        "since": health.since,
        "detail": health.detail[:4000],
        "said": kept(health.said),
    }


def _heard(rows: Table, new: Insert) -> dict[str, Any]:
    """Hearing an old word again does not make the last one older."""
    later, known = new.excluded.received_at, rows.c.received_at
    return {"received_at": case((later > known, later), else_=known)}


def _replaced(rows: Table, new: Insert) -> dict[str, Any]:
    return {**replace_all(rows, new), **_heard(rows, new)}


def _drilled(rows: Table, new: Insert) -> dict[str, Any]:
    """A drill leaves the device's own word as it is; the office is heard all the same."""
    return {**{name: new.excluded[name] for name in (*_DRILL, "at")}, **_heard(rows, new)}
