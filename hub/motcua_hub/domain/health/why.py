"""Why is this yellow? Rule, value, threshold, since when, last change, who repairs it, what to do.

Drill-down is data: what a page shows of a fault is worked out here, once.
"""

import msgspec

from motcua_contract.faults import Fault, Responsible, find
from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health import component
from motcua_hub.domain.health.component import Known, Part
from motcua_hub.domain.health.kinds import DeviceClass, responsible_for


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Everything behind a component's state. Times are UTC ms.

    Attributes:
        rule: Name of the rule of `component.RULES` that decided.
        told: The state that was told last; empty when nobody ever told.
        value: What the driver saw, in its words.
        since: When the device came into what it told.
        heard_at: When that was last confirmed here; None when only the journal tells.
        fault: Code, thresholds and card from the catalogue; None for a code not in it.
        responsible: Who must repair it; None while nothing needs repair.
    """

    component: str
    state: HealthState
    rule: str
    told: str
    code: str
    value: str
    said: str
    since: int | None
    heard_at: int | None
    fault: Fault | None
    responsible: Responsible | None


def explain(known: Known, of: DeviceClass | None = None) -> Why:
    """Why a component is in the state it is in."""
    part = known.part
    rule = component.rule_of(known)
    state = component.state_of(known)
    needs = state in (HealthState.PROBLEM, HealthState.CRITICAL) or bool(part.code)
    return Why(
        component=part.component,
        state=state,
        rule=rule.name,
        told=part.state,
        code=part.code,
        value=part.detail,
        said=part.said,
        since=part.since if part.state else None,
        heard_at=part.heard_at,
        fault=find(part.component, part.code) if part.code else None,
        responsible=responsible_for(part.component, part.code, of) if needs else None,
    )


def nothing_told(name: str) -> Part:
    """A component that is registered and has never been heard of."""
    return Part(name, "", "", 0)
