"""Who may sit down at which counter."""

from typing import Final

from motcua_contract.vocabulary import CounterState
from motcua_edge.domain.commands import LogIn
from motcua_edge.domain.deciding.guards import (
    counter_config,
    counter_state,
    nothing_changes,
    officer_of,
)
from motcua_edge.domain.deciding.situation import Situation
from motcua_edge.domain.model import Device
from motcua_edge.domain.refusals import Refusal, RefusalCode

_SERVING_ROLES: Final = frozenset({"officer", "supervisor"})


def check(situation: Situation, command: LogIn) -> None:
    """Everything that keeps an officer with the right PIN from a counter."""
    counter_config(situation, command.counter)
    _check_role(situation, command)
    device = _device(situation, command)
    _check_lock(situation, command, device)
    _check_counter(situation, command)
    _check_officer(situation, command)


def _check_role(situation: Situation, command: LogIn) -> None:
    officer = officer_of(situation, command.officer)
    if not _SERVING_ROLES.intersection(officer.roles):
        raise Refusal(
            RefusalCode.NOT_ALLOWED,
            "officer",
            f"{officer.id} has no role at counters; ask the administrator",
            {"can_bo": officer.name},
        )


def unknown_device(device: str) -> Refusal:
    """The refusal about a browser that was never paired."""
    return Refusal(
        RefusalCode.DEVICE_UNKNOWN,
        "device",
        f"device {device!r} is paired with no counter; pair it on the technician page",
        {"thiet_bi": device},
    )


def _device(situation: Situation, command: LogIn) -> Device:
    device = situation.state.devices.get(command.device)
    if device is None:
        raise unknown_device(command.device)
    if device.counter != command.counter:
        raise Refusal(
            RefusalCode.NOT_YOUR_COUNTER,
            "device",
            f"this device is paired with counter {device.counter}; log in there",
            {"quay": str(device.counter)},
        )
    return device


def _check_lock(situation: Situation, command: LogIn, device: Device) -> None:
    left = device.locked.get(command.officer, 0) - situation.now.wall
    if left > 0:
        seconds = -(-left // 1000)
        raise Refusal(
            RefusalCode.LOCKED,
            "officer",
            f"{command.officer} is locked on this device for {seconds} s; wait",
            {"giay": str(seconds), "phut": str(-(-seconds // 60))},
        )


def _check_counter(situation: Situation, command: LogIn) -> None:
    counter = counter_state(situation, command.counter)
    if counter.officer is None or counter.state is CounterState.CLOSED:
        return
    if counter.officer != command.officer:
        raise Refusal(
            RefusalCode.COUNTER_TAKEN,
            "counter",
            f"{counter.officer} is logged in at counter {counter.number}; "
            "a supervisor can end that session",
            {"quay": str(counter.number), "can_bo": counter.officer},
        )
    if counter.device == command.device:
        raise nothing_changes("officer", f"{command.officer} is logged in here")


def _check_officer(situation: Situation, command: LogIn) -> None:
    for counter in situation.state.counters.values():
        if counter.officer == command.officer and counter.number != command.counter:
            raise Refusal(
                RefusalCode.OFFICER_ELSEWHERE,
                "officer",
                f"{command.officer} is logged in at counter {counter.number}; log out there first",
                {"quay": str(counter.number), "can_bo": command.officer},
            )
