"""The controller's numbers and what they mean; several faults are told as the worst of them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.faults import find
from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.controller.rules import (
    CAPPED_NOW,
    DISK_LOW,
    RULES,
    UNDERVOLTAGE_NOW,
    UNDERVOLTAGE_SINCE_BOOT,
    Vitals,
    found,
)
from motcua_edge.domain.steady import OK
from motcua_edge.domain.worst import Looked, looked
from motcua_edge.drivers.controller import FakeGauges, LinuxGauges, Measured
from motcua_edge.services.controller_watch import ControllerWatch
from motcua_edge.services.devices import Component
from motcua_edge.services.health import HealthBook
from support.webapp import Office

WELL = Vitals(
    throttled=UNDERVOLTAGE_SINCE_BOOT,
    temperature=55.0,
    memory=0.6,
    disk_free=DISK_LOW,
    read_only=False,
    disk_errors=3,
    worn=20,
    clock=ClockState.NTP,
    skew_ms=100,
)
FAULTY = {
    "undervoltage": {"throttled": UNDERVOLTAGE_NOW},
    "throttled": {"throttled": CAPPED_NOW},
    "hot": {"temperature": 80.0},
    "disk_low": {"disk_free": DISK_LOW - 1},
    "disk_errors": {"disk_errors": 4},
    "read_only": {"read_only": True},
    "memory_low": {"memory": 0.079},
    "clock_unset": {"clock": ClockState.SAVED},
    "clock_skew": {"skew_ms": -5_001},
    "sd_worn": {"worn": 80},
}


def codes(vitals: Vitals, standing: frozenset[str] = frozenset()) -> set[str]:
    return set(found(vitals, standing, errors_at_start=3))


def changed(**values: object) -> Vitals:
    return Vitals(**{name: getattr(WELL, name) for name in WELL.__struct_fields__} | values)


def test_a_controller_that_is_well_has_no_fault_and_one_that_cannot_say_has_none_either():
    assert codes(WELL) == set()
    assert codes(Vitals(clock=ClockState.RTC)) == set()


@pytest.mark.parametrize("code", FAULTY)
def test_each_number_beyond_its_limit_is_its_own_fault(code: str):
    assert codes(changed(**FAULTY[code])) == {code}


def test_every_rule_is_in_the_catalogue_of_faults():
    assert {rule.code for rule in RULES} == set(FAULTY)
    for rule in RULES:
        assert find("controller", rule.code) is not None


def test_a_fault_that_stands_ends_at_a_better_number_than_it_began():
    assert codes(changed(temperature=75.0)) == set()
    assert codes(changed(temperature=75.0), frozenset({"hot"})) == {"hot"}
    assert codes(changed(memory=0.10), frozenset({"memory_low"})) == {"memory_low"}
    assert codes(changed(skew_ms=3_000), frozenset({"clock_skew"})) == {"clock_skew"}


@given(st.dictionaries(st.sampled_from(sorted(FAULTY)), st.just(True)))
def test_the_worst_of_several_faults_is_told_and_names_the_others(chosen: dict[str, bool]):
    vitals = changed(**{k: v for code in chosen for k, v in FAULTY[code].items()})
    seen = found(vitals, frozenset(), 3)
    state = Looked()
    for minute in range(4):
        state = looked(state, RULES, seen, minute * 61_000)
    worst = state.worst("controller")
    if not seen:
        assert worst == OK
        return
    assert worst.code in seen
    assert all(code in f"{worst.code} {worst.detail}" for code in seen)
    critical = {"read_only", "disk_errors"} & set(seen)
    assert not critical or worst.code in critical


class Box:
    """A controller looked at every five seconds."""

    def __init__(self) -> None:
        self.office = Office()
        self.gauges = FakeGauges(Measured(temperature=50.0, throttled=0, memory=0.5))
        self.skew: int | None = None
        mono = lambda: self.office.clock.mono  # noqa: E731
        component = Component("controller", HealthBook(self.office.service), mono)
        self.watch = ControllerWatch(
            gauges=self.gauges,
            component=component,
            clock=lambda: self.office.clock.clock,
            skew_ms=lambda: self.skew,
            mono=mono,
        )

    async def minutes(self, count: int, **values: object) -> None:
        self.gauges.measured = Measured(**values)
        for _ in range(count * 12):
            await self.watch.step()
            self.office.clock.advance(5_000)

    @property
    def told(self) -> list[str]:
        facts = self.office.journal.facts
        return [f.code or f.state for f in facts if getattr(f, "component", "") == "controller"]


async def test_a_dip_of_the_voltage_is_told_at_once_and_for_ten_minutes_and_counted():
    box = Box()
    await box.minutes(1, throttled=0)
    for _ in range(3):
        await box.minutes(1, throttled=UNDERVOLTAGE_NOW)
        await box.minutes(1, throttled=0)
    assert box.told == ["ok", "undervoltage"]
    assert box.watch.numbers()["controller.undervoltages"] == 3
    await box.minutes(11, throttled=0)
    assert box.told == ["ok", "undervoltage", "ok"]


async def test_a_hot_minute_is_no_fault_a_hot_hour_is():
    box = Box()
    await box.minutes(1, temperature=50.0)
    box.gauges.measured = Measured(temperature=90.0)
    await box.watch.step()
    await box.minutes(1, temperature=50.0)
    assert box.told == ["ok"]
    await box.minutes(2, temperature=85.0)
    await box.minutes(2, temperature=72.0)
    assert box.told == ["ok", "hot"]
    await box.minutes(2, temperature=60.0)
    assert box.told == ["ok", "hot", "ok"]


async def test_a_clock_that_is_off_against_the_hub_is_told():
    box = Box()
    await box.minutes(1, temperature=50.0)
    box.skew = 9_000
    await box.minutes(1, temperature=50.0)
    assert box.told == ["ok", "clock_skew"]


# ---- the real gauges, over files like those of a Pi ----


@pytest.fixture
def pi(tmp_path: Path) -> Path:
    files = {
        "proc/meminfo": "MemTotal:  1000 kB\nMemFree: 10 kB\nMemAvailable:  250 kB\n",
        "proc/self/mounts": (
            "/dev/root / ext4 rw,noatime 0 0\n"
            f"/dev/mmcblk0p3 {tmp_path}/my\\040state ext4 ro,x 0 0\n"
            "short line\n"
        ),
        "sys/class/thermal/thermal_zone0/temp": "61234\n",
        "sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
        "sys/fs/ext4/mmcblk0p3/errors_count": "7\n",
        "sys/block/mmcblk0/device/life_time": "0x02 0x09\n",
    }
    for name, text in files.items():
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "my state").mkdir()
    return tmp_path


def test_a_pi_is_read_from_its_kernel_files(pi: Path):
    measured = LinuxGauges(pi / "my state", pi / "root", vcgencmd="").read()
    assert (measured.throttled, measured.temperature, measured.memory) == (0x50005, 61.234, 0.25)
    assert (measured.read_only, measured.disk_errors, measured.worn) == (True, 7, 90)
    assert measured.disk_free
    assert measured.disk_free > 0


def test_the_firmware_is_asked_where_the_kernel_does_not_tell(pi: Path):
    (pi / "root/sys/devices/platform/soc/soc:firmware/get_throttled").unlink()
    program = pi / "vcgencmd"
    program.write_text('#!/bin/sh\n[ "$1" = get_throttled ] && echo throttled=0x50000\n')
    program.chmod(0o755)
    assert LinuxGauges(pi, pi / "root", str(program)).read().throttled == 0x50000


@pytest.mark.parametrize("text", ["", "nonsense", "0x", "-", "61,2"])
def test_files_with_nonsense_read_as_unknown(pi: Path, text: str):
    for name in (
        "sys/class/thermal/thermal_zone0/temp",
        "sys/devices/platform/soc/soc:firmware/get_throttled",
        "sys/block/mmcblk0/device/life_time",
        "sys/fs/ext4/mmcblk0p3/errors_count",
        "proc/meminfo",
    ):
        (pi / "root" / name).write_text(text)
    measured = LinuxGauges(pi / "my state", pi / "root", vcgencmd="").read()
    assert (measured.throttled, measured.temperature, measured.memory) == (None, None, None)
    assert (measured.worn, measured.disk_errors) == (None, None)


def test_this_very_machine_can_be_read(tmp_path: Path):
    measured = LinuxGauges(tmp_path).read()
    assert measured.memory is not None
    assert 0 < measured.memory < 1
    assert measured.read_only is False
