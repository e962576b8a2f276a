"""What is stored of components: in full for one office, and for all offices what is not well.

The overview of a province counts what is well in the database: thousands of components say "ok",
and a page needs their number only. The condition is that of `domain.health.component`.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, exists, func, null, select

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.component import FRESH_MS, Drill, Part
from motcua_hub.domain.health.kinds import kind_of
from motcua_hub.domain.health.site import VITAL
from motcua_hub.domain.health.spans import FLAP_CHANGES, FLAP_MS
from motcua_hub.store import schema

_H: Final = schema.health_report.c
_D: Final = schema.device_health.c
_A: Final = schema.asset.c
_S: Final = schema.health_span.c
_VITAL: Final = tuple(sorted(VITAL))
_WORD: Final = (
    _H.component,
    _H.state,
    _H.code,
    _H.since,
    _H.detail,
    _H.received_at,
    _H.drill_state,
    _H.drill_code,
    _H.drill_since,
    _H.drill_detail,
    _H.said,
)


class Told(msgspec.Struct, frozen=True, gc=False):
    """All that a site's overview needs of its components.

    Attributes:
        well: How many said "ok" lately.
        well_vital: Kinds of which citizens need one, with a component that is well.
        drills: How many rehearse a fault now.
        rest: Components that are not well, or not heard lately.
        silent: Components registered or journalled that were never heard live.
    """

    well: int = 0
    well_vital: tuple[str, ...] = ()
    drills: int = 0
    rest: tuple[Part, ...] = ()
    silent: tuple[str, ...] = ()


def _part(row: Sequence[Any]) -> Part:
    component, state, code, since, detail, heard, drilled, drill_code, drill_since, words, said = (
        row
    )
    drill = None if drilled is None else Drill(drilled, drill_code, drill_since or 0, words)
    return Part(component, state, code, since, detail, heard, drill, said)


def _is_well(now: int) -> ColumnElement[bool]:
    return and_(_H.state == HealthState.OK.value, _H.received_at >= now - FRESH_MS)


def _well(connection: Connection, now: int) -> dict[str, tuple[int, tuple[str, ...]]]:
    """How many are well at each site, and which vital kinds are among them."""
    names = func.aggregate_strings(_H.component, ",")
    found = {}
    for site, told in connection.execute(
        select(_H.site, names).where(_is_well(now)).group_by(_H.site)
    ):
        well = told.split(",")
        kinds = set(map(kind_of, well))
        found[site] = (len(well), tuple(kind for kind in _VITAL if kind in kinds))
    return found


def _rest(connection: Connection, now: int) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for site, *row in connection.execute(select(_H.site, *_WORD).where(~_is_well(now))):
        found.setdefault(site, []).append(_part(row))
    return found


def _drills(connection: Connection) -> dict[str, int]:
    query = select(_H.site, func.count()).where(_H.drill_state.is_not(None)).group_by(_H.site)
    return {site: count for site, count in connection.execute(query)}  # noqa: C416 - rows


def _silent(connection: Connection) -> dict[str, list[str]]:
    """Names of components never heard live: told by the journal only, or registered."""
    reported = exists().where(_H.site == _D.site, _H.component == _D.component)
    found: dict[str, set[str]] = {}
    for site, component in connection.execute(select(_D.site, _D.component).where(~reported)):
        found.setdefault(site, set()).add(component)
    heard = exists().where(_H.site == _A.site, _H.component == _A.component)
    registered = select(_A.site, _A.component, _A.id).where(_A.retired_at.is_(None), ~heard)
    for site, component, asset in connection.execute(registered):
        found.setdefault(site, set()).add(component or asset_key(asset))
    return {site: sorted(names) for site, names in found.items()}


def asset_key(asset_id: int) -> str:
    """What a registered device is called that has no component."""
    return f"asset-{asset_id}"


def overview(connection: Connection, now: int) -> dict[str, Told]:
    """Of every site what its overview needs, in five statements."""
    well, rest = _well(connection, now), _rest(connection, now)
    drills, silent = _drills(connection), _silent(connection)
    return {
        site: Told(
            *well.get(site, (0, ())),
            drills.get(site, 0),
            tuple(rest.get(site, ())),
            tuple(silent.get(site, ())),
        )
        for site in {*well, *rest, *drills, *silent}
    }


def parts(connection: Connection, site: str) -> list[Part]:
    """The components of a site: live reports, else what the journal last said."""
    rows = connection.execute(select(*_WORD).where(_H.site == site)).all()
    live = [_part(row) for row in rows]
    known = {part.component for part in live}
    columns = (_D.component, _D.state, _D.code, _D.since, _D.detail, null(), null(), _D.said)
    journal = connection.execute(select(*columns).where(_D.site == site)).all()
    return [*live, *(Part(*row) for row in journal if row[0] not in known)]


def flapping(connection: Connection, now: int, site: str | None = None) -> set[tuple[str, str]]:
    """Site and component of those that changed too often lately; drills do not count."""
    changed = and_(~_S.drill, _S.before != "", _S.before != _S.state)
    lately = and_(_S.since >= now - FLAP_MS, _S.since <= now)
    query = select(_S.site, _S.component).where(lately, changed)
    query = query.where(_S.site == site) if site else query
    query = query.group_by(_S.site, _S.component).having(func.count() >= FLAP_CHANGES)
    return {(row.site, row.component) for row in connection.execute(query)}


def names(connection: Connection, now: int) -> dict[tuple[str, str], str]:
    """Registered names, by site and component, of what is not well."""
    same = and_(_H.site == _A.site, _H.component == _A.component, _A.retired_at.is_(None))
    query = select(_A.site, _A.component, _A.name).join(schema.health_report, same)
    rows = connection.execute(query.where(~_is_well(now)))
    return {(row.site, row.component): row.name for row in rows}
