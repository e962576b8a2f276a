"""One verdict for the component `ups`: the worst of what is known of it."""

from collections.abc import Iterator
from itertools import chain

from motcua_contract.sentences import joined, say
from motcua_contract.vocabulary import HealthState, PowerMode, SelfTest
from motcua_edge.domain.model import Power
from motcua_edge.domain.power import ageing, selftest
from motcua_edge.domain.power.machine import Machine
from motcua_edge.domain.power.readings import UpsReading
from motcua_edge.domain.steady import Reading


def verdict(machine: Machine, power: Power, wall: int) -> Reading | None:
    """What to tell; None while the first answer is still waited for."""
    if machine.mode is PowerMode.UNKNOWN and not machine.rule:
        return None
    faults = chain(_supply(machine), _device(machine), _battery(machine, power, wall))
    return next(faults, Reading(HealthState.OK, "", figures(machine.last)))


# what is wrong, the most urgent first


def _supply(machine: Machine) -> Iterator[Reading]:
    mode = machine.mode
    if mode is PowerMode.CRITICAL:
        yield Reading(HealthState.CRITICAL, "low_battery", _detail(machine))
    if mode is PowerMode.UNKNOWN:
        yield Reading(HealthState.UNKNOWN, "comm_lost", machine.rule)
    if mode.on_battery:
        yield Reading(HealthState.PROBLEM, "on_battery", _detail(machine))


def _device(machine: Machine) -> Iterator[Reading]:
    look = machine.last
    if machine.unprotected.on:
        yield Reading(HealthState.PROBLEM, "bypass", _tokens(look))
    if machine.latched:
        yield Reading(HealthState.PROBLEM, "shutdown_latched", _tokens(look))
    if machine.overload.on:
        yield Reading(HealthState.PROBLEM, "overload", figures(look))


def _battery(machine: Machine, power: Power, wall: int) -> Iterator[Reading]:
    said = machine.last
    if said is not None and said.test is SelfTest.FAILED:
        # also one from before we looked
        yield Reading(HealthState.PROBLEM, "self_test_failed", say("ups.test", text=said.test_text))
    if power.test is SelfTest.FAILED:
        yield Reading(
            HealthState.PROBLEM, "self_test_failed", say("ups.test", text=power.test_text)
        )
    if machine.replace.on:
        yield Reading(
            HealthState.PROBLEM, "replace_battery", joined(say("ups.rb"), figures(machine.last))
        )
    elif ageing.worn(power.battery):
        left = round(100 * (ageing.share(power.battery) or 0))
        yield Reading(
            HealthState.PROBLEM,
            "replace_battery",
            say("ups.aged", load=power.battery.load, share=left),
        )
    if machine.mode is PowerMode.CHARGING:
        yield Reading(HealthState.PROBLEM, "charging", machine.rule)
    if selftest.overdue(power, wall):
        days = (wall - max(power.tested_at, power.first_at)) // selftest.DAY
        yield Reading(HealthState.PROBLEM, "self_test_overdue", say("ups.untested", days=days))


def _detail(machine: Machine) -> str:
    return joined(machine.rule, figures(machine.last))


def _tokens(look: UpsReading | None) -> str:
    return say("ups.tokens", tokens=" ".join(sorted(look.tokens))[:200]) if look else ""


def figures(look: UpsReading | None) -> str:
    """Charge, runtime and load for the detail line, as far as they are known."""
    if look is None:
        return ""
    known = (
        look.charge is not None and say("ups.charge", percent=look.charge),
        look.runtime_s is not None and say("ups.runtime", seconds=look.runtime_s),
        look.load is not None and say("ups.load", percent=look.load),
    )
    return joined(*(each for each in known if each))
