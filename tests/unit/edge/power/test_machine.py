"""What the office lives by, look by look: the rules of the catalogue, the traps of the field."""

import pytest

from motcua_contract.vocabulary import PowerMode
from motcua_edge.domain.power.readings import UpsReading
from support.ups import SILENT, Bench, ups, with_policy

OL, OB = ups("OL"), ups("OB DISCHRG")
OB_LB = ups("OB DISCHRG LB")
M = PowerMode


def on_mains(**kinds: object) -> Bench:
    bench = Bench(**kinds)
    return bench.see(OL, 3)


def on_battery() -> Bench:
    bench = on_mains().see(OB, 3)
    assert bench.mode is M.BATTERY
    return bench


# ---- on and off ----


def test_mains_is_known_after_two_looks():
    bench = Bench()
    assert bench.see(OL).mode is M.UNKNOWN
    assert bench.see(OL).mode is M.MAINS


def test_one_look_on_battery_is_nothing():
    assert on_mains().see_all([OB, OL, OB, OL, OB, OL]).modes == [M.MAINS]


def test_battery_counts_after_two_looks_and_two_seconds():
    bench = on_mains()
    assert bench.see(OB, 2).mode is M.MAINS  # a second apart
    assert bench.see(OB).mode is M.BATTERY
    bench = on_mains()
    assert bench.see(OB, 2, every_ms=2_000).mode is M.BATTERY


def test_one_look_is_never_enough_however_short_the_time():
    bench = Bench(with_policy(confirm_ms=0)).see(OL, 2)
    assert bench.see(OB).mode is M.MAINS
    assert bench.see(OB).mode is M.BATTERY


def test_mains_is_back_after_two_looks():
    bench = on_battery()
    assert bench.see(OL).mode is M.BATTERY
    assert bench.see(OL).mode is M.MAINS


def test_load_is_shed_after_thirty_seconds_from_the_first_look():
    bench = on_mains().see(OB, 30)
    assert bench.mode is M.BATTERY
    assert bench.see(OB).mode is M.SHEDDING
    assert bench.see(OL, 2).mode is M.MAINS


def test_a_flicker_of_mains_does_not_begin_the_outage_anew():
    bench = on_mains().see(OB, 20).see(OL).see(OB, 10)
    assert bench.mode is M.SHEDDING
    assert bench.modes == [M.MAINS, M.BATTERY, M.SHEDDING]


# ---- critical ----


@pytest.mark.parametrize(
    "low",
    [
        OB_LB,
        ups("OB", battery_charge="30"),
        ups("OB", battery_charge="35", battery_charge_low="25"),
        ups("OB", battery_runtime="180"),
    ],
)
def test_critical_takes_three_looks_on_battery_and_two_at_the_limit(low: UpsReading):
    bench = on_mains().see(low, 2)
    assert bench.mode is M.MAINS
    assert bench.see(low).mode is M.CRITICAL
    late = on_battery().see(low)
    assert late.mode is M.BATTERY
    assert late.see(low).mode is M.CRITICAL


def test_what_is_above_its_limit_is_not_critical():
    fine = ups("OB", battery_charge="36", battery_charge_low="25", battery_runtime="181")
    assert on_battery().see(fine, 20).mode is M.BATTERY


def test_one_low_look_at_the_changeover_is_a_jump():
    jump = ups("OB", battery_runtime="0")
    assert on_mains().see(jump).see(OB, 5).mode is M.BATTERY
    assert on_battery().see_all([OB_LB, OB, OB_LB, OB]).mode is M.BATTERY


def test_low_and_replace_on_mains_never_shut_an_office():
    bench = on_mains().see(ups("OL LB RB", battery_charge="3", battery_runtime="0"), 900)
    assert bench.modes == [M.MAINS]


def test_three_times_a_slow_shutdown_must_be_left():
    slow = Bench(with_policy(stop_s=100.0)).see(OL, 2)
    assert slow.see(ups("OB", battery_runtime="300"), 3).mode is M.CRITICAL
    slow = Bench(with_policy(stop_s=100.0)).see(OL, 2)
    assert slow.see(ups("OB", battery_runtime="301"), 9).mode is M.BATTERY


def test_a_limit_of_the_ups_beyond_reason_is_not_believed():
    odd = ups("OB", battery_charge="96", battery_charge_low="95")
    assert on_battery().see(odd, 9).mode is M.BATTERY


def test_critical_is_for_good():
    bench = on_battery().see(OB_LB, 2)
    assert bench.see(OL, 50).see(SILENT, 99).see(OB, 9).mode is M.CRITICAL
    assert bench.modes[-1] is M.CRITICAL


def test_a_forced_shutdown_on_battery_is_critical_at_once():
    assert on_battery().see(ups("FSD OB LB")).mode is M.CRITICAL


# ---- tests ----


@pytest.mark.parametrize("status", ["OB CAL", "OB TEST"])
def test_a_test_with_mains_there_is_no_outage(status: str):
    look = ups(status, input_voltage="229", battery_charge="20")
    assert on_mains().see(look, 4000).modes == [M.MAINS]


def test_a_test_that_the_result_tells_is_no_outage():
    look = ups("OB", ups_test_result="In progress", input_voltage="229")
    assert on_mains().see(look, 60).modes == [M.MAINS]


def test_a_test_during_which_the_mains_goes_is_an_outage():
    look = ups("OB CAL", input_voltage="3.0")
    assert on_mains().see(look, 3).mode is M.BATTERY


def test_a_word_that_hangs_is_believed_for_a_quarter_of_an_hour_only():
    look = ups("OB", ups_test_result="In progress")
    bench = on_mains().see(look, 899)
    assert bench.mode is M.MAINS
    assert bench.see(look, 5).mode is M.BATTERY


def test_a_word_that_hung_before_the_outage_hides_none():
    stuck = ups("OL", ups_test_result="In progress")
    bench = Bench().see(stuck, 1000)
    assert bench.see(ups("OB", ups_test_result="In progress"), 3).mode is M.BATTERY


def test_a_test_that_we_asked_for_is_no_outage_even_if_the_ups_does_not_tell():
    bench = on_mains()
    bench.testing = True
    assert bench.see(OB, 30).mode is M.MAINS
    bench.testing = False
    assert bench.see(OB, 3).mode is M.BATTERY


def test_an_outage_does_not_turn_into_a_test():
    assert on_battery().see(ups("OB CAL", input_voltage="230"), 60).mode is M.SHEDDING


# ---- silence ----


def test_silence_on_mains_is_unknown_after_a_minute():
    bench = on_mains().see(SILENT, 59)
    assert bench.mode is M.MAINS
    assert bench.see(SILENT, 2).mode is M.UNKNOWN
    assert bench.machine.last is None
    assert bench.see(OL).mode is M.UNKNOWN
    assert bench.see(OL).mode is M.MAINS


def test_silence_on_battery_is_critical_after_fifteen_seconds():
    bench = on_battery().see(SILENT, 14)
    assert bench.mode is M.BATTERY
    assert bench.see(SILENT).mode is M.CRITICAL
    assert "no answer" in bench.machine.rule


def test_a_driver_that_drops_off_at_the_changeover_shuts_nothing():
    bench = on_mains().see(OB).see(SILENT, 14)
    assert bench.mode is M.MAINS
    assert bench.see(SILENT).mode is M.UNKNOWN
    bench.see(SILENT, 600)
    assert M.CRITICAL not in bench.modes


def test_a_ups_that_never_answered_is_unknown_and_says_why_after_a_minute():
    bench = Bench().see(SILENT, 59)
    assert not bench.machine.rule
    assert "DATA-STALE" in bench.see(SILENT, 2).machine.rule
    assert bench.mode is M.UNKNOWN


def test_load_is_shed_on_time_although_the_ups_is_silent():
    bench = on_mains().see(OB, 20).see(SILENT, 11)
    assert bench.mode is M.SHEDDING


# ---- gate ----


def test_after_a_halt_the_office_waits_for_forty_percent():
    empty, enough = ups("OL CHRG", battery_charge="39"), ups("OL CHRG", battery_charge="40")
    bench = Bench(armed=True).see(empty, 5)
    assert bench.modes == [M.CHARGING]
    assert bench.see(enough).modes == [M.CHARGING, M.MAINS]
    assert bench.see(empty, 9).mode is M.MAINS  # once through, through for good


def test_without_a_halt_there_is_no_gate():
    assert Bench().see(ups("OL CHRG", battery_charge="10"), 5).modes == [M.MAINS]


def test_an_outage_at_the_gate_is_an_outage_and_the_gate_stays():
    empty = ups("OL CHRG", battery_charge="35")
    bench = Bench(armed=True).see(empty, 5).see(ups("OB", battery_charge="35"), 5).see(empty, 3)
    assert bench.modes == [M.CHARGING, M.BATTERY, M.CHARGING]


def test_a_battery_that_does_not_charge_holds_the_office_up_for_an_hour_at_most():
    empty = ups("OL CHRG", battery_charge="5")
    bench = Bench(armed=True).see(empty, 3600)
    assert bench.mode is M.CHARGING
    assert bench.see(empty, 10).mode is M.MAINS


def test_a_ups_that_tells_no_charge_or_nothing_at_all_holds_nobody_up():
    assert Bench(armed=True).see(ups("OL", battery_charge=""), 3).mode is M.MAINS
    assert Bench(armed=True).see(ups("OL", battery_charge="5"), 3).see(SILENT, 62).modes == [
        M.CHARGING,
        M.UNKNOWN,
    ]


def test_a_ups_that_is_heard_of_late_finds_an_office_at_work():
    empty = ups("OL CHRG", battery_charge="25")
    assert Bench(armed=True).see(SILENT, 590).see(empty, 3).mode is M.CHARGING
    assert Bench(armed=True).see(SILENT, 610).see(empty, 3).mode is M.MAINS


# ---- lasting troubles ----


def test_replace_battery_must_last_ten_minutes_both_ways():
    worn = ups("OL RB")
    bench = on_mains().see(worn, 600)
    assert not bench.machine.replace.on
    assert bench.see(worn).machine.replace.on
    assert bench.see(OL, 600).machine.replace.on
    assert not bench.see(OL).machine.replace.on


def test_replace_battery_for_two_seconds_at_a_time_is_never_told():
    bench = on_mains()
    for _ in range(200):
        bench.see(ups("OL LB RB"), 2).see(OL, 5)
    assert not bench.machine.replace.on


def test_time_that_nobody_looked_does_not_count_for_replace_battery():
    worn = ups("OL RB")
    bench = on_mains().see(worn).see(SILENT, 50, every_ms=60_000).see(worn, 3)
    assert not bench.machine.replace.on


def test_bypass_and_overload_take_two_looks_both_ways():
    bench = on_mains().see(ups("OL BYPASS OVER"))
    assert not bench.machine.unprotected.on
    bench.see(ups("OL BYPASS OVER"))
    assert bench.machine.unprotected.on
    assert bench.machine.overload.on
    bench.see(OL)
    assert bench.machine.unprotected.on
    bench.see(OL)
    assert not bench.machine.unprotected.on
    assert not bench.machine.overload.on


def test_a_self_test_that_shows_as_off_is_no_loss_of_protection():
    look = ups("OL OFF", ups_test_result="In progress")
    assert not on_mains().see(look, 30).machine.unprotected.on


def test_a_forced_shutdown_that_outlived_its_outage_is_told_after_half_a_minute():
    latched = ups("FSD OL CHRG")
    bench = on_mains().see(latched, 30)
    assert bench.mode is M.MAINS
    assert not bench.machine.latched
    assert bench.see(latched).machine.latched
    assert not bench.see(OL).machine.latched
