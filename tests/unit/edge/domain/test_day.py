"""The business day: it only rises, by a trusted clock at issue or by a person's word."""

import pytest

from motcua_contract.facts.office import ClockChanged, DayClosed, DayOpened, OfficerLoggedOut
from motcua_contract.facts.ratings import RatingExpired
from motcua_contract.facts.tickets import TicketExpired, TicketIssued, TicketServed
from motcua_contract.siteconfig import Calendar
from motcua_contract.vocabulary import ClockState, CounterState, ExpiryReason, TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import RefusalCode
from support.desk import Desk, ms, seated, site

ISSUE = c.IssueTicket(service="CT")


@pytest.mark.parametrize("clock", [ClockState.NTP, ClockState.RTC])
def test_a_trusted_clock_opens_the_day_with_the_first_number(clock):
    desk = Desk(clock=clock)
    opened, issued = desk.do(ISSUE)
    assert opened == DayOpened(day="2026-11-23", clock=clock)
    assert isinstance(issued, TicketIssued)
    assert desk.state.office.day == "2026-11-23"


@pytest.mark.parametrize("clock", [ClockState.NONE, ClockState.SAVED])
def test_an_unsynced_clock_opens_no_day_by_itself(clock):
    desk = Desk(clock=clock)
    refusal = desk.refused(ISSUE, RefusalCode.DAY_UNCONFIRMED)
    assert refusal.values == {"ngay": "23/11/2026", "ngay_truoc": ""}
    (opened,) = desk.do(c.ConfirmDay(day="2026-11-23", actor="chi"))
    assert opened == DayOpened(day="2026-11-23", clock=clock, confirmed_by="chi")
    assert desk.issue("CT").day == "2026-11-23"


def test_switched_off_on_friday_and_booted_on_monday_it_asks_before_it_goes_on():
    desk = Desk(at="2026-11-20 16:00")
    desk.issue("CT")
    desk.set(clock=ClockState.SAVED, boot="boot-2", wall="2026-11-20 16:05")
    refusal = desk.refused(ISSUE, RefusalCode.DAY_UNCONFIRMED)
    assert refusal.values["ngay_truoc"] == "20/11/2026"
    desk.do(c.ConfirmDay(day="2026-11-23", actor="chi"))
    assert desk.issue("CT").id == "20261123-A001"


def test_when_ntp_arrives_in_mid_morning_nothing_starts_again():
    desk = Desk(at="2026-11-20 16:05", clock=ClockState.SAVED)
    desk.do(c.ConfirmDay(day="2026-11-23", actor="chi"))
    assert desk.issue("CT").label == "A001"
    desk.set(clock=ClockState.NTP, wall="2026-11-23 10:00")
    assert desk.issue("CT").id == "20261123-A002"


def test_a_restart_of_the_program_within_the_same_boot_goes_on_unasked():
    desk = Desk()
    desk.issue("CT")
    desk.set(clock=ClockState.SAVED)
    assert desk.issue("CT").label == "A002"


def test_the_same_boot_past_midnight_with_an_unsynced_clock_asks_again():
    desk = Desk()
    desk.issue("CT")
    desk.set(clock=ClockState.SAVED, wall="2026-11-24 08:00")
    desk.refused(ISSUE, RefusalCode.DAY_UNCONFIRMED)


def test_after_a_reboot_with_a_trusted_clock_it_goes_on_and_remembers_the_boot():
    desk = Desk()
    desk.issue("CT")
    desk.set(boot="boot-2")
    desk.issue("CT")
    desk.set(clock=ClockState.SAVED)
    assert desk.issue("CT").label == "A003"


def test_a_trusted_clock_in_the_past_never_takes_the_day_back():
    desk = Desk()
    desk.issue("CT")
    desk.set(wall="2026-03-02 08:00")
    ticket = desk.issue("CT")
    assert (ticket.day, ticket.label) == ("2026-11-23", "A002")
    desk.refused(c.Tick(), RefusalCode.NO_CHANGE)


def test_midnight_alone_opens_no_day():
    desk = Desk()
    desk.issue("CT")
    desk.set(wall="2026-11-25 08:00")
    desk.do(c.Tick())
    assert desk.state.office.day == "2026-11-23"
    desk.issue("CT")
    assert desk.state.office.day == "2026-11-25"


def test_the_day_changes_at_the_cut_over_time_of_an_office_that_never_closes():
    desk = Desk(site(calendar=Calendar(always_open=True, cut_over="04:00")))
    desk.issue("CT")
    desk.set(wall="2026-11-24 03:59")
    assert desk.issue("CT").label == "A002"
    desk.set(wall="2026-11-24 04:00")
    assert desk.issue("CT").id == "20261124-A001"


def test_a_person_may_vouch_again_for_the_same_day_after_a_reboot():
    desk = Desk()
    desk.issue("CT")
    desk.set(clock=ClockState.SAVED, boot="boot-2")
    desk.do(c.ConfirmDay(day="2026-11-23", actor="chi"))
    assert desk.issue("CT").label == "A002"
    desk.refused(c.ConfirmDay(day="2026-11-23", actor="chi"), RefusalCode.NO_CHANGE)


def test_a_person_cannot_take_the_day_back():
    desk = Desk()
    desk.issue("CT")
    desk.set(clock=ClockState.SAVED, boot="boot-2")
    desk.refused(c.ConfirmDay(day="2026-11-20", actor="chi"), RefusalCode.DAY_INVALID)


@pytest.mark.parametrize("day", ["", "23/11/2026", "2026-02-30", "2019-01-01", "2062-11-23"])
def test_a_day_that_cannot_be_is_refused(day):
    desk = Desk()
    desk.issue("CT")
    desk.set(clock=ClockState.SAVED, boot="boot-2")
    desk.refused(c.ConfirmDay(day=day, actor="chi"), RefusalCode.DAY_INVALID)


def test_a_person_cannot_contradict_a_trusted_clock():
    desk = Desk()
    desk.refused(c.ConfirmDay(day="2026-11-24", actor="chi"), RefusalCode.DAY_INVALID)
    desk.do(c.ConfirmDay(day="2026-11-23", actor="chi"))
    desk.refused(c.ConfirmDay(day="2026-11-23", actor="chi"), RefusalCode.NO_CHANGE)


def test_a_day_opened_by_a_clock_of_1970_can_be_put_right_by_a_person():
    desk = Desk(site(calendar=Calendar(always_open=True)))
    desk.set(wall=10**10)
    desk.issue("CT")
    assert desk.state.office.day.startswith("1970")
    desk.set(clock=ClockState.NONE)
    desk.do(c.ConfirmDay(day="2026-11-23", actor="chi"))
    assert desk.issue("CT").day == "2026-11-23"


# ---- the end of the day ----


def test_at_closing_and_grace_every_open_ticket_ends_with_its_reason():
    desk = seated()
    served = desk.serving("CT")
    never_called = desk.issue("DD")
    desk.set(wall="2026-11-23 17:29")
    desk.refused(c.Tick(), RefusalCode.NO_CHANGE)
    desk.set(wall="2026-11-23 17:30")
    facts = desk.do(c.Tick())
    assert facts[-1] == DayClosed(day="2026-11-23", late=False)
    reasons = {f.ticket: f.reason for f in facts if isinstance(f, TicketExpired)}
    assert reasons == {
        served.id: ExpiryReason.CLOSED,
        never_called.id: ExpiryReason.CAPACITY,
    }
    assert desk.state.office.day_closed
    desk.refused(c.Tick(), RefusalCode.NO_CHANGE)


def test_whoever_was_served_is_served_at_the_end_of_the_day_too():
    desk = seated()
    ticket = desk.serving()
    desk.set(wall="2026-11-23 17:29")
    desk.act(c.Finish, ticket)
    desk.set(wall="2026-11-23 17:30")
    facts = desk.do(c.Tick())
    assert any(isinstance(fact, TicketServed) for fact in facts)
    assert desk.ticket(ticket).state is TicketState.SERVED


def test_officers_still_at_their_counters_are_logged_out_with_the_day():
    desk = seated()
    desk.issue("CT")
    desk.set(wall="2026-11-23 17:30")
    facts = desk.do(c.Tick())
    assert OfficerLoggedOut(officer="an", counter=1, forced_by="day_closed") in facts
    assert desk.state.counters["1"].state is CounterState.CLOSED


def test_an_office_that_never_closes_keeps_its_officers_over_midnight():
    desk = seated(site(calendar=Calendar(always_open=True)))
    desk.issue("CT")
    desk.set(wall="2026-11-24 00:00")
    facts = desk.do(c.Tick())
    assert facts[-1] == DayClosed(day="2026-11-23")
    assert desk.state.counters["1"].officer == "an"


def test_a_close_that_was_missed_runs_at_the_next_start_and_says_so():
    desk = Desk(at="2026-11-23 16:00")
    ticket = desk.issue("CT")
    desk.set(wall="2026-11-25 07:00", boot="boot-2")
    facts = desk.do(c.Tick())
    assert facts == (
        TicketExpired(ticket=ticket.id, reason=ExpiryReason.OUTAGE),
        DayClosed(day="2026-11-23", late=True),
    )


def test_an_unsynced_clock_of_another_boot_closes_no_day():
    desk = Desk(at="2026-11-23 16:00")
    desk.issue("CT")
    desk.set(wall="2026-11-25 07:00", boot="boot-2", clock=ClockState.SAVED)
    desk.refused(c.Tick(), RefusalCode.NO_CHANGE)


def test_a_clock_that_shows_another_date_than_the_confirmed_one_closes_no_day():
    desk = Desk(at="2026-11-20 16:05", clock=ClockState.SAVED)
    desk.do(c.ConfirmDay(day="2026-11-19", actor="chi"))
    desk.refused(c.Tick(), RefusalCode.NO_CHANGE)


def test_an_unsynced_clock_that_was_vouched_for_closes_its_own_day():
    desk = Desk(clock=ClockState.SAVED)
    desk.do(c.ConfirmDay(day="2026-11-23", actor="chi"))
    desk.set(wall="2026-11-23 17:30")
    assert desk.do(c.Tick()) == (DayClosed(day="2026-11-23"),)


def test_a_new_day_first_ends_what_the_old_one_left_open():
    desk = seated()
    waiting = desk.issue("DD")
    rated = desk.serving()
    rated = desk.act(c.Finish, rated, nonce_sha256="b" * 64)
    desk.set(wall="2026-11-25 08:00")
    facts = desk.do(ISSUE)
    kinds = [type(fact) for fact in facts]
    assert kinds.index(DayClosed) < kinds.index(DayOpened) < kinds.index(TicketIssued)
    assert RatingExpired in kinds
    assert set(desk.state.tickets) == {"20261125-A001"}
    assert waiting.id not in desk.state.tickets
    assert all(series.day == "2026-11-25" for series in desk.state.series.values())


def test_a_day_that_an_unsynced_clock_did_not_see_ending_ended_by_an_outage():
    desk = Desk(at="2026-11-20 16:00")
    desk.issue("CT")
    desk.set(clock=ClockState.SAVED, boot="boot-2", wall="2026-11-20 16:05")
    facts = desk.do(c.ConfirmDay(day="2026-11-23", actor="chi"))
    assert facts[0].reason is ExpiryReason.OUTAGE
    assert facts[1] == DayClosed(day="2026-11-20", late=True)


def test_a_new_day_after_a_clean_close_only_opens():
    desk = Desk()
    desk.issue("CT")
    desk.set(wall="2026-11-23 17:30")
    desk.do(c.Tick())
    test = desk.issue("CT", test=True)
    desk.set(wall="2026-11-25 08:00")
    facts = desk.do(ISSUE)
    assert [type(fact) for fact in facts] == [TicketExpired, DayOpened, TicketIssued]
    assert facts[0].ticket == test.id
    assert not desk.state.office.day_closed


def test_a_day_is_closed_by_command_once_with_the_reason_given():
    desk = Desk()
    desk.refused(c.CloseDay(), RefusalCode.NO_CHANGE)
    ticket = desk.issue("CT")
    desk.do(c.CloseDay(reason=ExpiryReason.OUTAGE, late=True))
    assert desk.ticket(ticket).reason == "outage"
    desk.refused(c.CloseDay(), RefusalCode.NO_CHANGE)


def test_a_new_day_forgets_the_kiosks_and_the_interleave_of_the_old_one():
    desk = seated()
    desk.issue("CT", device="kiosk")
    desk.call()
    assert desk.state.counters["1"].normal_run == 1
    desk.set(wall="2026-11-25 08:00")
    desk.do(ISSUE)
    assert desk.state.counters["1"].normal_run == 0
    assert "kiosk" not in desk.state.office.last_kiosk_at


def test_the_day_that_was_vouched_for_is_remembered_with_the_clock():
    desk = Desk()
    desk.do(ISSUE)
    office = desk.state.office
    assert (office.day_boot, office.day_clock) == ("boot-1", ClockState.NTP)
    assert office.day_at == ms("2026-11-23 08:00")


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_leaps_and_is_not_believed_neither_ends_the_day_nor_asks_for_it(years):
    desk = Desk(site(calendar=Calendar(always_open=True)))
    ticket = desk.issue("CT")
    jump = years * 365 * 24 * 3600 * 1000
    desk.set(clock=ClockState.SAVED, wall=desk.now.wall + jump)
    desk.feed(ClockChanged(state=ClockState.SAVED, before=ClockState.NTP, jump_ms=jump))
    desk.refused(c.Tick(), RefusalCode.NO_CHANGE)
    assert desk.ticket(ticket).state is TicketState.WAITING
    assert desk.issue("CT").id == "20261123-A002"
