"""Targets: whose availability the hub keeps, under which rules, and since when.

    get(connection, target_id) -> Target | None
    listing(connection, *, kind=None, site=None, unit=None, carrier=None, retired=False)
    add(connection, target, now, by) / change(connection, target, now, by)
    retire(connection, target_id, now, by, why)
    ruled(connection, as_of=None, among=None) -> dict[id, Ruled]   rules and parents at any time
    parents_of(target_id, ruled) -> list of ids, from its parent outwards

Every act writes a line of the audit trail. Rules and parents are kept in all their versions.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select, update

from motcua_contract.probes import TARGET_PATTERN
from motcua_hub.domain.availability.evidence import Sli
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.ledger import probes, trail
from motcua_hub.ledger.pieces import touch
from motcua_hub.ledger.rules import Rules, checked, read, written
from motcua_hub.store import schema

table: Final = schema.target
rule: Final = schema.target_rule
_DEEPEST: Final = 16


class Kind(StrEnum):
    """What a target is."""

    SERVER = "server"
    SITE_LINK = "site_link"
    DEVICE = "device"
    SERVICE = "service"


class TargetError(ValueError):
    """A target that cannot be; `field` is what is wrong with it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One target. `life_begin` and `life_end` are its contract's life; times are UTC ms.

    Attributes:
        site: The site it stands in; None for what belongs to no site.
        parent: What it depends on.
        component: Under which name its site reports its health; None: it does not.
        asset: Its number in the registry.
        version: Of its rules; kept by this module, as are `added_at` to `retired_at`.
    """

    id: str
    name: str
    kind: Kind
    site: str | None = None
    parent: str | None = None
    unit: str = ""
    carrier: str = ""
    component: str | None = None
    asset: int | None = None
    rules: Rules = Rules()
    life_begin: int = 0
    life_end: int | None = None
    version: int = 1
    added_at: int = 0
    changed_at: int = 0
    retired_at: int | None = None

    @property
    def sli(self) -> Sli:
        """What its figures are about."""
        return self.rules.sli or (Sli.RUNNING if self.kind is Kind.DEVICE else Sli.REACHABLE)

    def policy(self, sli: Sli | None = None) -> Policy:
        """Its rules as the ledger reads them."""
        return self.rules.policy(self.version, sli or self.sli)


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
    newest = select(func.max(rule.c.version)).where(rule.c.target == table.c.id).scalar_subquery()
    return select(table, func.coalesce(newest, 1).label("version"))


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


def add(connection: Connection, target: Target, now: int, by: str = trail.LEDGER) -> Target:
    """Add a target; TargetError when its name is none, is taken, or its parent cannot be."""
    _check(connection, target)
    if get(connection, target.id) is not None:
        raise TargetError("id")
    life = target.life_begin or now
    kept = msgspec.structs.replace(
        target, version=1, life_begin=life, added_at=now, changed_at=now, retired_at=None
    )
    connection.execute(table.insert().values(**_values(kept)))
    _write_rules(connection, kept, now, by)
    trail.write(connection, now, "target_added", kept.id, _said(kept), by=by)
    return kept


def change(connection: Connection, target: Target, now: int, by: str = trail.LEDGER) -> Target:
    """Change a target; other rules or another parent make a new version of its rules."""
    held = get(connection, target.id)
    if held is None:
        raise TargetError("id")
    _check(connection, target)
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
    if ruled:
        _write_rules(connection, kept, now, by)
        touch(connection, [(kept.id, (kept.life_begin, now + 1))])
    detail = f"{_said(held)} -> {_said(kept)}"
    trail.write(connection, now, "target_changed", kept.id, detail, by=by)
    return kept


def retire(
    connection: Connection, target_id: str, now: int, by: str = trail.LEDGER, *, why: str = ""
) -> bool:
    """End a target's life; False when there is none, or it ended before."""
    life_end = func.coalesce(table.c.life_end, now)
    ended = connection.execute(
        update(table)
        .where(table.c.id == target_id, table.c.retired_at.is_(None))
        .values(retired_at=now, changed_at=now, life_end=life_end)
    )
    if ended.rowcount:
        trail.write(connection, now, "target_retired", target_id, why, by=by)
        probes.moved(connection, [target_id])
    return ended.rowcount == 1


def ruled(
    connection: Connection, as_of: int | None = None, among: Sequence[str] | None = None
) -> dict[str, Ruled]:
    """Every target's rules and parent as they stood at `as_of` (None: now), or those of `among`.

    A target that was not there yet has its first ones.
    """
    query = select(rule).order_by(rule.c.target, rule.c.version)
    if among is not None:
        query = query.where(rule.c.target.in_(among))
    found: dict[str, Ruled] = {}
    for row in connection.execute(query):
        if row.target not in found or as_of is None or row.made_at <= as_of:
            found[row.target] = Ruled(row.target, row.version, row.parent, read(row.policy))
    return found


def line_of(connection: Connection, target_id: str, as_of: int | None = None) -> dict[str, Ruled]:
    """The same of one target and of all that it depends on."""
    found: dict[str, Ruled] = {}
    here: str | None = target_id
    while here is not None and here not in found:
        found |= ruled(connection, as_of, [here])
        here = found[here].parent if here in found else None
    return found


def with_rules(target: Target, known: Ruled) -> Target:
    """A target with the rules and the place it had."""
    return msgspec.structs.replace(
        target, rules=known.rules, version=known.version, parent=known.parent
    )


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


def _write_rules(connection: Connection, target: Target, now: int, by: str) -> None:
    connection.execute(
        rule.insert().values(
            target=target.id,
            version=target.version,
            parent=target.parent,
            policy=written(target.rules),
            made_at=now,
            made_by=by,
        )
    )


def _values(target: Target) -> dict[str, Any]:
    values = msgspec.structs.asdict(target)
    del values["version"]
    values["policy"] = written(values.pop("rules"))
    values["kind"] = target.kind.value
    return values


def _said(target: Target) -> str:
    return msgspec.json.encode(target).decode()
