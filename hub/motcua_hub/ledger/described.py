"""What targets are and were: their versions, and what was known of them at any time.

    rows(connection, as_of=None, among=None) -> dict[id, versions known then, oldest first]
    Places(rows).line(id, at) / .lines(id, span)      what they depended on
    target_of(versions, at=None) -> Target            as it was at `at`
    versions_of(connection, id) -> list[Version]      newest first

A version says what a target is from `valid_from` on; the last one recorded goes before all others
for the time it speaks of. The life of its contract and its retirement are of the last version
recorded, whenever that holds from.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, Select, func, select

from motcua_hub.domain.availability.evidence import Sli
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.ledger.rules import Rules, read, written
from motcua_hub.store import schema

table: Final = schema.target_version
_AT_ONCE: Final = 400
_LIGHT: Final = (table.c.target, table.c.version, table.c.valid_from, table.c.recorded_at,
                 table.c.site, table.c.parent)  # fmt: skip
Versions = Sequence[Row[Any]]
"""Rows of one target, oldest first."""


class Kind(StrEnum):
    """What a target is."""

    SERVER = "server"
    SITE_LINK = "site_link"
    DEVICE = "device"
    SERVICE = "service"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One target. `life_begin` and `life_end` are its contract's life; times are UTC ms.

    Attributes:
        site: The site it stands in; None for what belongs to no site.
        parent: What it depends on.
        component: Under which name its site reports its health; None: it does not.
        asset: Its number in the registry.
        version: Of its rules and place; kept by the ledger, as are `added_at` to `retired_at`.
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


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version: what the target is by it, since when that holds, who said so and when."""

    number: int
    valid_from: int
    recorded_at: int
    recorded_by: str
    why: str
    target: Target


_TOLD: Final = ("name", "kind", "site", "parent", "unit", "carrier", "component", "asset")
_LIFE: Final = ("life_begin", "life_end", "retired_at")
_rules: Final = lru_cache(maxsize=4096)(read)
_KIND: Final = {each.value: each for each in Kind}


def rows(
    connection: Connection,
    as_of: int | None = None,
    among: Sequence[str] | None = None,
    *,
    light: bool = False,
) -> dict[str, list[Row[Any]]]:
    """The versions of targets that were on record at `as_of` (None: all), or of those `among`.

    A target that was not there yet has its first one. `light` ones are good for `Places` only.
    """
    query: Select[Any] = select(*_LIGHT) if light else select(table)
    query = query.order_by(table.c.target, table.c.version)
    found: dict[str, list[Row[Any]]] = {}
    some = [among] if among is None else _some(among)
    for names in some:
        mine = query if names is None else query.where(table.c.target.in_(names))
        last, held = "", list[Row[Any]]()
        for row in connection.execute(mine):
            # by number: reports read thousands of these
            if row[0] != last:
                last, held = row[0], [row]
                found[last] = held
            elif as_of is None or row.recorded_at <= as_of:
                held.append(row)
    return found


def _some(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))


def with_ancestors(
    connection: Connection, target_id: str, as_of: int | None = None
) -> dict[str, list[Row[Any]]]:
    """The versions of one target, and of everything that it ever depended on."""
    found: dict[str, list[Row[Any]]] = {}
    wanted = {target_id}
    while wanted:
        found |= rows(connection, as_of, sorted(wanted))
        above = {row.parent for name in wanted for row in found.get(name, ())}
        wanted = {name for name in above if name is not None and name not in found}
    return found


def valid(versions: Versions, at: int | None = None) -> Row[Any]:
    """The version that holds at `at` (None: now, or ever after)."""
    if at is None:
        return versions[-1]
    return next((row for row in reversed(versions) if row.valid_from <= at), versions[0])


def target_of(versions: Versions, at: int | None = None) -> Target:
    """What a target is at `at`, by these versions."""
    row, last = valid(versions, at), versions[-1]
    name, _, rules, _, _, _, _, *told = tuple(row)
    called, kind, site, parent, unit, carrier, component, asset, policy = told[:9]
    return Target(
        id=name,
        name=called,
        kind=_KIND[kind],
        site=site,
        parent=parent,
        unit=unit,
        carrier=carrier,
        component=component,
        asset=asset,
        rules=_rules(policy),
        version=rules,
        life_begin=last.life_begin,
        life_end=last.life_end,
        retired_at=last.retired_at,
        added_at=versions[0].recorded_at,
        changed_at=last.recorded_at,
    )


class Places:
    """What targets depended on and where they stood, at any time.

    Args:
        known: Versions by target.
    """

    def __init__(self, known: Mapping[str, Versions]) -> None:
        self._known = known

    def site(self, name: str, at: int) -> str | None:
        """Where a target stood."""
        site: str | None = valid(self._known[name], at).site
        return site

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def line(self, name: str, at: int | None = None) -> tuple[str, ...]:
        """What a target depended on, from its parent outwards; a circle ends where it closes."""
        found: list[str] = []
        here = name
        while here in self._known:
            parent = valid(self._known[here], at).parent
            if not parent or parent in (name, *found):
                break
            found.append(parent)
            here = parent
        return tuple(found)

    def above(self, name: str) -> frozenset[str]:
        """Everything that a target ever depended on, itself included."""
        found, fresh = {name}, [name]
        while fresh:
            above = {row.parent for row in self._known.get(fresh.pop(), ()) if row.parent}
            fresh += sorted(above - found)
            found |= above
        return frozenset(found)

    def lines(self, name: str, span: Interval) -> list[tuple[Interval, tuple[str, ...]]]:
        """The same over a time: its parts, each with the line that held all through it."""
        begin, end = span
        cuts = {
            row.valid_from
            for each in self.above(name)
            for row in self._known.get(each, ())
            if begin < row.valid_from < end
        }
        if not cuts:
            return [(span, self.line(name, begin))]
        found: list[tuple[Interval, tuple[str, ...]]] = []
        for part in pairwise([begin, *sorted(cuts), end]):
            line = self.line(name, part[0])
            if found and found[-1][1] == line:
                found[-1] = ((found[-1][0][0], part[1]), line)
            else:
                found.append((part, line))
        return found

    def under(self) -> dict[str, set[str]]:
        """Which targets were ever right below which."""
        found: dict[str, set[str]] = {}
        for name, versions in self._known.items():
            for row in versions:
                if row.parent:
                    found.setdefault(row.parent, set()).add(name)
        return found


def versions_of(connection: Connection, target_id: str) -> list[Version]:
    """Every version of a target, newest first."""
    held = rows(connection, among=[target_id]).get(target_id, [])
    return [
        Version(
            number=row.version,
            valid_from=row.valid_from,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            why=row.why,
            target=target_of([row]),
        )
        for row in reversed(held)
    ]


def write(connection: Connection, version: Version) -> None:
    """Put a version on record."""
    connection.execute(
        table.insert().values(
            target=version.target.id,
            version=version.number,
            rules=version.target.version,
            valid_from=version.valid_from,
            recorded_at=version.recorded_at,
            recorded_by=version.recorded_by[:64],
            why=version.why[:400],
            policy=written(version.target.rules),
            **columns(version.target),
        )
    )


def newest(connection: Connection, target_id: str) -> int:
    """The number of a target's last version; 0 when there is none."""
    query = select(func.max(table.c.version)).where(table.c.target == target_id)
    return connection.scalar(query) or 0


def columns(target: Target) -> dict[str, Any]:
    """What a version and the row of a target say alike."""
    values = msgspec.to_builtins(target)
    return {name: values[name] for name in (*_TOLD, *_LIFE)}


def said(target: Target) -> dict[str, Any]:
    """All that a version says of a target, to be compared."""
    return {**columns(target), "rules": written(target.rules), "version": target.version}


def rules_of(
    connection: Connection, as_of: int | None = None, among: Sequence[str] | None = None
) -> dict[str, tuple[int, str | None, Rules]]:
    """The version of rules, the parent and the rules of targets, as on record at `as_of`."""
    query = select(
        table.c.target, table.c.rules, table.c.parent, table.c.policy, table.c.recorded_at
    ).order_by(table.c.target, table.c.version)
    found: dict[str, tuple[int, str | None, Rules]] = {}
    for names in [among] if among is None else _some(among):
        mine = query if names is None else query.where(table.c.target.in_(names))
        for name, number, parent, policy, recorded in connection.execute(mine):
            if name not in found or as_of is None or recorded <= as_of:
                found[name] = (number, parent, _rules(policy))
    return found
