"""Facts of the power, and of the program's own beginning and end."""

from typing import Any, Final

from motcua_contract.facts import power as facts
from motcua_contract.facts.office import JournalStarted, ProcessStopped
from motcua_contract.vocabulary import PowerMode
from motcua_edge.domain.folding.edits import replace, with_office
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Instant, OfficeState
from motcua_edge.domain.power import ageing

_LONGEST_STOP_MS: Final = 600_000


def register(registry: Registry) -> None:
    """This family's facts."""
    registry.on(facts.PowerChanged, _changed)
    registry.on(facts.PowerTested, _tested)
    registry.on(facts.BatteryMeasured, _measured)
    registry.on(JournalStarted, _started)
    registry.on(ProcessStopped, _stopped)


def _with(state: OfficeState, **changes: Any) -> OfficeState:  # noqa: ANN401
    return with_office(state, power=replace(state.office.power, **changes))


def _changed(state: OfficeState, fact: facts.PowerChanged, at: Instant) -> OfficeState:
    seen = fact.mode is not PowerMode.UNKNOWN
    first = state.office.power.first_at or (at.wall if seen else 0)
    return _with(state, mode=fact.mode, since=at.wall, charge=fact.charge, first_at=first)


def _tested(state: OfficeState, fact: facts.PowerTested, at: Instant) -> OfficeState:
    return _with(state, tested_at=at.wall, test=fact.outcome, test_text=fact.text)


def _measured(state: OfficeState, fact: facts.BatteryMeasured, at: Instant) -> OfficeState:
    battery = ageing.with_sample(
        state.office.power.battery, fact.load, fact.runtime_s, fact.battery, at.wall
    )
    return _with(state, battery=battery)


def _started(state: OfficeState, fact: JournalStarted, _at: Instant) -> OfficeState:
    """What the UPS said to an earlier process is not known to hold any more."""
    power = state.office.power
    stopped_for = "" if fact.unclean else power.stopped_for
    if (power.mode, power.stopped_for) == (PowerMode.UNKNOWN, stopped_for):
        return state
    return _with(state, mode=PowerMode.UNKNOWN, stopped_for=stopped_for)


def _stopped(state: OfficeState, fact: ProcessStopped, at: Instant) -> OfficeState:
    power = state.office.power
    took = power.stop_ms
    if power.mode is PowerMode.CRITICAL:
        took = min(max(0, at.wall - power.since), _LONGEST_STOP_MS)
    return _with(state, stopped_for=fact.reason, stop_ms=took)
