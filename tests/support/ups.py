"""Looks at a UPS for tests of the power's rules, and a run of them through the state machine."""

from collections.abc import Iterable

import msgspec

from motcua_contract.vocabulary import PowerMode
from motcua_edge.domain.power.machine import Machine, Policy, step
from motcua_edge.domain.power.readings import NoReading, UpsReading, read

POLICY = Policy()
SILENT = NoReading("DATA-STALE")
Look = UpsReading | NoReading


def variables(status: str = "OL", **more: str) -> dict[str, str]:
    """What upsd lists; `battery_charge` is `battery.charge`."""
    full = {"battery_charge": "100", "battery_runtime": "1800", "ups_load": "12"}
    named = {name.replace("_", "."): value for name, value in (full | more).items()}
    return {"ups.status": status, **named}


def ups(status: str = "OL", **more: str) -> UpsReading:
    """A valid answer: full, half an hour, 12 % load, unless said otherwise."""
    reading = read(variables(status, **more))
    assert isinstance(reading, UpsReading), reading
    return reading


class Bench:
    """Looks every second (or as told) at a state machine; remembers every mode it was in."""

    def __init__(self, policy: Policy = POLICY, *, armed: bool = False, at: int = 1_000) -> None:
        self.policy = policy
        self.machine = Machine(armed=armed)
        self.mono = at
        self.modes: list[PowerMode] = []
        self.testing = False

    def see(self, look: Look, times: int = 1, every_ms: int = 1_000) -> "Bench":
        """The same answer so many times; the clock goes on after each look."""
        for _ in range(times):
            before = self.machine.mode
            self.machine = step(self.machine, look, self.mono, self.policy, testing=self.testing)
            if self.machine.mode is not before:
                self.modes.append(self.machine.mode)
            self.mono += every_ms
        return self

    def see_all(self, looks: Iterable[Look], every_ms: int = 1_000) -> "Bench":
        """One of each."""
        for look in looks:
            self.see(look, 1, every_ms)
        return self

    @property
    def mode(self) -> PowerMode:
        return self.machine.mode


def with_policy(**changes: object) -> Policy:
    """The usual limits but for these."""
    return msgspec.structs.replace(POLICY, **changes)
