"""What the pages show, from real states made by the real rules."""

import msgspec
import pytest

from motcua_contract.facts.tickets import TicketCalled
from motcua_contract.siteconfig import Calendar, DayOff
from motcua_contract.vocabulary import (
    ClockState,
    HealthState,
    PrintFailure,
    Priority,
    ServiceState,
)
from motcua_edge.domain import commands as c
from motcua_edge.domain.commands import IssueTicket
from motcua_edge.drivers.clock import FakeClock
from motcua_edge.services.rating_desk import RatingDesk
from motcua_edge.services.views_board import board_view
from motcua_edge.services.views_common import spelt
from motcua_edge.services.views_counter import counter_view
from motcua_edge.services.views_kiosk import kiosk_view
from motcua_edge.services.views_rating import rating_view
from motcua_edge.services.views_technician import technician_view
from support.webapp import MONDAY_NINE, Office, demo_site

HOUR = 3600_000


@pytest.fixture
def office():
    return Office()


def kiosk(office):
    return kiosk_view(office.state, office.service.site, office.clock.now())


def board(office, zone=""):
    return board_view(office.state, office.service.site, office.clock.now(), zone)


def counter(office, number=1):
    return counter_view(office.state, office.service.site, office.clock.now(), number)


def field(view, code):
    return next(f for f in view.fields if f.code == code)


async def seat(office, number=1, officer="lan"):
    paired = await office.sessions.pair(number, "tuan")
    await office.do(c.LogIn(officer=officer, counter=number, device=paired.device))


async def call(office, number=1, officer="lan"):
    outcome = await office.do(c.CallNext(counter=number, officer=officer))
    return next(f for f in outcome.facts if isinstance(f, TicketCalled))


async def serve(office, ticket, number=1, officer="lan"):
    who = {"ticket": ticket, "counter": number, "officer": officer}
    await office.do(c.Start(**who))
    office.clock.advance(60_000)
    await office.do(c.Finish(**who, nonce_sha256=office.desk.seal(ticket)))


async def test_an_open_field_shows_how_many_wait_and_a_range(office):
    for device in ("k1", "k2", "k3"):
        await office.do(IssueTicket(service="CT", device=device))
    view = kiosk(office)
    shown = field(view, "CT")
    assert (view.face, shown.status, shown.waiting) == ("open", "open", 3)
    assert 0 <= shown.low < shown.high
    assert field(view, "HT").waiting == 0


async def test_a_suspended_field_says_why_and_the_others_stay_open(office):
    await office.do(
        c.ChangeService(service="DD", state=ServiceState.SUSPENDED, reason="mất điện", actor="hoa")
    )
    view = kiosk(office)
    assert (field(view, "DD").status, field(view, "DD").reason) == ("suspended", "mất điện")
    assert field(view, "CT").status == "open"
    assert view.face == "open"


def test_out_of_hours_the_kiosk_shows_the_hours():
    office = Office(clock=FakeClock(wall=MONDAY_NINE + 11 * HOUR))
    view = kiosk(office)
    assert view.face == "closed"
    assert (view.morning, view.afternoon) == ("07:30–11:30", "13:30–17:00")
    assert view.values["ngay"] == "24/11/2026"


def test_on_a_holiday_the_kiosk_names_it():
    days_off = (DayOff(day="2026-11-23", name="Ngày nghỉ bù"),)
    office = Office(site=demo_site(calendar=Calendar(days_off=days_off)))
    view = kiosk(office)
    assert (view.face, view.values["ten_le"]) == ("holiday", "Ngày nghỉ bù")


def test_a_full_field_and_a_pending_one_have_their_own_faces():
    site = demo_site()
    services = (
        msgspec.structs.replace(site.services[0], daily_limit=1),
        msgspec.structs.replace(site.services[1], state="pending", effective_from="2026-12-01"),
        msgspec.structs.replace(site.services[2], state="draft"),
        *site.services[3:],
    )
    office = Office(site=demo_site(services=services))
    view = kiosk(office)
    assert field(view, "HT").status == "pending"
    assert [f.code for f in view.fields if f.code == "DD"] == []


async def test_a_field_whose_numbers_are_used_up_says_so():
    site = demo_site()
    services = (msgspec.structs.replace(site.services[0], daily_limit=1), *site.services[1:])
    office = Office(site=demo_site(services=services))
    await office.do(IssueTicket(service="CT", device="k1"))
    assert field(kiosk(office), "CT").status == "full"


async def test_without_a_trusted_clock_a_person_must_confirm_the_day():
    office = Office(clock=FakeClock(wall=MONDAY_NINE, clock=ClockState.SAVED))
    view = kiosk(office)
    assert (view.face, view.today) == ("confirm_day", "2026-11-23")
    assert ("lan", "Nguyễn Thị Lan") in view.officers
    await office.confirm("2026-11-23")
    assert kiosk(office).face == "open"
    assert kiosk(office).officers == ()


async def test_a_failed_slip_is_offered_only_once_the_printer_works_again(office):
    await office.do(IssueTicket(service="CT", device="k1"))
    ticket = next(iter(office.state.tickets))
    await office.do(c.RecordPrintFailed(ticket=ticket, job=1, cause=PrintFailure.PAPER_OUT))
    await office.health("printer", HealthState.CRITICAL, "paper_out")
    assert kiosk(office).unprinted == ()
    assert kiosk(office).printer.code == "paper_out"
    await office.health("printer", HealthState.OK)
    assert [slip.label for slip in kiosk(office).unprinted] == ["A001"]


async def test_the_board_shows_the_newest_call_first_and_only_its_zone(office):
    await seat(office)
    await seat(office, 4, "minh")
    await office.do(IssueTicket(service="CT", device="k1"))
    await office.do(IssueTicket(service="KD", device="k2"))
    await call(office)
    office.clock.advance(1000)
    await call(office, 4, "minh")
    assert [(r.label, r.counter) for r in board(office).serving] == [("D001", 4), ("A001", 1)]
    assert [r.label for r in board(office, "upper").serving] == ["D001"]
    assert [line.code for line in board(office, "upper").lines] == ["LD"]


async def test_a_call_that_was_not_heard_makes_the_board_flash(office):
    await seat(office)
    await office.do(IssueTicket(service="CT", device="k1"))
    called = await call(office)
    assert not board(office).serving[0].flash
    await office.do(
        c.RecordNotPlayed(
            ticket=called.ticket,
            call=called.call,
            times=1,
            zone="main",
            outcome="failed",
            cause="no_device",
        )
    )
    assert board(office).serving[0].flash
    office.clock.advance(60_000)
    assert not board(office).serving[0].flash


async def test_a_broken_loudspeaker_is_written_on_the_board_and_at_the_counter(office):
    await seat(office)
    assert not board(office).silent
    await office.health("announcer", HealthState.CRITICAL, "no_device")
    assert board(office).silent
    assert counter(office).announcer.state == "critical"


async def test_missed_paused_and_recent_are_on_the_board(office):
    await seat(office)
    await office.do(IssueTicket(service="CT", device="k1"))
    await office.do(IssueTicket(service="CT", device="k2"))
    first = await call(office)
    office.clock.advance(10_000)
    await office.do(c.Miss(ticket=first.ticket, counter=1, officer="lan"))
    second = await call(office)
    await serve(office, second.ticket)
    back = office.clock.wall + 600_000
    await office.do(c.PauseCounter(counter=1, officer="lan", reason="họp", back_at=back))
    view = board(office)
    assert view.missed == ("A001",)
    assert [r.label for r in view.recent] == ["A002"]
    assert [(p.counter, p.reason, p.back_at) for p in view.paused] == [(1, "họp", back)]


async def test_an_officer_sees_the_line_with_its_priorities(office):
    await seat(office)
    await office.do(IssueTicket(service="CT", device="k1"))
    await office.do(IssueTicket(service="CT", device="k2", priority=Priority.ELDERLY))
    await office.do(IssueTicket(service="DD", device="k3"))
    office.clock.advance(5 * 60_000)
    view = counter(office)
    assert (view.waiting_count, view.priority_count, view.longest_min) == (2, 1, 5)
    assert {card.label for card in view.waiting} == {"A001", "A002"}
    assert view.officers == (("lan", "Nguyễn Thị Lan"),)
    assert view.officer_name == "Nguyễn Thị Lan"


async def test_the_current_ticket_counts_from_its_own_step(office):
    await seat(office)
    await office.do(IssueTicket(service="CT", device="k1"))
    called = await call(office)
    called_at = office.clock.wall
    assert counter(office).current.since == called_at
    office.clock.advance(7000)
    await office.do(c.Start(ticket=called.ticket, counter=1, officer="lan"))
    assert counter(office).current.since == called_at + 7000
    assert counter(office).undo == called.ticket


async def test_nothing_can_be_rated_before_somebody_was_served(office):
    await seat(office)
    await office.do(IssueTicket(service="CT", device="k1"))
    called = await call(office)
    assert office.desk.current(1) is None
    await serve(office, called.ticket)
    current = office.desk.current(1)
    view = rating_view(office.state, office.service.site, office.clock.now(), 1, current)
    assert (view.face, view.label, view.officer_name) == ("open", "A001", "Nguyễn Thị Lan")
    assert office.desk.current(2) is None


async def test_the_nonce_is_the_same_after_a_restart_and_no_other_secret_makes_it(office):
    await seat(office)
    await office.do(IssueTicket(service="CT", device="k1"))
    called = await call(office)
    await serve(office, called.ticket)
    ticket, nonce = office.desk.current(1)
    assert RatingDesk(office.service, b"s").current(1) == (ticket, nonce)
    assert RatingDesk(office.service, b"other").current(1) is None


async def test_a_rating_window_closes_by_itself_and_the_screen_says_so(office):
    await seat(office)
    await office.do(IssueTicket(service="CT", device="k1"))
    called = await call(office)
    await serve(office, called.ticket)
    office.clock.advance(5 * 60_000 + 1000)
    assert office.desk.current(1) is None
    await office.tick()
    view = rating_view(office.state, office.service.site, office.clock.now(), 1, None)
    assert view.face == "expired"
    assert view.nonce == ""


async def test_a_rated_ticket_is_thanked_for_and_cannot_be_rated_again(office):
    await seat(office)
    await office.do(IssueTicket(service="CT", device="k1"))
    called = await call(office)
    await serve(office, called.ticket)
    ticket, nonce = office.desk.current(1)
    await office.do(c.GiveRating(ticket=ticket, nonce=nonce, level=3, device="r"))
    assert office.desk.current(1) is None
    view = rating_view(office.state, office.service.site, office.clock.now(), 1, None)
    assert (view.face, view.nonce) == ("rated", "")
    office.clock.advance(25_000)
    view = rating_view(office.state, office.service.site, office.clock.now(), 1, None)
    assert view.face == "wait"


async def test_the_technician_sees_devices_counters_and_figures(office):
    await seat(office)
    await office.health("printer", HealthState.PROBLEM, "paper_low")
    view = technician_view(
        office.state,
        office.service.site,
        office.clock.now(),
        software="26.11",
        figures={"outbox": 3},
    )
    assert [(p.component, p.code) for p in view.health] == [("printer", "paper_low")]
    assert view.paired[0].in_use
    assert view.counters[0].officer_name == "Nguyễn Thị Lan"
    assert view.figures == {"outbox": 3}


def test_numbers_are_spelt_digit_by_digit():
    assert spelt("A015") == "a, không, một, năm"
