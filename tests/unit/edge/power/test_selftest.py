"""A battery is tested once a month when nobody works, and its answer is waited for."""

import msgspec
import pytest

from motcua_contract.siteconfig import Calendar
from motcua_contract.vocabulary import ClockState, SelfTest
from motcua_edge.domain.model import Instant, Power
from motcua_edge.domain.power import selftest
from motcua_edge.domain.power.machine import Machine
from motcua_edge.domain.power.selftest import DAY, Trial
from support.desk import ms
from support.ups import Bench, ups

NIGHT = "2026-11-23 21:00"
LONG_AGO = ms(NIGHT) - 31 * DAY
HOURS = Calendar()


def machine(status: str = "OL", **more: str) -> Machine:
    return Bench().see(ups(status, **more), 3).machine


def at(when: str, clock: ClockState = ClockState.NTP) -> Instant:
    return Instant(ms(when), 0, clock)


def due(when: str, power: Power, *, of: Machine | None = None, **more: object) -> bool:
    now = at(when, more.get("clock", ClockState.NTP))
    return selftest.due(
        of or machine(), power, more.get("hours", HOURS), now, int(more.get("every", 30))
    )


TESTED = Power(first_at=1, tested_at=LONG_AGO)


def test_a_month_after_the_last_one_it_is_due_at_night():
    assert due(NIGHT, TESTED)
    assert not due(NIGHT, Power(first_at=1, tested_at=ms(NIGHT) - 29 * DAY))


def test_a_ups_that_was_never_tested_is_due_a_month_after_it_was_first_seen():
    assert due(NIGHT, Power(first_at=LONG_AGO))
    assert not due(NIGHT, Power(first_at=ms(NIGHT) - DAY))
    assert not due(NIGHT, Power())


@pytest.mark.parametrize("when", ["2026-11-23 08:00", "2026-11-23 07:00", "2026-11-23 13:00"])
def test_it_is_not_due_while_somebody_works_or_is_about_to(when: str):
    assert not due(when, TESTED)


def test_an_office_that_never_closes_is_tested_in_the_small_hours():
    always = Calendar(always_open=True)
    assert due("2026-11-23 02:30", TESTED, hours=always)
    assert not due("2026-11-23 21:00", TESTED, hours=always)


def test_without_a_trusted_clock_nobody_knows_whether_it_is_night():
    assert not due(NIGHT, TESTED, clock=ClockState.SAVED)


def test_zero_days_means_never():
    assert not due(NIGHT, TESTED, every=0)


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (Machine(), "unknown"),
        (machine("OB"), "battery"),
        (machine("OL CAL", input_voltage="230"), "under way"),
        (machine("OL BYPASS"), "bypass"),
        (machine("OL CHRG", battery_charge="60"), "60 %"),
    ],
)
def test_it_is_refused_with_a_reason_when_it_could_do_harm(of: Machine, why: str):
    assert why in selftest.refusal(of)
    assert not due(NIGHT, TESTED, of=of)


def test_a_ups_that_does_not_tell_its_charge_may_be_tested():
    assert selftest.refusal(machine("OL", battery_charge="")) == ""


def test_overdue_counts_from_the_last_test_or_the_first_sight():
    now = ms(NIGHT)
    assert selftest.overdue(Power(first_at=now - 41 * DAY), now)
    assert not selftest.overdue(Power(first_at=now - 41 * DAY, tested_at=now - DAY), now)
    assert not selftest.overdue(Power(), now)


# ---- outcomes ----

TRIAL = Trial(cause="asked", began=0, before="Done and passed")


def test_a_new_word_of_the_ups_is_its_outcome():
    word = ups("OL", ups_test_result="Done and error")
    assert selftest.result(TRIAL, word, 5_000) is SelfTest.FAILED


def test_the_old_word_counts_after_it_was_seen_running_or_after_a_minute():
    word = ups("OL", ups_test_result="Done and passed")
    assert selftest.result(TRIAL, word, 59_000) is None
    assert selftest.result(TRIAL, word, 60_000) is SelfTest.PASSED
    ran = selftest.followed(TRIAL, ups("OB", ups_test_result="In progress"))
    assert selftest.result(ran, word, 12_000) is SelfTest.PASSED


def test_as_long_as_it_runs_there_is_no_outcome_but_not_for_ever():
    running = ups("OB CAL", ups_test_result="In progress")
    assert selftest.result(TRIAL, running, 179_000) is None
    assert selftest.result(TRIAL, running, 180_000) is SelfTest.UNCLEAR


def test_a_ups_without_a_word_has_an_unclear_outcome():
    assert selftest.result(msgspec.structs.replace(TRIAL, before=""), ups(), 61_000) is (
        SelfTest.UNCLEAR
    )


def test_a_test_that_the_ups_ran_by_itself_is_noticed_once():
    before, after = (ups("OL", ups_test_result=w) for w in ("Done and passed", "Done and error"))
    assert selftest.own_test(before, after) is SelfTest.FAILED
    assert selftest.own_test(after, after) is None
    assert selftest.own_test(None, after) is None
    assert selftest.own_test(after, ups("OL", ups_test_result="In progress")) is None
