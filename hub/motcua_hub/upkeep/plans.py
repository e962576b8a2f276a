"""The yearly plan: computed while it is a draft, frozen when it is handed in."""

from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.localtime import read_day, start_of
from motcua_hub.domain.upkeep import plan as rules
from motcua_hub.domain.upkeep.plan import Device, PlanRefusal, Row, State, Step
from motcua_hub.domain.upkeep.policy import Version
from motcua_hub.store import policies, schema, servicing
from motcua_hub.store.assets import Asset
from motcua_hub.store.upsert import insert_new
from motcua_hub.upkeep import tasks

FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2100
table: Final = schema.yearly_plan


class PlanStep(msgspec.Struct, frozen=True, kw_only=True):
    """Who took which step when; `note` is the number of the paper, or why it went back."""

    at: int
    actor: str
    step: str
    note: str
    sha256: str | None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it stands; the hash is there once it was handed in."""

    year: int
    state: State
    rows: tuple[Row, ...]
    sha256: str | None
    steps: tuple[PlanStep, ...]


def _failures(connection: Connection, year: int) -> dict[tuple[str, str], int]:
    """How often each component became critical in a year; drills are none."""
    s = schema.health_span.c
    critical = HealthState.CRITICAL.value
    begin, end = start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1))
    query = (
        select(s.site, s.component, func.count())
        .where(s.state == critical, s.before != critical, s.drill.is_(False))
        .where(s.since >= begin, s.since < end)
        .group_by(s.site, s.component)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def _device(
    facts: tasks.Known, asset: Asset, failures: dict[tuple[str, str], int], year: int
) -> Device:
    said = facts.lives.get(asset.id, servicing.Life(asset=asset.id))
    basis = tasks.bases_of(facts, asset)[0]
    times, asked = tasks.count_of(facts, asset, basis, year - 1)
    done = facts.done.get((asset.id, basis.duty.value), ())
    past = [row for row in done if row.day.year < year]
    return Device(
        asset=asset.id,
        site=asset.site,
        site_name=facts.names.get(asset.site, asset.site),
        kind=asset.kind,
        name=asset.name,
        model=asset.model,
        serial=asset.serial,
        unit=said.unit,
        bought_on=read_day(said.bought_on) or read_day(said.handed_over_on),
        warranty_until=read_day(said.warranty_until),
        failures=failures.get((asset.site, asset.component), 0),
        last_result=past[-1].result if past else "",
        done=times,
        asked=asked,
        due=tuple(one.day for one in tasks.year_of(facts, asset, basis, year)),
    )


def computed(connection: Connection, year: int) -> list[Row]:
    """The plan of a year as the registry and the year before it have it now."""
    facts = tasks.known(connection)
    failures = _failures(connection, year - 1)
    used = [asset for asset in facts.assets if asset.retired_at is None]
    said = policy_of(connection, year).policy
    return rules.plan((_device(facts, asset, failures, year) for asset in used), year, said)


def policy_of(connection: Connection, year: int) -> Version:
    """The policy a year's plan follows: the one that holds when the year begins."""
    return policies.on(connection, date(year, 1, 1))


def _steps(connection: Connection, year: int) -> tuple[PlanStep, ...]:
    s = schema.yearly_plan_step.c
    query = select(s.at, s.actor, s.step, s.note, s.sha256).where(s.year == year).order_by(s.id)
    return tuple(PlanStep(**row) for row in connection.execute(query).mappings())


def plan_of(connection: Connection, year: int) -> Plan:
    """A year's plan: what was handed in, or what would be today."""
    row = connection.execute(select(table).where(table.c.year == year)).mappings().one_or_none()
    steps = _steps(connection, year)
    if row is None or row["rows"] is None:
        rows = tuple(computed(connection, year))
        return Plan(year=year, state=State.DRAFT, rows=rows, sha256=None, steps=steps)
    return Plan(
        year=year,
        state=State(row["state"]),
        rows=msgspec.json.decode(row["rows"], type=tuple[Row, ...]),
        sha256=row["sha256"],
        steps=steps,
    )


def _keep(connection: Connection, plan: Plan, state: State, now: int) -> str | None:
    """Freeze the rows when the plan is handed in; let them go when it comes back."""
    frozen = None if state is State.DRAFT else plan.rows
    digest = None if frozen is None else rules.seal(frozen)
    rows = None if frozen is None else msgspec.json.encode(frozen).decode()
    values = {"state": state.value, "rows": rows, "sha256": digest, "changed_at": now}
    draft = {"year": plan.year, "state": State.DRAFT.value, "changed_at": now}
    insert_new(connection, table, [draft])
    as_read = (table.c.year == plan.year, table.c.state == plan.state.value)
    if connection.execute(update(table).where(*as_read).values(values)).rowcount != 1:
        raise PlanRefusal("plan.refused.changed")
    return digest


def step(
    connection: Connection, year: int, taken: Step, *, actor: str, now: int, note: str = ""
) -> Plan:
    """Take a step with a plan. Raises PlanRefusal.

    Args:
        connection: A writing transaction.
        year: The plan's.
        taken: The step.
        actor: Who takes it.
        now: UTC ms.
        note: The number of the paper for an approval, the reason for a return.
    """
    plan = plan_of(connection, year)
    handed_in = [one.actor for one in plan.steps if one.step == Step.SUBMIT]
    words = " ".join(note.split())[:400]
    state = rules.after(plan.state, taken, actor, handed_in[-1] if handed_in else "", words)
    digest = _keep(connection, plan, state, now)
    row = {"year": year, "at": now, "actor": actor, "step": taken.value, "note": words}
    connection.execute(insert(schema.yearly_plan_step).values(**row, sha256=digest))
    return plan_of(connection, year)
