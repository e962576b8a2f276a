"""Everything that can be down, as it is now: targets of the ledger and devices of offices.

Read in one transaction; what is done about it is `domain.incident.watch`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.health import site as verdicts
from motcua_hub.domain.health.kinds import kind_of, responsible_for, responsible_for_outage
from motcua_hub.domain.incident.vocabulary import CLASS_OF_CAUSE, Cause
from motcua_hub.domain.incident.watch import DOWN, FAULT, POWER_EVENT, SITE_LINK, Sight
from motcua_hub.domain.link import Link
from motcua_hub.ledger import now as ledger_now
from motcua_hub.ledger import targets
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store import schema

SURE_MS: Final[Mapping[str, int]] = {
    HealthState.CRITICAL.value: 60_000,
    HealthState.PROBLEM.value: 5 * 60_000,
}
"""A device's own fault must last so long before an incident is made of it."""
ON_BATTERY: Final = "on_battery"
_CLASSES: Final = {cause.value: found.value for cause, found in CLASS_OF_CAUSE.items()}


class Scene(msgspec.Struct, frozen=True):
    """What is there: sights by key, what targets depend on, and the carrier of every link."""

    sights: tuple[Sight, ...]
    above: dict[str, tuple[str, ...]]
    links: dict[str, str]


def scene(connection: Connection, now: int) -> Scene:
    """Everything at `now` (UTC ms)."""
    every = targets.listing(connection, retired=True)
    ruled = targets.ruled(connection)
    above = {each.id: tuple(targets.parents_of(each.id, ruled)) for each in every}
    states = ledger_now.states(connection, now)
    told: dict[str, list[ledger_now.Now]] = {}
    for (name, _), state in states.items():
        told.setdefault(name, []).append(state)
    found = {}
    for each in every:
        sight = _of_target(each, told.get(each.id, ()), above[each.id])
        found[sight.key] = sight
    for sight in _faults(connection, now):
        held = found.get(sight.key)
        found[sight.key] = sight if held is None else _both(held, sight)
    links = {e.id: e.carrier for e in every if e.kind == SITE_LINK and e.retired_at is None}
    return Scene(tuple(found[key] for key in sorted(found)), above, links)


def _of_target(target: Target, told: Sequence[ledger_now.Now], above: tuple[str, ...]) -> Sight:
    worst = min(told, key=_worst, default=ledger_now.Now(State.UNKNOWN, 0))
    return Sight(
        site=target.site or "",
        subject=target.component or target.id,
        kind=DOWN,
        state=worst.state,
        since=worst.since,
        confirmed_at=worst.confirmed_at,
        code=worst.cause,
        target=target.id,
        target_kind=target.kind.value,
        masked_by=worst.masked_by,
        above=above,
        carrier=target.carrier,
        responsible=_CLASSES.get(_cause(worst.cause))
        or responsible_for_outage(target.kind.value).value,
        around_the_clock=target.kind is not Kind.DEVICE,
        critical=True,
        merge_gap=target.policy().merge_gap,
        gone=target.retired_at is not None,
    )


def _worst(state: ledger_now.Now) -> tuple[int, int]:
    """Down before unknown before up; a confirmed outage first, then the older one."""
    order = {State.DOWN: 0, State.UNKNOWN: 1, State.UP: 2}
    unsure = state.state is State.DOWN and state.confirmed_at is None
    return (order[state.state] * 2 + unsure, state.since)


def _cause(hint: str) -> str:
    return hint if hint in set(Cause) else ""


def _faults(connection: Connection, now: int) -> Iterable[Sight]:
    """What offices say of their own devices."""
    table = schema.device_health
    retired = _retired(connection)
    by_site: dict[str, list[Any]] = {}
    for row in connection.execute(select(table).order_by(table.c.site, table.c.component)):
        by_site.setdefault(row.site, []).append(row)
    for rows in by_site.values():
        dead = _dead_by(rows)
        for row in rows:
            gone = (row.site, row.component) in retired
            yield _fault(row, now, gone=gone, office_dead=row.component in dead)


def _retired(connection: Connection) -> set[tuple[str, str]]:
    """Components whose device was taken out of service, and none is in its place."""
    a = schema.asset.c
    rows = connection.execute(
        select(a.site, a.component, a.retired_at).where(a.component.is_not(None))
    ).all()
    kept = {(row.site, row.component) for row in rows if row.retired_at is None}
    return {(row.site, row.component) for row in rows} - kept


def _dead_by(rows: Iterable[Any]) -> set[str]:
    """The components because of which an office cannot serve citizens."""
    known = set(HealthState)
    states = {row.component: HealthState(row.state) for row in rows if row.state in known}
    if verdicts.verdict(Link.ONLINE, states) is not HealthState.CRITICAL:
        return set()
    return set(verdicts.causes(Link.ONLINE, states))


def _fault(row: Any, now: int, *, gone: bool, office_dead: bool) -> Sight:  # noqa: ANN401 - a row
    wait = SURE_MS.get(row.state)
    down = wait is not None
    since = min(row.since, now)
    mains = kind_of(row.component) == "ups" and row.code == ON_BATTERY
    up = row.state == HealthState.OK.value
    return Sight(
        site=row.site,
        subject=row.component,
        kind=POWER_EVENT if mains else FAULT,
        state=State.DOWN if down else State.UP if up else State.UNKNOWN,
        since=since,
        confirmed_at=now if down else None,
        young=not mains and wait is not None and now - since < wait,
        code=row.code,
        detail=row.detail,
        responsible=responsible_for(row.component, row.code).value,
        critical=row.state == HealthState.CRITICAL.value,
        office_dead=office_dead,
        gone=gone or row.state == HealthState.DEACTIVATED.value,
    )


def _both(target: Sight, fault: Sight) -> Sight:
    """One thing seen from two sides: the device's own word of a fault goes first.

    It is up again only when neither side says that it is down.
    """
    named = msgspec.structs.replace(
        fault,
        target=target.target,
        target_kind=target.target_kind,
        above=target.above,
        masked_by=target.masked_by if target.state is State.DOWN else "",
        carrier=target.carrier,
        merge_gap=target.merge_gap,
        gone=fault.gone or target.gone,
    )
    if fault.state is State.DOWN or target.state is not State.DOWN:
        return named
    stale = fault.state is State.UP and fault.since > target.since
    return named if stale or target.confirmed_at is None else target
