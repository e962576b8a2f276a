"""What the power service observes, and what may not begin while the battery is empty."""

from motcua_contract.facts.power import BatteryMeasured, PowerChanged, PowerTested
from motcua_contract.vocabulary import PowerMode
from motcua_edge.domain.deciding.guards import nothing_changes
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.power import ageing
from motcua_edge.domain.power.commands import RecordBattery, RecordPower, RecordPowerTest


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(RecordPower, record)
    rulebook.on(RecordPowerTest, tested)
    rulebook.on(RecordBattery, measured)


def record(situation: Situation, command: RecordPower) -> Facts:
    """Another mode; only changes are facts."""
    power = situation.state.office.power
    if power.mode is command.mode:
        raise nothing_changes("mode", f"the power is {power.mode} already")
    known = power.mode is not PowerMode.UNKNOWN
    lasted = situation.elapsed(power.since) if known else None
    fact = PowerChanged(
        mode=command.mode,
        before=power.mode,
        rule=command.rule,
        lasted_ms=lasted or 0,
        charge=command.charge,
        runtime_s=command.runtime_s,
        load=command.load,
    )
    return [fact]


def tested(situation: Situation, command: RecordPowerTest) -> Facts:
    """A self-test is evidence, whatever came of it."""
    del situation
    return [PowerTested(outcome=command.outcome, cause=command.cause, text=command.text)]


def measured(situation: Situation, command: RecordBattery) -> Facts:
    """The day's figure, and what it says of the battery."""
    load, known = ageing.step_of(command.load), situation.state.office.power.battery
    after = ageing.with_sample(known, load, command.runtime_s, command.battery, situation.now.wall)
    fact = BatteryMeasured(
        load=load,
        runtime_s=command.runtime_s,
        charge=command.charge,
        battery=command.battery,
        share=ageing.share(after),
    )
    return [fact]
