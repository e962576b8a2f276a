"""The real program through outages: what it writes, says and does, and in which order."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support import nut
from support.broker import Broker, MakeBroker
from support.powered_office import Heard, PoweredOffice
from support.strace import attach, needs_strace
from support.waiting import until

pytestmark = pytest.mark.slow
_ENDS = ("stopped", "offline")


@pytest.fixture
def ups() -> Iterator[nut.Nut]:
    with nut.running() as running:
        yield running


@pytest.fixture
def broker(make_broker: MakeBroker) -> Broker:
    return make_broker(hubs=("hub", "hub-2")).start()


@pytest.fixture
def office(tmp_path: Path, broker: Broker, ups: nut.Nut) -> Iterator[PoweredOffice]:
    made = PoweredOffice(tmp_path, broker, ups)
    try:
        yield made
    finally:
        made.close()


def mode(office: PoweredOffice, wanted: str) -> Callable[[], bool]:
    return lambda: office.modes()[-1:] == [wanted]


def power_rows(heard: Heard) -> list[str]:
    return [row["body"]["mode"] for row in heard.rows if row["type"] == "power.changed/1"]


def told(office: PoweredOffice, code: str) -> Heard:
    return next(each for each in office.of("/health/ups") if each.body.get("code", "") == code)


def test_an_outage_to_its_end_is_written_said_and_done_in_that_order(
    office: PoweredOffice, ups: nut.Nut
) -> None:
    office.start()
    until(mode(office, "mains"))
    assert office.take_number("a")[0] == 201

    ups.say("OB DISCHRG")
    until(lambda: office.code() == "on_battery")
    assert power_rows(told(office, "on_battery"))[-1] == "battery"
    until(mode(office, "shedding"))
    until(lambda: office.snapshot("board")["power"] == "shedding")
    assert office.take_number("b")[0] == 201  # shed, and still serving

    ups.say("OB DISCHRG LB", battery_charge="12")
    until(lambda: office.snapshot("kiosk")["face"] == "power_low")
    assert office.halt() == 0

    (off,) = office.off
    # the last ticks are stated on the way out as well
    rows = [row for row in off["rows"] if row["type"] != "ticks.reported/1"]
    types = [row["type"] for row in rows]
    assert types[-3:] == ["power.changed/1", "health.changed/1", "process.stopped/1"]
    assert rows[-3]["body"]["mode"] == "critical"
    assert rows[-1]["body"]["reason"] == "ups"
    assert office.modes() == ["mains", "battery", "shedding", "critical"]
    # at that moment everything is in the file itself, and the hub has been told
    assert off["wal"] == 0
    assert (off["said"]["state"], off["said"]["why"]) == ("stopped", "ups")
    assert off["said"]["boot"] == off["rows"][-1]["boot"]
    # and nothing came after it, neither written nor said
    assert office.rows() == off["rows"]
    assert office.of("/up/status")[-1].body["why"] == "ups"
    assert max(each.at for each in office.heard) < off["at"] + 0.5
    assert "low_battery" in {each.body.get("code") for each in office.of("/health/ups")}


@needs_strace
def test_nothing_is_published_before_it_is_on_the_disk(
    office: PoweredOffice, ups: nut.Nut, tmp_path: Path
) -> None:
    """Each sync of the disk takes a second here: what is said too early is heard too early."""
    office.start()
    until(mode(office, "mains"))
    until(lambda: office.code() == "")
    assert office.process is not None
    tracer = attach(office.process.pid, "fdatasync:delay_enter=1000000", tmp_path / "strace.log")
    ups.say("OB DISCHRG")
    until(lambda: office.code() == "on_battery")
    message = told(office, "on_battery")
    assert power_rows(message)[-1] == "battery"
    assert message.rows[-1]["type"] == "health.changed/1"
    assert message.rows[-1]["body"]["code"] == "on_battery"
    assert "fdatasync" in (tmp_path / "strace.log").read_text()
    tracer.terminate()
    tracer.wait(10)


def test_power_that_comes_back_in_time_leaves_the_office_as_it_was(
    office: PoweredOffice, ups: nut.Nut
) -> None:
    office.start()
    until(mode(office, "mains"))
    ups.say("OB DISCHRG", battery_charge="34")
    until(mode(office, "shedding"))
    ups.say("OL CHRG", battery_charge="34")
    until(mode(office, "mains"))
    until(lambda: office.code() == "")
    assert office.take_number("a")[0] == 201
    assert office.snapshot("board")["power"] == "mains"
    assert office.alive
    assert office.off == []
    assert office.modes() == ["mains", "battery", "shedding", "mains"]


def test_an_office_that_nobody_hears_is_shut_in_time_all_the_same(
    office: PoweredOffice, ups: nut.Nut, broker: Broker
) -> None:
    office.start()
    until(mode(office, "mains"))
    broker.suspend()  # the worst kind: it takes everything and answers nothing
    ups.say("OB DISCHRG LB")
    until(lambda: office.modes()[-1:] == ["critical"])
    began = time.monotonic()
    until(lambda: "process.stopped/1" in {row["type"] for row in office.rows()})
    broker.kill()
    assert office.halt() == 0
    assert time.monotonic() - began < 12
    (off,) = office.off
    assert off["said"] is None
    assert off["rows"][-1]["body"]["reason"] == "ups"
    assert office.rows() == off["rows"]


def test_low_battery_on_mains_shuts_nothing(office: PoweredOffice, ups: nut.Nut) -> None:
    ups.say("OL LB RB", battery_charge="100")
    office.start()
    until(mode(office, "mains"))
    looks = len(office.rows())
    until(lambda: office.take_number("a")[0] == 201)
    until(lambda: office.get("/metrics") == 200)
    assert office.alive
    assert office.modes() == ["mains"]
    assert looks <= len(office.rows())


def test_after_a_halt_the_office_charges_before_anything_new_begins(
    office: PoweredOffice, ups: nut.Nut
) -> None:
    ups.say("OL CHRG", battery_charge="25")
    office.start()
    until(mode(office, "charging"))
    status, answer = office.take_number("a")
    assert (status, answer["code"]) == (409, "power_charging")
    assert "25" in answer["message"]
    assert office.snapshot("kiosk")["face"] == "power_charging"
    until(lambda: office.code() == "charging")
    ups.say("OL CHRG", battery_charge="40")
    until(mode(office, "mains"))
    assert office.take_number("b")[0] == 201
    assert office.modes() == ["charging", "mains"]


def test_a_restart_on_the_same_boot_waits_for_no_charge(
    office: PoweredOffice, ups: nut.Nut
) -> None:
    office.start()
    until(mode(office, "mains"))
    assert office.process is not None
    office.process.send_signal(signal.SIGTERM)
    assert office.process.wait(10) == 0
    assert office.off == []
    ups.say("OL CHRG", battery_charge="25")
    office.start()
    until(lambda: office.modes() == ["mains", "mains"])
    assert office.take_number("a")[0] == 201


def test_a_ups_that_is_not_there_keeps_nobody_from_a_number(
    office: PoweredOffice, ups: nut.Nut
) -> None:
    ups.kill_upsd()
    office.start()
    assert office.take_number("a")[0] == 201
    assert office.snapshot("kiosk")["power"] == "unknown"
    ups.start_upsd()
    until(mode(office, "mains"))


def test_an_office_that_is_shut_by_its_battery_says_so_when_it_is_back(
    office: PoweredOffice, ups: nut.Nut
) -> None:
    office.start()
    until(mode(office, "mains"))
    ups.say("OB", battery_runtime="60")
    assert office.halt() == 0
    ups.say("OL", battery_charge="90")
    office.start()
    until(lambda: office.modes()[-1] == "mains")
    started = [row for row in office.rows() if row["type"] == "journal.started/1"]
    assert not started[-1]["body"].get("unclean", False)
    stopped = [row["body"]["reason"] for row in office.rows() if row["type"] == "process.stopped/1"]
    assert stopped == ["ups"]
    assert len(office.off) == 1
    assert office.take_number("a")[0] == 201
