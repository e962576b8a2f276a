"""Facts of the power: one for a change, what they leave in the state, and what may not begin."""

import pytest

from motcua_contract.facts.office import JournalStarted, ProcessStopped
from motcua_contract.facts.power import BatteryMeasured, PowerChanged
from motcua_contract.vocabulary import PowerMode, SelfTest
from motcua_edge.domain import commands as c
from motcua_edge.domain import rows
from motcua_edge.domain.fold import apply
from motcua_edge.domain.model import OfficeState
from motcua_edge.domain.power.commands import RecordBattery, RecordPower, RecordPowerTest
from motcua_edge.domain.refusals import RefusalCode
from motcua_edge.domain.speech import volume_db
from motcua_edge.services.views_board import board_view
from motcua_edge.services.views_kiosk import kiosk_view
from support.desk import Desk

M = PowerMode


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_change_says_what_was_before_and_for_how_long(desk: Desk):
    desk.do(RecordPower(mode=M.BATTERY, rule="OB in 3 looks"))
    desk.wait(61)
    (fact,) = desk.do(RecordPower(mode=M.MAINS, rule="OL in 2 looks", charge=71.0))
    assert isinstance(fact, PowerChanged)
    assert (fact.before, fact.lasted_ms, fact.charge) == (M.BATTERY, 61_000, 71.0)


def test_the_same_again_is_no_fact(desk: Desk):
    desk.do(RecordPower(mode=M.MAINS))
    desk.refused(RecordPower(mode=M.MAINS), RefusalCode.NO_CHANGE)


@pytest.mark.parametrize(
    ("mode", "code"),
    [(M.CRITICAL, RefusalCode.POWER_LOW), (M.CHARGING, RefusalCode.POWER_CHARGING)],
)
def test_nothing_new_begins_without_power_and_what_goes_on_goes_on(
    desk: Desk, mode: PowerMode, code: RefusalCode
):
    desk.seat("an", 1)
    first, second = (desk.issue("CT") for _ in range(2))
    desk.do(c.CallNext(counter=1, officer="an"))
    desk.do(RecordPower(mode=mode, charge=22.0))
    refusal = desk.refused(c.IssueTicket(service="CT"), code)
    assert refusal.values == {"n": "22"}
    desk.refused(c.CallNext(counter=1, officer="an"), code)
    desk.refused(c.CallSpecific(ticket=second.id, counter=1, officer="an", reason="gấp"), code)
    desk.act(c.Start, first)
    desk.wait(60)
    desk.act(c.Finish, first)


@pytest.mark.parametrize("mode", [M.UNKNOWN, M.MAINS, M.BATTERY, M.SHEDDING])
def test_an_office_on_battery_or_without_news_works_on(desk: Desk, mode: PowerMode):
    if mode is not M.UNKNOWN:
        desk.do(RecordPower(mode=mode))
    assert desk.issue("CT").number == 1


def test_the_pages_say_what_the_office_runs_on(desk: Desk):
    desk.do(RecordPower(mode=M.SHEDDING))
    assert kiosk_view(desk.state, desk.site, desk.now).face == "open"
    assert board_view(desk.state, desk.site, desk.now).power == "shedding"
    desk.do(RecordPower(mode=M.CRITICAL))
    assert kiosk_view(desk.state, desk.site, desk.now).face == "power_low"


def test_the_voice_is_lower_while_load_is_shed(desk: Desk):
    policy = desk.site.voice
    normal = volume_db(policy, desk.now.wall)
    assert volume_db(policy, desk.now.wall, sheds=True) == normal - 9
    assert M.SHEDDING.sheds
    assert not M.BATTERY.sheds


def test_a_new_process_knows_nothing_of_the_power_but_why_the_last_one_ended(desk: Desk):
    desk.do(RecordPower(mode=M.CRITICAL))
    desk.wait(7)
    desk.do(c.RecordStop(reason="ups"))
    started = apply(desk.state, JournalStarted(), desk.now)
    power = started.office.power
    assert (power.mode, power.stopped_for, power.stop_ms) == (M.UNKNOWN, "ups", 7_000)
    after_a_cut = apply(desk.state, JournalStarted(unclean=True), desk.now)
    assert after_a_cut.office.power.stopped_for == ""


def test_an_ordinary_stop_does_not_measure_a_shutdown(desk: Desk):
    desk.do(RecordPower(mode=M.MAINS))
    desk.wait(100)
    assert apply(desk.state, ProcessStopped(reason="asked"), desk.now).office.power.stop_ms == 0


def test_a_test_leaves_its_outcome_and_its_day(desk: Desk):
    desk.do(RecordPowerTest(outcome=SelfTest.FAILED, cause="schedule", text="Done and error"))
    power = desk.state.office.power
    assert (power.test, power.test_text, power.tested_at) == (
        SelfTest.FAILED,
        "Done and error",
        desk.now.wall,
    )


def test_a_days_figure_says_what_is_left_of_the_battery(desk: Desk):
    for runtime in (1800,) * 5 + (1350,) * 5:
        (fact,) = desk.do(RecordBattery(load=12.4, runtime_s=runtime, charge=100.0))
        desk.wait(24 * 3600)
    assert isinstance(fact, BatteryMeasured)
    assert (fact.load, fact.share) == (10, 0.75)


def test_what_is_known_of_the_power_survives_in_the_rows(desk: Desk):
    desk.do(RecordPower(mode=M.MAINS))
    desk.do(RecordBattery(load=12.4, runtime_s=1800, charge=100.0, battery="2025"))
    stored: dict[str, dict[str, bytes]] = {table: {} for table in rows.TABLES}
    for change in rows.diff(OfficeState(), desk.state):
        assert change.body is not None
        stored[change.table][change.key] = change.body
    assert rows.load(stored).office.power == desk.state.office.power
