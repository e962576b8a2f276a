"""One site: waits, ratings, streams."""

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.component import Part
from motcua_hub.domain.link import Link
from motcua_hub.web.queries.site import (
    CounterRow,
    RatingRow,
    ServiceRow,
    SiteFacts,
    SiteLive,
    StreamRow,
    TicketRow,
)
from motcua_hub.web.status import Beat
from motcua_hub.web.views.site import SMALL_SAMPLE, build

NOW = 1_795_395_600_000
LIVE = SiteLive(
    id="a",
    status="online",
    status_at=NOW - 1000,
    seen_at=NOW - 1000,
    jid="11" * 16,
    business_day="2026-11-23",
    clock="ntp",
)


def facts(live=LIVE, ingest_ago=1000, **more):
    empty = dict.fromkeys(
        (
            "counters",
            "at_counters",
            "services",
            "recent",
            "ratings",
            "parts",
            "assets",
            "flapping",
            "streams",
            "incidents",
        ),
        (),
    )
    beat = Beat(process="ingest", at=NOW - ingest_ago, connected=True, lag_s=0)
    return SiteFacts(
        **{"live": live, "day": "2026-11-23", "clock": None, "ingest": beat} | empty | more
    )


def service(**more):
    values = {
        "service": "CT",
        "issued": 0,
        "waiting": 0,
        "serving": 0,
        "served": 0,
        "missed": 0,
        "wait_n": 0,
        "wait_ms": 0,
    }
    return ServiceRow(**values | more)


def ticket(**more):
    values = {
        "id": "20261123-A001",
        "label": "A001",
        "service": "CT",
        "state": "serving",
        "counter": 1,
        "officer": "an",
        "priority": "none",
        "test": False,
        "issued_at": NOW - 9000,
        "called_at": NOW - 6000,
        "started_at": NOW - 5000,
        "wait_ms": 3000,
        "print_state": "printed",
    }
    return TicketRow(**values | more)


def test_no_call_yet_means_no_average_wait():
    view = build(facts(services=(service(issued=3, waiting=3),)), NOW)
    assert view.services[0].average_wait is None


def test_the_average_wait_is_over_called_tickets():
    view = build(facts(services=(service(wait_n=4, wait_ms=40_000),)), NOW)
    assert view.services[0].average_wait == 10_000


def test_the_longest_wait_of_a_silent_site_is_unknown():
    row = service(waiting=1, oldest_waiting_at=NOW - 60_000)
    silent = SiteLive(id="a", status="online", status_at=NOW - 10**7, seen_at=NOW - 10**7)
    assert build(facts(services=(row,)), NOW).services[0].longest_wait == 60_000
    assert build(facts(silent, services=(row,)), NOW).services[0].longest_wait is None


def test_few_ratings_are_marked_as_too_few():
    rows = (
        RatingRow(scale=0, offered=100, declined=3, levels=()),
        RatingRow(scale=3, offered=0, declined=0, levels=(1, 2, SMALL_SAMPLE - 4)),
    )
    rating = build(facts(ratings=rows), NOW).ratings[0]
    assert (rating.n, rating.small, rating.asked) == (SMALL_SAMPLE - 1, True, 100)
    assert rating.response == SMALL_SAMPLE - 1


def test_enough_ratings_carry_no_warning():
    rows = (RatingRow(scale=5, offered=0, declined=0, levels=(0, 0, 0, 0, SMALL_SAMPLE)),)
    rating = build(facts(ratings=rows), NOW).ratings[0]
    assert (rating.small, rating.satisfied, rating.response) == (False, 100, None)


def test_neutral_of_five_is_not_satisfied_and_satisfied_of_three_is():
    five = (RatingRow(scale=5, offered=0, declined=0, levels=(0, 0, 1, 1, 0)),)
    three = (RatingRow(scale=3, offered=0, declined=0, levels=(1, 1, 0)),)
    assert build(facts(ratings=five), NOW).ratings[0].satisfied == 50
    assert build(facts(ratings=three), NOW).ratings[0].satisfied == 50


def test_nobody_answering_is_shown_as_no_answer_not_as_satisfied():
    rows = (RatingRow(scale=0, offered=12, declined=2, levels=()),)
    rating = build(facts(ratings=rows), NOW).ratings[0]
    assert (rating.n, rating.satisfied, rating.response, rating.small) == (0, None, 0, True)


def test_a_counter_shows_the_ticket_that_is_at_it():
    counter = CounterRow(number=1, state="open", officer="an", reason="", since=NOW - 10**6)
    view = build(facts(counters=(counter,), at_counters=(ticket(),)), NOW)
    assert (view.counters[0].ticket, view.counters[0].since) == ("A001", NOW - 5000)


def test_a_ticket_at_a_counter_nobody_told_of_is_still_shown():
    view = build(facts(at_counters=(ticket(counter=7, state="called"),)), NOW)
    assert (view.counters[0].number, view.counters[0].state) == (7, "unknown")
    assert view.counters[0].since == NOW - 6000


def test_a_counter_state_this_hub_does_not_know_is_unknown():
    counter = CounterRow(number=1, state="on_fire", officer=None, reason="", since=NOW)
    assert build(facts(counters=(counter,)), NOW).counters[0].state == "unknown"


def test_of_an_ended_stream_nobody_knows_what_the_office_wrote():
    row = StreamRow(
        jid="22" * 16,
        have=5,
        safe=5,
        boot="b",
        hardware="",
        first_seen=1,
        last_seen=2,
        replaced_at=3,
    )
    stream = build(facts(streams=(row,)), NOW).streams[0]
    assert (stream.current, stream.last) == (False, None)


def test_devices_of_a_silent_site_are_unknown_and_tell_what_they_last_said():
    silent = SiteLive(id="a", status="online", status_at=NOW - 10**7, seen_at=NOW - 10**7)
    part = Part("printer", "ok", "", NOW - 10**7, "", NOW - 1000)
    view = build(facts(silent, parts=(part,)), NOW)
    assert view.link is Link.OFFLINE
    assert (view.devices[0].state, view.devices[0].reported) == (HealthState.UNKNOWN, "ok")


def test_a_deaf_hub_does_not_call_a_site_online():
    view = build(facts(ingest_ago=10**6), NOW)
    assert (view.link, view.hub_hears, view.deaf_since) == (Link.UNKNOWN, False, NOW - 10**6)
