"""What the program itself observes: health, clock, refused presses, its own end."""

from motcua_contract.facts.office import (
    ClockChanged,
    HealthChanged,
    PressRefused,
    ProcessStopped,
)
from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.commands import RecordClock, RecordHealth, RecordStop, RefusePress
from motcua_edge.domain.deciding.guards import nothing_changes
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(RecordHealth, health)
    rulebook.on(RecordClock, clock)
    rulebook.on(RecordStop, stop)
    rulebook.on(RefusePress, refuse_press)


def health(situation: Situation, command: RecordHealth) -> Facts:
    """A component's state changed; only changes are facts."""
    known = situation.state.health.get(command.component)
    said = (command.state.value, command.code, command.drill)
    if known and (known.state, known.code, known.drill) == said:
        raise nothing_changes("state", f"{command.component} is {known.state} already")
    fact = HealthChanged(
        component=command.component,
        state=command.state,
        code=command.code,
        since=situation.now.wall,
        detail=command.detail,
        said=command.said,
        drill=command.drill,
    )
    return [fact]


def clock(situation: Situation, command: RecordClock) -> Facts:
    """The clock's trust changed, or it jumped."""
    states = {state.value: state for state in ClockState}
    before = states.get(command.before, ClockState.NONE)
    if before is situation.now.clock and not command.jump_ms:
        raise nothing_changes("before", f"the clock is {before} already")
    return [ClockChanged(state=situation.now.clock, before=before, jump_ms=command.jump_ms)]


def stop(situation: Situation, command: RecordStop) -> Facts:
    """A clean end."""
    del situation  # the program may end in any state
    return [ProcessStopped(reason=command.reason, cause=command.cause)]


def refuse_press(situation: Situation, command: RefusePress) -> Facts:
    """A button pressed with nothing to rate: counted, never a rating."""
    del situation  # presses come at any time
    return [PressRefused(device=command.device, counter=command.counter, cause=command.cause)]
