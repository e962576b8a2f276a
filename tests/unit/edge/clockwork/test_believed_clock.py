"""How far the machine's clock is believed when it leaps."""

import time
from pathlib import Path

import pytest

from motcua_contract.vocabulary import ClockState
from motcua_edge.drivers.clock import SystemClock

DAYS = 86_400 * 10**9


class Machine:
    """A wall clock that can be set, and the kernel's word on it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.set_by = 0
        self._file = folder / "trust"
        self._patch = patch
        true_time = time.time_ns
        patch.setattr(time, "time_ns", lambda: true_time() + self.set_by)
        self.clock = SystemClock(self._file)

    def look(self, word: ClockState) -> ClockState:
        self._file.write_text(word.value)
        self._patch.setattr("motcua_edge.drivers.clock.system._TRUST_FOR_MS", -1)
        return self.clock.now().clock


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


@pytest.mark.parametrize("word", [ClockState.NTP, ClockState.RTC])
@pytest.mark.parametrize("leap", [3650 * DAYS, -3650 * DAYS, DAYS])
def test_a_trusted_clock_that_leaps_is_not_trusted_until_it_is_back(
    machine: Machine, word: ClockState, leap: int
) -> None:
    assert machine.look(word) is word
    machine.set_by = leap
    assert machine.look(word) is ClockState.SAVED
    machine.set_by = 0
    assert machine.look(word) is word


@pytest.mark.parametrize("before", [ClockState.NONE, ClockState.SAVED, ClockState.RTC])
def test_network_time_may_put_a_worse_clock_right_by_any_amount(
    machine: Machine, before: ClockState
) -> None:
    machine.set_by = -3 * DAYS
    assert machine.look(before) is before
    machine.set_by = 0
    assert machine.look(ClockState.NTP) is ClockState.NTP


def test_a_clock_that_lost_the_network_is_not_believed_when_the_network_comes_back_years_off(
    machine: Machine,
) -> None:
    assert machine.look(ClockState.NTP) is ClockState.NTP
    assert machine.look(ClockState.RTC) is ClockState.RTC
    machine.set_by = 3650 * DAYS
    assert machine.look(ClockState.NTP) is ClockState.SAVED


def test_a_small_step_is_believed(machine: Machine) -> None:
    assert machine.look(ClockState.NTP) is ClockState.NTP
    machine.set_by = 3600 * 10**9
    assert machine.look(ClockState.NTP) is ClockState.NTP
