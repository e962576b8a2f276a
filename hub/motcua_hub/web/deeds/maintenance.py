"""Calibration and servicing: what is known of devices, minutes, intervals, the yearly plan."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection

from motcua_hub.domain.localtime import day_of
from motcua_hub.domain.upkeep import policy as rules
from motcua_hub.domain.upkeep.duties import Duty
from motcua_hub.domain.upkeep.plan import Step
from motcua_hub.domain.upkeep.policy import Policy, UnfitPolicy
from motcua_hub.domain.upkeep.rules import MAX_INTERVAL
from motcua_hub.store import policies, servicing
from motcua_hub.store.assets import Asset
from motcua_hub.store.servicing import Interval, Life, Record
from motcua_hub.upkeep import minutes, plans
from motcua_hub.upkeep.drafting import Desk
from motcua_hub.upkeep.minutes import SigningRefusal
from motcua_hub.upkeep.plans import Plan
from motcua_hub.web.deeds.by import By
from motcua_hub.web.security import audit
from motcua_hub.web.security.audit import Action


class UnfitServicingError(ValueError):
    """What cannot be written down so; the message is the code of the words for it."""


def _told(connection: Connection, action: Action, subject: str, detail: str, by: By) -> None:
    audit.write(connection, by.now, by.who, action, subject=subject, detail=detail)


def set_life(connection: Connection, asset: Asset, said: Life, by: By) -> None:
    """Write down what the registry does not say of a device."""
    servicing.set_life(connection, said, actor=by.who, now=by.now)
    days = f"{said.bought_on} {said.handed_over_on} {said.warranty_until}"
    numbers = f"{said.interval_days} days, {said.promised_minutes} min"
    use = "spare" if said.spare else "in use"
    detail = f"{asset.name}: {days}; {numbers}; {said.unit} {use}"
    _told(connection, Action.LIFE_CHANGED, f"asset {asset.id}", detail, by)


def record(
    connection: Connection, asset: Asset, duty: Duty, form: Mapping[str, str], by: By
) -> int:
    """Write minutes down, unsigned, with the limits of the day; their number. Raises Faulty."""
    if asset.retired_at is not None:
        raise UnfitServicingError("maint.refused.retired")
    today = day_of(by.now)
    items = minutes.items(connection, asset, duty, minutes.day_done(form, today))
    promised = servicing.life(connection, asset.id).promised_minutes
    said = minutes.judged(asset, duty, form, items, promised=promised, today=today)
    made = servicing.record(connection, said, actor=by.who, now=by.now)
    detail = f"{duty.value} of asset {asset.id} {asset.name}: {said.result.value}"
    _told(connection, Action.SERVICING_RECORDED, f"record {made}", detail, by)
    return made


def sign(connection: Connection, desk: Desk, number: int, by: By) -> Record:
    """Number and seal minutes. Raises SigningRefusal."""
    signed = minutes.sign(connection, desk, number, actor=by.who, now=by.now)
    detail = f"{signed.number} of {signed.year}: {signed.result.value}, {signed.sha256}"
    _told(connection, Action.SERVICING_SIGNED, f"record {number}", detail, by)
    return signed


def discard(connection: Connection, number: int, by: By) -> Record:
    """Throw unsigned minutes away. Raises SigningRefusal."""
    found = servicing.find(connection, number)
    if found is None or not servicing.discard(connection, number):
        raise SigningRefusal("maint.refused.signed")
    detail = f"{found.duty} of asset {found.asset}"
    _told(connection, Action.SERVICING_DISCARDED, f"record {number}", detail, by)
    return found


def set_interval(
    connection: Connection, kind: str, model: str, days: int | None, source: str, *, by: By
) -> Interval:
    """Write down what a maker recommends; None: nothing. Raises UnfitServicingError."""
    where = " ".join(source.split())[:200]
    if days is not None and not 0 < days <= MAX_INTERVAL:
        raise UnfitServicingError("maint.fault.number")
    if days is not None and not where:
        raise UnfitServicingError("maint.fault.source")
    if (kind, model) not in {(one[0], one[1]) for one in servicing.models(connection)}:
        raise UnfitServicingError("maint.refused.model")
    said = Interval(
        kind=kind, model=model, days=days, source=where, changed_at=by.now, changed_by=by.who
    )
    servicing.set_interval(connection, said)
    detail = f"{kind} {model}: {days or 'none'} {where}"
    _told(connection, Action.INTERVAL_CHANGED, "", detail, by)
    return said


def plan_step(connection: Connection, year: int, taken: Step, note: str, by: By) -> Plan:
    """Take a step with a yearly plan. Raises PlanRefusal."""
    plan = plans.step(connection, year, taken, actor=by.who, now=by.now, note=note)
    detail = f"{taken.value} {note[:200]} {plan.sha256 or ''}".strip()
    _told(connection, Action.PLAN_STEP, f"plan {year}", detail, by)
    return plan


def set_policy(
    connection: Connection, policy: Policy, *, begins: str, why: str, after: int, by: By
) -> int:
    """Decide on a policy from a day on; the version's number. Raises UnfitPolicy.

    `after` is the newest version that whoever decides has seen: nobody's is overwritten unseen.
    """
    words = " ".join(why.split())
    checked = rules.check(policy, begins, words, _today(by))
    if policies.newest(connection) != after:
        raise UnfitPolicy("after", "policy.fault.changed")
    made = policies.add(connection, checked, begins=begins, why=words, actor=by.who, now=by.now)
    detail = f"from {begins}: {len(checked.limits)} limits of its own; {words}"
    _told(connection, Action.POLICY_CHANGED, f"policy {made}", detail, by)
    return made


def _today(by: By) -> date:
    return day_of(by.now)
