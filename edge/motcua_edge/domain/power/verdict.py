"""One verdict for the component `ups`: the worst of what is known of it."""

from collections.abc import Iterator
from itertools import chain

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
        yield Reading(HealthState.PROBLEM, "self_test_failed", said.test_text)
    if power.test is SelfTest.FAILED:
        yield Reading(HealthState.PROBLEM, "self_test_failed", power.test_text)
    if machine.replace.on:
        yield Reading(HealthState.PROBLEM, "replace_battery", f"RB; {figures(machine.last)}")
    elif ageing.worn(power.battery):
        left = round(100 * (ageing.share(power.battery) or 0))
        yield Reading(
            HealthState.PROBLEM,
            "replace_battery",
            f"runtime at {power.battery.load} % load is {left} % of its best",
        )
    if machine.mode is PowerMode.CHARGING:
        yield Reading(HealthState.PROBLEM, "charging", machine.rule)
    if selftest.overdue(power, wall):
        days = (wall - max(power.tested_at, power.first_at)) // selftest.DAY
        yield Reading(HealthState.PROBLEM, "self_test_overdue", f"no self-test for {days} days")


def _detail(machine: Machine) -> str:
    return "; ".join(filter(None, (machine.rule, figures(machine.last))))


def _tokens(look: UpsReading | None) -> str:
    return " ".join(sorted(look.tokens))[:200] if look else ""


def figures(look: UpsReading | None) -> str:
    """Charge, runtime and load for the detail line, as far as they are known."""
    if look is None:
        return ""
    known = (
        (look.charge, "charge {:g} %"),
        (look.runtime_s, "runtime {} s"),
        (look.load, "load {:g} %"),
    )
    return ", ".join(text.format(value) for value, text in known if value is not None)
