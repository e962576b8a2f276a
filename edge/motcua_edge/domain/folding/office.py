"""Facts of the office as a whole, and those that are only evidence."""

from motcua_contract.facts import Fact, remote
from motcua_contract.facts import office as facts
from motcua_edge.domain.folding.edits import replace, with_office
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import (
    FaultReport,
    Health,
    Instant,
    OfficeState,
    ScreenAside,
    Service,
)


def register(registry: Registry) -> None:
    """This family's facts; the last four are evidence and change nothing here."""
    registry.on(facts.ServiceChanged, _service)
    registry.on(facts.TrainingChanged, _training)
    registry.on(facts.HealthChanged, _health)
    registry.on(facts.ScreenSetAside, _set_aside)
    registry.on(facts.ScreenTakenBack, _taken_back)
    registry.on(facts.HelpCalled, _help)
    registry.on(facts.FaultReported, _reported)
    registry.on(facts.FaultWithdrawn, _withdrawn)
    registry.on(facts.PressRefused, _evidence)
    registry.on(remote.CommandTaken, _evidence)
    registry.on(remote.CommandDone, _evidence)


def _evidence(state: OfficeState, _fact: Fact, _at: Instant) -> OfficeState:
    return state


def _service(state: OfficeState, fact: facts.ServiceChanged, _at: Instant) -> OfficeState:
    known = state.services.get(fact.service) or Service(code=fact.service)
    changed = replace(known, state=fact.state, reason=fact.reason)
    return replace(state, services={**state.services, fact.service: changed})


def _training(state: OfficeState, fact: facts.TrainingChanged, _at: Instant) -> OfficeState:
    return with_office(state, training=fact.on)


def _health(state: OfficeState, fact: facts.HealthChanged, _at: Instant) -> OfficeState:
    health = Health(
        component=fact.component,
        state=fact.state.value,
        code=fact.code,
        since=fact.since,
        detail=fact.detail,
        said=fact.said,
        drill=fact.drill,
    )
    return replace(state, health={**state.health, fact.component: health})


def _set_aside(state: OfficeState, fact: facts.ScreenSetAside, at: Instant) -> OfficeState:
    aside = ScreenAside(actor=fact.actor, at=at.wall)
    return with_office(state, screens_aside={**state.office.screens_aside, fact.component: aside})


def _taken_back(state: OfficeState, fact: facts.ScreenTakenBack, _at: Instant) -> OfficeState:
    aside = {k: v for k, v in state.office.screens_aside.items() if k != fact.component}
    return with_office(state, screens_aside=aside)


def _reported(state: OfficeState, fact: facts.FaultReported, at: Instant) -> OfficeState:
    if fact.counter is None:
        return state
    report = FaultReport(component=fact.component, at=at.wall)
    held = {**state.office.fault_reports, str(fact.counter): report}
    return with_office(state, fault_reports=held)


def _withdrawn(state: OfficeState, fact: facts.FaultWithdrawn, _at: Instant) -> OfficeState:
    held = {k: v for k, v in state.office.fault_reports.items() if k != str(fact.counter)}
    return with_office(state, fault_reports=held)


def _help(state: OfficeState, fact: facts.HelpCalled, at: Instant) -> OfficeState:
    del fact  # which kiosk it was is in the fact; the state only needs to show that help is wanted
    return with_office(state, help_at=at.wall)
