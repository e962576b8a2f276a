"""Maintenance windows and exclusions with the names of what they are about."""

from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.domain.calendar.planned import (
    Excluded,
    Maintenance,
    Scope,
    ScopeKind,
    Stage,
    stage,
)
from motcua_hub.ledger import targets
from motcua_hub.store import plans, schema
from motcua_hub.store.plans import EXCLUSION, WINDOW

_OPEN: Final = (Stage.ASKED, Stage.SECOND, Stage.AHEAD, Stage.RUNNING)
_PAST: Final = 200


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One plan, where it stands, and what it is about: kinds with names."""

    layer: str
    plan: Maintenance | Excluded
    stage: Stage
    about: tuple[tuple[ScopeKind, str], ...]


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """Names of sites and of targets by id, in the order of names."""

    sites: Mapping[str, str]
    targets: Mapping[str, str]

    def of(self, scope: Scope) -> str:
        """The name of what a plan is about."""
        known = self.sites if scope.kind is ScopeKind.SITE else self.targets
        return known.get(scope.key, scope.key)


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """All plans: open ones, and the newest that are not."""

    names: Names
    open: tuple[Shown, ...]
    past: tuple[Shown, ...]


def names(connection: Connection) -> Names:
    """What plans may be about."""
    site = schema.site.c
    rows = connection.execute(select(site.id, site.name).where(site.closed_at.is_(None)))
    sites = sorted(((row.id, row.name or row.id) for row in rows), key=_by_name)
    known = targets.listing(connection)
    return Names(
        sites=dict(sites), targets=dict(sorted(((e.id, e.name) for e in known), key=_by_name))
    )


def _by_name(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[1].casefold(), pair[0]


def board(connection: Connection, now: int) -> Board:
    """All plans, with the open ones first."""
    known = names(connection)
    everything: list[tuple[str, Maintenance | Excluded]] = [
        *((WINDOW, each) for each in plans.windows(connection)),
        *((EXCLUSION, each) for each in plans.exclusions(connection)),
    ]
    shown = [
        Shown(
            layer=layer,
            plan=plan,
            stage=stage(plan, now),
            about=tuple((scope.kind, known.of(scope)) for scope in plan.scopes),
        )
        for layer, plan in everything
    ]
    open_ones = [each for each in shown if each.stage in _OPEN]
    rest = [each for each in shown if each.stage not in _OPEN]
    rest.sort(key=lambda each: -each.plan.begin_at)
    return Board(names=known, open=tuple(open_ones), past=tuple(rest[:_PAST]))
