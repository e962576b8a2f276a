"""Maintenance windows and exclusions in the database, with who asked and who agreed.

Every function that changes something looks first whether it may, in the same transaction, and
raises `UnfitPlanError` otherwise.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Table, insert, select, update

from motcua_hub.domain.calendar.planned import (
    Excluded,
    Maintenance,
    Scope,
    ScopeKind,
    UnfitPlanError,
    Wish,
    check_approval,
    check_end,
    check_exclusion,
    check_refusal,
    check_window,
)
from motcua_hub.store import schema

WINDOW: Final = "window"
EXCLUSION: Final = "exclusion"
_windows, _exclusions, _scope = schema.maintenance_window, schema.exclusion, schema.layer_scope


class UnknownPlanError(LookupError):
    """There is no such window or exclusion."""


def windows(connection: Connection, since: int | None = None) -> tuple[Maintenance, ...]:
    """Every window that ends after `since`, by its beginning."""
    return tuple(
        Maintenance(**row) for row in _rows(connection, WINDOW, _windows, Maintenance, since=since)
    )


def exclusions(connection: Connection, since: int | None = None) -> tuple[Excluded, ...]:
    """Every exclusion that ends after `since`, by its beginning."""
    return tuple(
        Excluded(**row) for row in _rows(connection, EXCLUSION, _exclusions, Excluded, since=since)
    )


def _rows(
    connection: Connection,
    layer: str,
    table: Table,
    kind: type[msgspec.Struct],
    *,
    since: int | None = None,
    only: int | None = None,
) -> Iterable[dict[str, Any]]:
    names = [name for name in kind.__struct_fields__ if name != "scopes"]
    query = select(*(table.c[name] for name in names))
    about = select(_scope).where(_scope.c.layer == layer)
    if since is not None:
        query = query.where(table.c.end_at > since)
    if only is not None:
        query, about = query.where(table.c.id == only), about.where(_scope.c.layer_id == only)
    scopes: dict[int, list[Scope]] = {}
    for row in connection.execute(about):
        scopes.setdefault(row.layer_id, []).append(Scope(ScopeKind(row.kind), row.key))
    for found in connection.execute(query.order_by(table.c.begin_at, table.c.id)).mappings():
        yield {**found, "scopes": tuple(sorted(scopes.get(found["id"], ())))}


def window(connection: Connection, number: int) -> Maintenance:
    """One window; UnknownPlanError when there is none."""
    for row in _rows(connection, WINDOW, _windows, Maintenance, only=number):
        return Maintenance(**row)
    raise UnknownPlanError(number)


def exclusion(connection: Connection, number: int) -> Excluded:
    """One exclusion; UnknownPlanError when there is none."""
    for row in _rows(connection, EXCLUSION, _exclusions, Excluded, only=number):
        return Excluded(**row)
    raise UnknownPlanError(number)


def ask_window(connection: Connection, wish: Wish, now: int, who: str) -> int:
    """Ask for a window; its id. Users count as told when it is agreed to, unless told before."""
    check_window(wish, now)
    told = {} if wish.told_at is None else {"announced_at": wish.told_at, "announced_by": who}
    values = {**_asked(wish, now, who), "emergency": wish.emergency, **told}
    return _insert(connection, WINDOW, _windows, values, wish.scopes)


def ask_exclusion(connection: Connection, wish: Wish, now: int, who: str) -> int:
    """Ask that a time counts for nobody; its id."""
    check_exclusion(wish, now)
    values = {**_asked(wish, now, who), "incident": wish.incident}
    return _insert(connection, EXCLUSION, _exclusions, values, wish.scopes)


def _asked(wish: Wish, now: int, who: str) -> dict[str, Any]:
    return {
        "begin_at": wish.begin,
        "end_at": wish.end,
        "reason": wish.reason.strip(),
        "paper": wish.paper.strip(),
        "asked_at": now,
        "asked_by": who,
    }


def _insert(
    connection: Connection,
    layer: str,
    table: Table,
    values: dict[str, Any],
    scopes: tuple[Scope, ...],
) -> int:
    made: int = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    rows = [
        {"layer": layer, "layer_id": made, "kind": each.kind.value, "key": each.key}
        for each in sorted(set(scopes))
    ]
    connection.execute(insert(_scope), rows)
    return made


def _find(connection: Connection, layer: str, number: int) -> tuple[Table, Maintenance | Excluded]:
    if layer == WINDOW:
        return _windows, window(connection, number)
    return _exclusions, exclusion(connection, number)


def approve(connection: Connection, layer: str, number: int, *, now: int, who: str) -> None:
    """Agree to a plan; to an emergency as the first or second. A window is announced by it."""
    table, plan = _find(connection, layer, number)
    check_approval(plan, who, now)
    step = "approved" if plan.approved_at is None else "seconded"
    values: dict[str, Any] = {f"{step}_at": now, f"{step}_by": who}
    if isinstance(plan, Maintenance) and plan.announced_at is None:
        values |= {"announced_at": now, "announced_by": who}
    _decide(connection, table, number, f"{step}_at", values)


def refuse(
    connection: Connection, layer: str, number: int, why: str, *, now: int, who: str
) -> None:
    """Say no to a plan that nobody has agreed to yet."""
    table, plan = _find(connection, layer, number)
    check_refusal(plan, why)
    values = {"refused_at": now, "refused_by": who, "refused_why": why.strip()}
    _decide(connection, table, number, "refused_at", values)


def end(connection: Connection, layer: str, number: int, why: str, *, now: int, who: str) -> None:
    """Cancel a window (one that runs ends now), or withdraw an exclusion."""
    table, plan = _find(connection, layer, number)
    check_end(plan, why, now)
    step = "cancelled" if layer == WINDOW else "withdrawn"
    values = {f"{step}_at": now, f"{step}_by": who, f"{step}_why": why.strip()}
    _decide(connection, table, number, f"{step}_at", values)


def _decide(
    connection: Connection, table: Table, number: int, once: str, values: dict[str, Any]
) -> None:
    """Only the first of two people who decide at the same time does."""
    free = (table.c.id == number, table.c[once].is_(None))
    if connection.execute(update(table).where(*free).values(values)).rowcount != 1:
        raise UnfitPlanError("plan.fault.decided")
