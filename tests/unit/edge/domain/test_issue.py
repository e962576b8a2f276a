"""Giving out numbers: what is offered, when, to whom, and how fast."""

import msgspec
import pytest

from motcua_contract.facts.tickets import TicketIssued
from motcua_contract.siteconfig import Calendar, DayOff, QueuePolicy, Shift
from motcua_contract.vocabulary import (
    Channel,
    ClockState,
    PrintState,
    Priority,
    Purpose,
    ServiceState,
    TicketState,
)
from motcua_edge.domain import commands as c
from motcua_edge.domain.deciding.admission import is_live
from motcua_edge.domain.refusals import RefusalCode
from support.desk import Desk, ms, seated, site, with_field

WINDOW = Calendar(
    shifts=(
        Shift(opens="07:30", closes="11:30"),
        Shift(opens="13:30", closes="17:00", issue_until="15:30"),
    ),
    days_off=(DayOff(day="2026-11-24", name="Ngày Văn hóa Việt Nam"),),
)


def test_a_number_says_who_is_ahead_and_how_long_it_may_take():
    desk = seated()
    desk.issue("CT")
    ticket = desk.issue("CT", purpose=Purpose.RESULT, channel=Channel.COUNTER, device="k")
    assert (ticket.state, ticket.ahead) == (TicketState.WAITING, 1)
    assert ticket.wait_low_min is not None
    assert ticket.wait_high_min is not None
    assert 0 < ticket.wait_low_min < ticket.wait_high_min
    assert (ticket.purpose, ticket.channel, ticket.device) == (
        Purpose.RESULT,
        Channel.COUNTER,
        "k",
    )
    assert ticket.print.state is PrintState.PENDING


@pytest.mark.parametrize("channel", list(Channel))
def test_every_channel_is_recorded_and_only_those_at_the_office_get_paper(channel):
    ticket = Desk().issue("CT", channel=channel)
    assert ticket.channel is channel
    paperless = channel in (Channel.ONLINE, Channel.POST)
    assert (ticket.print.state is PrintState.DROPPED) is paperless


def test_an_unknown_field_is_refused():
    refusal = Desk().refused(c.IssueTicket(service="XX"), RefusalCode.UNKNOWN_SERVICE)
    assert refusal.values == {"linh_vuc": "XX"}


def test_a_purpose_that_the_field_does_not_offer_is_refused():
    desk = Desk(with_field(site(), "CT", purposes=(Purpose.SUBMIT,)))
    desk.refused(c.IssueTicket(service="CT", purpose=Purpose.ADVICE), RefusalCode.PURPOSE_UNKNOWN)


@pytest.mark.parametrize(
    ("offered", "purpose"),
    [((Purpose.RESULT, Purpose.ADVICE), Purpose.RESULT), ((), Purpose.SUBMIT)],
)
def test_whoever_is_not_asked_comes_for_what_the_field_is_for(offered, purpose):
    assert Desk(with_field(site(), "CT", purposes=offered)).issue("CT").purpose is purpose


def test_a_priority_class_that_the_office_does_not_have_is_refused():
    desk = Desk(site(priorities=(Priority.ELDERLY,)))
    desk.refused(c.IssueTicket(service="CT", priority=Priority.MERIT), RefusalCode.PRIORITY_UNKNOWN)
    assert desk.issue("CT", priority=Priority.ELDERLY).priority is Priority.ELDERLY


@pytest.mark.parametrize("state", ["draft", "pending"])
def test_a_field_that_is_not_activated_gives_no_numbers(state):
    desk = Desk(with_field(site(), "CT", state=state))
    desk.refused(c.IssueTicket(service="CT"), RefusalCode.SERVICE_PENDING)
    assert desk.issue("CT", test=True).test


def test_a_field_becomes_live_on_its_effective_day():
    desk = Desk(with_field(site(), "CT", effective_from="2026-11-25"))
    refusal = desk.refused(c.IssueTicket(service="CT"), RefusalCode.SERVICE_PENDING)
    assert refusal.values["ngay"] == "25/11/2026"
    desk.set(wall="2026-11-25 08:00")
    assert desk.issue("CT").label == "A001"
    assert is_live(desk.site.services[0], "2026-11-25")
    assert not is_live(desk.site.services[0], "2026-11-24")


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (ServiceState.SUSPENDED, RefusalCode.SERVICE_SUSPENDED),
        (ServiceState.CLOSED, RefusalCode.SERVICE_CLOSED),
        (ServiceState.CLOSING, RefusalCode.CAPACITY_LOW),
    ],
)
def test_a_field_that_was_stopped_gives_no_numbers(state, code):
    desk = Desk()
    desk.do(c.ChangeService(service="CT", state=state, reason="mất điện"))
    refusal = desk.refused(c.IssueTicket(service="CT"), code)
    assert refusal.values["linh_vuc"] == "Chứng thực"
    assert desk.issue("DD").label == "1001"


def test_a_closing_field_still_serves_who_accepts_the_risk():
    desk = Desk()
    desk.do(c.ChangeService(service="CT", state=ServiceState.CLOSING))
    assert desk.issue("CT", late_consent=True).label == "A001"


@pytest.mark.parametrize("moment", ["2026-11-23 06:00", "2026-11-23 12:00", "2026-11-23 18:00"])
def test_outside_the_hours_the_refusal_tells_the_hours(moment):
    desk = Desk(site(calendar=WINDOW), at=moment)
    refusal = desk.refused(c.IssueTicket(service="CT"), RefusalCode.OUT_OF_HOURS)
    assert refusal.values["sang"] == "07:30–11:30"
    assert refusal.values["chieu"] == "13:30–15:30"
    assert refusal.values["gio"] in ("07:30", "13:30")


def test_on_a_holiday_the_refusal_names_it_and_the_day_of_return():
    desk = Desk(site(calendar=WINDOW), at="2026-11-24 09:00")
    refusal = desk.refused(c.IssueTicket(service="CT"), RefusalCode.HOLIDAY)
    assert refusal.values["ten_le"] == "Ngày Văn hóa Việt Nam"
    assert refusal.values["ngay"] == "25/11/2026"


def test_after_the_issue_window_the_refusal_tells_since_when():
    desk = Desk(site(calendar=WINDOW), at="2026-11-23 15:45")
    refusal = desk.refused(c.IssueTicket(service="CT"), RefusalCode.ISSUE_STOPPED)
    assert refusal.values["gio"] == "15:30"


def test_an_office_without_any_opening_still_answers():
    desk = Desk(site(calendar=Calendar(shifts=())))
    refusal = desk.refused(c.IssueTicket(service="CT"), RefusalCode.OUT_OF_HOURS)
    assert (refusal.values["gio"], refusal.values["ngay"]) == ("", "")


def test_a_clock_that_nobody_trusts_keeps_no_citizen_out():
    desk = Desk(at="2026-11-23 22:00", clock=ClockState.SAVED)
    desk.do(c.ConfirmDay(day="2026-11-24", actor="chi"))
    assert desk.issue("CT").day == "2026-11-24"


def test_test_tickets_are_printed_at_any_hour_and_count_nowhere():
    desk = Desk(with_field(site(), "CT", daily_limit=1), at="2026-11-23 22:00")
    test = desk.issue("CT", test=True)
    assert test.test
    desk.set(wall="2026-11-24 08:00")
    real = desk.issue("CT")
    assert (real.ahead, real.label) == (0, "A001")


def test_a_second_press_on_the_same_kiosk_is_refused_with_the_seconds_left():
    desk = Desk()
    desk.do(c.IssueTicket(service="CT", device="kiosk"))
    desk.wait(1)
    refusal = desk.refused(c.IssueTicket(service="DD", device="kiosk"), RefusalCode.TOO_FAST)
    assert refusal.values["giay"] == "2"
    desk.do(c.IssueTicket(service="DD", device="kiosk-2"))
    desk.wait(2)
    desk.do(c.IssueTicket(service="DD", device="kiosk"))


def test_presses_of_long_ago_and_of_nobody_are_not_remembered():
    desk = Desk()
    desk.issue("CT", device="morning")
    desk.issue("CT")
    desk.wait(3600)
    desk.issue("CT", device="noon")
    assert set(desk.state.office.last_kiosk_at) == {"noon"}


def test_a_field_may_need_a_pause_between_numbers():
    desk = Desk(site(QueuePolicy(service_cooldown_s=20)))
    desk.do(c.IssueTicket(service="CT", device="a"))
    desk.wait(5)
    refusal = desk.refused(c.IssueTicket(service="CT", device="b"), RefusalCode.TOO_FAST)
    assert (refusal.field, refusal.values["giay"]) == ("service", "15")
    desk.do(c.IssueTicket(service="DD", device="b"))


def test_a_clock_put_back_does_not_stretch_the_pause():
    desk = Desk()
    desk.do(c.IssueTicket(service="CT", device="kiosk"))
    desk.wait(-600)
    assert desk.do(c.IssueTicket(service="CT", device="kiosk"))


def test_who_comes_after_a_clock_was_put_back_still_stands_behind():
    desk = Desk()
    first = desk.issue("CT")
    desk.wait(-600)
    second = desk.issue("CT")
    assert second.order_key > first.order_key


def test_the_daily_quota_is_per_field_and_per_day():
    desk = Desk(with_field(site(), "CT", daily_limit=2))
    desk.issue("CT")
    desk.issue("CT")
    desk.wait(4)
    refusal = desk.refused(c.IssueTicket(service="CT"), RefusalCode.QUOTA_FULL)
    assert refusal.values["n"] == "2"
    desk.issue("DD")
    desk.set(wall="2026-11-25 08:00")
    assert desk.issue("CT").label == "A001"


def test_when_the_day_is_too_short_the_citizen_must_know():
    desk = seated(at="2026-11-23 16:45")
    desk.issue("CT")
    desk.issue("CT")
    desk.wait(4)
    refusal = desk.refused(c.IssueTicket(service="CT"), RefusalCode.CAPACITY_LOW)
    assert (refusal.field, refusal.values["n"]) == ("late_consent", "2")
    facts = desk.do(c.IssueTicket(service="CT", late_consent=True))
    assert isinstance(facts[0], TicketIssued)
    assert facts[0].late_consent


@pytest.mark.parametrize(
    "config",
    [site(QueuePolicy(capacity_check=False)), site(calendar=Calendar(always_open=True))],
)
def test_an_office_may_do_without_the_capacity_check(config):
    desk = seated(config, at="2026-11-23 16:55")
    assert [desk.issue("CT").number for _ in range(4)] == [1, 2, 3, 4]


def test_before_anybody_has_logged_in_the_configured_counters_count():
    desk = Desk(at="2026-11-23 07:30")
    assert [desk.issue("CT").number for _ in range(5)] == [1, 2, 3, 4, 5]


def test_in_training_every_ticket_is_a_test_ticket():
    desk = Desk()
    desk.do(c.SetTraining(on=True, actor="chi"))
    ticket = desk.issue("CT")
    assert (ticket.test, ticket.label) == (True, "TEST-001")


def test_after_the_day_was_closed_no_number_is_given_out():
    desk = Desk()
    desk.issue("CT")
    desk.do(c.CloseDay())
    desk.wait(4)
    refusal = desk.refused(c.IssueTicket(service="CT"), RefusalCode.ISSUE_STOPPED)
    assert refusal.values["ngay"] == "23/11/2026"
    assert desk.issue("CT", test=True).label == "TEST-001"


# ---- bookings ----


def booked(desk: Desk, slot: str = "2026-11-23 09:00", **fields: object):
    return desk.issue("CT", booked_for=ms(slot), channel=Channel.ONLINE, **fields)


def test_a_booking_has_a_number_but_no_place_in_line():
    desk = seated()
    ticket = booked(desk)
    assert (ticket.state, ticket.order_key) == (TicketState.BOOKED, ms("2026-11-23 09:00"))
    desk.refused(c.CallNext(counter=1, officer="an"), RefusalCode.QUEUE_EMPTY)


def test_a_booking_is_made_outside_the_hours_for_a_slot_within_them():
    desk = Desk(at="2026-11-23 06:00")
    assert booked(desk).state is TicketState.BOOKED


@pytest.mark.parametrize(
    "slot", ["2026-11-23 07:45", "2026-11-23 12:00", "2026-11-24 09:00", "2026-11-25 09:00"]
)
def test_a_slot_must_lie_ahead_today_in_working_time(slot):
    desk = Desk()
    desk.wait(4)
    desk.refused(c.IssueTicket(service="CT", booked_for=ms(slot)), RefusalCode.OUT_OF_HOURS)


def test_a_slot_is_booked_once_per_counter():
    desk = Desk()
    booked(desk)
    booked(desk)
    desk.wait(4)
    refusal = desk.refused(
        c.IssueTicket(service="CT", booked_for=ms("2026-11-23 09:00")), RefusalCode.QUOTA_FULL
    )
    assert refusal.values == {"n": "2", "gio": "09:00"}


def test_a_booked_citizen_stands_in_line_by_the_slot():
    desk = seated()
    ticket = booked(desk, "2026-11-23 08:20")
    early = desk.issue("CT")
    desk.set(wall="2026-11-23 08:22")
    late = desk.issue("CT")
    desk.do(c.CheckIn(ticket=ticket.id, actor="kiosk"))
    arrived = desk.ticket(ticket)
    assert (arrived.state, arrived.waiting_since) == (TicketState.WAITING, desk.now.wall)
    assert early.order_key < arrived.order_key < late.order_key
    desk.refused(c.CheckIn(ticket=ticket.id), RefusalCode.WRONG_STATE)


def test_a_booked_citizen_comes_neither_too_early_nor_too_late():
    desk = Desk()
    ticket = booked(desk)
    refusal = desk.refused(c.CheckIn(ticket=ticket.id), RefusalCode.TOO_SOON)
    assert refusal.values["tu_gio"] == "08:30"
    desk.set(wall="2026-11-23 09:16")
    desk.refused(c.CheckIn(ticket=ticket.id), RefusalCode.TOO_LATE)


def test_a_later_booking_does_not_push_back_who_comes_now():
    desk = Desk()
    booked(desk, "2026-11-23 16:00")
    assert desk.issue("CT").order_key == desk.now.wall


# ---- leaving ----


@pytest.mark.parametrize("make", [booked, lambda desk: desk.issue("CT")])
def test_a_citizen_may_leave_before_any_call(make):
    desk = Desk()
    ticket = make(desk)
    desk.do(c.WalkOut(ticket=ticket.id, actor="kiosk"))
    assert desk.ticket(ticket).state is TicketState.WALKED_OUT
    assert desk.ticket(ticket).ended_at == desk.now.wall


def test_a_called_citizen_cannot_walk_out():
    desk = seated()
    desk.issue("CT")
    called = desk.call()
    desk.refused(c.WalkOut(ticket=called.id), RefusalCode.WRONG_STATE)


def test_an_unknown_ticket_is_refused():
    desk = Desk()
    refusal = desk.refused(c.WalkOut(ticket="20261123-A999"), RefusalCode.UNKNOWN_TICKET)
    assert refusal.values["so"] == "20261123-A999"


def test_a_stale_version_is_refused_with_what_is_true_now():
    desk = seated()
    ticket = desk.issue("CT")
    desk.call()
    refusal = desk.refused(
        c.WalkOut(ticket=ticket.id, expected_version=ticket.version),
        RefusalCode.CHANGED_MEANWHILE,
    )
    assert refusal.values["trang_thai"] == "called"
    assert refusal.values["quay"] == "1"


def test_a_printed_slip_is_no_conflict_for_somebody_who_saw_the_ticket_before():
    desk = seated()
    ticket = desk.issue("CT")
    desk.do(c.RecordPrintSent(ticket=ticket.id, job=1))
    desk.do(c.WalkOut(ticket=ticket.id, expected_version=ticket.version))
    assert desk.ticket(ticket).state is TicketState.WALKED_OUT


def test_a_version_from_the_future_is_refused():
    desk = Desk()
    ticket = desk.issue("CT")
    desk.refused(
        c.WalkOut(ticket=ticket.id, expected_version=ticket.version + 1),
        RefusalCode.CHANGED_MEANWHILE,
    )


def test_the_fact_of_an_issue_is_complete_enough_to_rebuild_the_ticket():
    desk = Desk()
    desk.wait(4)
    (_, issued) = desk.do(c.IssueTicket(service="CT", device="k"))
    assert msgspec.json.decode(msgspec.json.encode(issued), type=TicketIssued) == issued
