"""Targets: whose availability the hub keeps, under which rules, and since when.

    get(connection, target_id) -> Target | None
    listing(connection, *, kind=None, site=None, unit=None, carrier=None, retired=False)
    known(connection, as_of=None, at=None)          all of them as they were, as far as was known
    add(connection, target, now, by) / change(connection, target, now, by, valid_from=…)
    retire(connection, target_id, now, by, why)
    ruled(connection, as_of=None, among=None) -> dict[id, Ruled]   rules and parents at any time
    parents_of(target_id, ruled) -> list of ids, from its parent outwards

Every act writes a line of the audit trail, and a version that is kept for ever (`described`); a row
of `target` is what the newest version says.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select, update

from motcua_contract.probes import TARGET_PATTERN
from motcua_hub.ledger import described, probes, trail
from motcua_hub.ledger.described import Kind, Places, Target, Version, target_of
from motcua_hub.ledger.evidence import lock_head
from motcua_hub.ledger.pieces import touch
from motcua_hub.ledger.rules import Rules, checked, read, written
from motcua_hub.store import schema

__all__ = [
    "Kind",
    "Ruled",
    "Target",
    "TargetError",
    "add",
    "change",
    "get",
    "known",
    "listing",
    "parents_of",
    "retire",
    "ruled",
]
table: Final = schema.target
version: Final = schema.target_version
_DEEPEST: Final = 16
_FOR_EVER: Final = 2**53


class TargetError(ValueError):
    """A target that cannot be; `field` is what is wrong with it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class Ruled(msgspec.Struct, frozen=True):
    """A target's rules and place at some time."""

    target: str
    version: int
    parent: str | None
    rules: Rules


def _target(row: Any) -> Target:  # noqa: ANN401 - a row of the table with its version
    values = dict(row)
    values["rules"] = read(values.pop("policy"))
    values["kind"] = Kind(values["kind"])
    return Target(**values)


def _query() -> Any:  # noqa: ANN401 - a select of all columns and one more
    newest = select(func.max(version.c.rules)).where(version.c.target == table.c.id)
    return select(table, func.coalesce(newest.scalar_subquery(), 1).label("version"))


def get(connection: Connection, target_id: str) -> Target | None:
    """One target, retired or not; None when there is none."""
    row = connection.execute(_query().where(table.c.id == target_id)).mappings().one_or_none()
    return None if row is None else _target(row)


def listing(
    connection: Connection,
    *,
    kind: Kind | None = None,
    site: str | None = None,
    unit: str | None = None,
    carrier: str | None = None,
    retired: bool = False,
    among: Sequence[str] | None = None,
) -> list[Target]:
    """Targets by site, kind and name; retired ones only when asked for, and only `among` these."""
    query = _query().order_by(table.c.site, table.c.kind, table.c.name, table.c.id)
    if among is not None:
        query = query.where(table.c.id.in_(among))
    limits = {"kind": kind, "site": site, "unit": unit, "carrier": carrier}
    for column, wanted in limits.items():
        if wanted is not None:
            query = query.where(table.c[column] == wanted)
    if not retired:
        query = query.where(table.c.retired_at.is_(None))
    return [_target(row) for row in connection.execute(query).mappings()]


def known(connection: Connection, as_of: int | None = None, at: int | None = None) -> list[Target]:
    """All targets, retired ones too, as they were at `at` by what was on record at `as_of`.

    Ordered as in `listing`. Those added after `as_of` are not there.
    """
    found = (target_of(rows, at) for rows in described.rows(connection, as_of).values())
    there = [each for each in found if as_of is None or each.added_at <= as_of]
    return sorted(there, key=lambda each: (each.site or "", each.kind, each.name, each.id))


def add(connection: Connection, target: Target, now: int, by: str = trail.LEDGER) -> Target:
    """Add a target; TargetError when its name is none, is taken, or its parent cannot be.

    What it is now it was always, as far as its contract reaches.
    """
    _check(connection, target)
    if get(connection, target.id) is not None:
        raise TargetError("id")
    life = target.life_begin or now
    kept = msgspec.structs.replace(
        target, version=1, life_begin=life, added_at=now, changed_at=now, retired_at=None
    )
    connection.execute(table.insert().values(**_values(kept)))
    _record(connection, kept, now, by, valid_from=0)
    trail.write(connection, now, "target_added", kept.id, _said(kept), by=by)
    return kept


def change(
    connection: Connection,
    target: Target,
    now: int,
    by: str = trail.LEDGER,
    *,
    valid_from: int | None = None,
    why: str = "",
) -> Target:
    """Change a target: a new version of it, which holds from `valid_from` on (None: from now).

    Other rules or another parent make a new version of its rules as well. What was true before
    `valid_from` stays; 0 says that it was never otherwise.

    Raises:
        TargetError: There is no such target, it cannot be so, or would be so only in the future.
    """
    held = get(connection, target.id)
    if held is None:
        raise TargetError("id")
    _check(connection, target)
    since = now if valid_from is None else valid_from
    if not 0 <= since <= now:
        raise TargetError("valid_from")
    _check_line(connection, target, since)
    ruled = (held.rules, held.parent) != (target.rules, target.parent)
    kept = msgspec.structs.replace(
        target,
        version=held.version + ruled,
        added_at=held.added_at,
        changed_at=now,
        retired_at=held.retired_at,
    )
    values = _values(kept)
    connection.execute(update(table).where(table.c.id == kept.id).values(**values))
    _record(connection, kept, now, by, valid_from=since, why=why)
    if ruled or valid_from is not None:
        touch(connection, [(kept.id, (min(since, kept.life_begin), now + 1))])
    detail = f"{_said(held)} -> {_said(kept)}"
    trail.write(connection, now, "target_changed", kept.id, detail, by=by)
    return kept


def retire(
    connection: Connection, target_id: str, now: int, by: str = trail.LEDGER, *, why: str = ""
) -> bool:
    """End a target's life; False when there is none, or it ended before."""
    held = get(connection, target_id)
    if held is None or held.retired_at is not None:
        return False
    life_end = now if held.life_end is None else held.life_end
    gone = msgspec.structs.replace(held, retired_at=now, changed_at=now, life_end=life_end)
    mine = (table.c.id == target_id) & table.c.retired_at.is_(None)
    ended = connection.execute(update(table).where(mine).values(**_values(gone)))
    if ended.rowcount:
        _record(connection, gone, now, by, valid_from=now, why=why)
        trail.write(connection, now, "target_retired", target_id, why, by=by)
        probes.moved(connection, [target_id])
    return ended.rowcount == 1


def _record(
    connection: Connection, target: Target, now: int, by: str, *, valid_from: int, why: str = ""
) -> None:
    """Put a version on record, after every report that was made of what is known (`seal`)."""
    sealed = lock_head(connection).sealed_at
    made = Version(
        number=described.newest(connection, target.id) + 1,
        valid_from=valid_from,
        recorded_at=max(now, sealed + 1),
        recorded_by=by,
        why=why,
        target=target,
    )
    described.write(connection, made)


def ruled(
    connection: Connection, as_of: int | None = None, among: Sequence[str] | None = None
) -> dict[str, Ruled]:
    """Every target's rules and parent as they stood at `as_of` (None: now), or those of `among`.

    A target that was not there yet has its first ones.
    """
    found = described.rules_of(connection, as_of, among)
    return {name: Ruled(name, *told) for name, told in found.items()}


def parents_of(target_id: str, known: dict[str, Ruled]) -> list[str]:
    """What a target depends on, from its parent outwards; a circle ends where it closes."""
    found: list[str] = []
    here = known.get(target_id)
    while here is not None and here.parent and here.parent not in (target_id, *found):
        found.append(here.parent)
        here = known.get(here.parent)
    return found


def _check(connection: Connection, target: Target) -> None:
    if not re.match(TARGET_PATTERN, target.id):
        raise TargetError("id")
    if not target.name.strip():
        raise TargetError("name")
    if target.life_end is not None and target.life_end <= target.life_begin:
        raise TargetError("life_end")
    try:
        checked(target.rules)
    except ValueError as error:
        raise TargetError("rules") from error
    _check_parent(connection, target)


def _check_parent(connection: Connection, target: Target) -> None:
    """A parent is there, and does not depend on its own child."""
    here = target.parent
    for _ in range(_DEEPEST):
        if here is None:
            return
        if here == target.id:
            break
        row = connection.execute(select(table.c.parent).where(table.c.id == here)).one_or_none()
        if row is None:
            break
        here = row.parent
    raise TargetError("parent")


def _check_line(connection: Connection, target: Target, since: int) -> None:
    """From `since` on its parent never depended on it, whatever that depended on at the time."""
    if target.parent is None:
        return
    places = Places(described.with_ancestors(connection, target.parent))
    lines = places.lines(target.parent, (since, _FOR_EVER))
    if any(target.id in (target.parent, *line) for _, line in lines):
        raise TargetError("parent")


def _values(target: Target) -> dict[str, Any]:
    times = {"added_at": target.added_at, "changed_at": target.changed_at}
    return {
        "id": target.id,
        "policy": written(target.rules),
        **described.columns(target),
        **times,
    }


def _said(target: Target) -> str:
    return msgspec.json.encode(target).decode()
