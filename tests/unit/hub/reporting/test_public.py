"""What citizens are told, from a time line."""

import pytest

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.layers import Layers, Window, shape
from motcua_hub.domain.availability.policy import DAY, HOUR, Policy
from motcua_hub.domain.availability.timeline import timeline
from motcua_hub.domain.calendar.expected import known_year
from motcua_hub.domain.calendar.years import DEFAULT_SHIFTS, hours
from motcua_hub.domain.reporting import public
from motcua_hub.domain.reporting.public import Day, Look, Service, Snapshot
from support.availability import said

NOW = 1_795_395_600_000
"""08:00 on Monday 23/11/2026 in Việt Nam."""
BEGIN = public.span(NOW)[0]
TODAY = NOW - 8 * HOUR
POLICY = Policy()


def line(*pieces):
    return timeline(pieces, POLICY, life=(BEGIN, NOW))


def looks(*pieces, layers=None):
    return [each.look for each in public.days(line(*pieces), layers or Layers(), POLICY, NOW)]


def test_ninety_days_end_today_and_begin_at_local_midnight():
    found = public.days(line(said(BEGIN, NOW)), Layers(), POLICY, NOW)
    assert len(found) == 90
    assert (found[0].day, found[-1].day) == ("2026-08-26", "2026-11-23")
    assert {each.look for each in found} == {Look.UP}


def test_a_day_is_as_bad_as_what_is_known_of_it_and_never_better():
    found = looks(
        said(BEGIN, TODAY - 3 * DAY),
        said(TODAY - 3 * DAY, TODAY - 3 * DAY + 1000, "down"),
        said(TODAY - 2 * DAY, TODAY - DAY - HOUR),
        said(TODAY - DAY, NOW),
    )
    assert found[-4:] == [Look.DOWN, Look.UNKNOWN, Look.UP, Look.UP]
    nothing = looks()
    assert set(nothing) == {Look.UNKNOWN}


def test_a_day_of_planned_work_alone_is_no_outage_and_one_before_the_contract_nothing():
    window = Window(begin=TODAY - DAY, end=TODAY, announced_at=BEGIN)
    layers = Layers(windows=(window,), life=((BEGIN + DAY, NOW + DAY),))
    found = looks(said(BEGIN, TODAY - DAY), said(TODAY - DAY, TODAY, "down"), layers=layers)
    assert found[0] is Look.NONE
    assert found[-2:] == [Look.MAINTENANCE, Look.UNKNOWN]


def test_outside_of_its_hours_an_office_service_has_nothing_to_keep():
    office = Layers(hours=hours([known_year(2026)], DEFAULT_SHIFTS))
    found = public.days(line(said(BEGIN, NOW)), office, POLICY, NOW)
    assert [each.look for each in found[-3:]] == [Look.NONE, Look.NONE, Look.UP]


def test_a_share_is_told_only_if_enough_is_known():
    whole = line(said(BEGIN, TODAY), said(TODAY, NOW, "down"))
    assert public.share(whole, Layers(), POLICY, NOW) == "99.6268"
    half = line(said(BEGIN, BEGIN + 45 * DAY))
    assert public.share(half, Layers(), POLICY, NOW) is None


@pytest.mark.parametrize(
    ("begin", "end", "announced", "expected"),
    [
        (NOW - HOUR, NOW + HOUR, NOW - 3 * DAY, Look.MAINTENANCE),
        (NOW - HOUR, NOW, NOW - 3 * DAY, Look.DOWN),
        (NOW - HOUR, NOW + HOUR, NOW - 2 * HOUR, Look.DOWN),
    ],
)
def test_only_work_that_was_announced_in_time_and_runs_explains_an_outage(
    begin, end, announced, expected
):
    layers = Layers(windows=(Window(begin=begin, end=end, announced_at=announced),))
    assert public.look_now(State.DOWN, layers, POLICY, NOW) is expected


def test_planned_work_is_told_until_it_is_over():
    ahead = Window(begin=NOW + DAY, end=NOW + DAY + HOUR, announced_at=NOW - DAY)
    over = Window(begin=NOW - DAY, end=NOW, announced_at=NOW - 3 * DAY)
    hasty = Window(begin=NOW + HOUR, end=NOW + 2 * HOUR, announced_at=NOW)
    told = public.planned("Cổng", Layers(windows=(ahead, over, hasty)), POLICY, NOW)
    assert [(each.name, each.begin) for each in told] == [("Cổng", NOW + DAY)]


def test_interruptions_are_those_that_count():
    at, night = NOW - 2 * DAY, NOW - DAY
    window = Window(begin=night, end=night + HOUR, announced_at=BEGIN)
    told = line(
        said(BEGIN, at),
        said(at, at + HOUR, "down", cause="power"),
        said(at + HOUR, night),
        said(night, night + HOUR, "down"),
        said(night + HOUR, NOW - HOUR),
        said(NOW - HOUR, NOW, "down"),
    )
    recent = shape(Layers(windows=(window,)), (NOW - public.RECENT, NOW), POLICY.notice, NOW)
    found = list(public.breaks("Cổng", told, recent, POLICY, ()))
    assert [(each.begin, each.end, each.cause) for each in found] == [
        (at, at + HOUR, "power"),
        (NOW - HOUR, None, "unknown"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "x" * 121,
        "10.1.2.3",
        "Máy chủ (192.168.0.10)",
        "srv01.tinh.gov.vn",
        "Cổng dichvucong.gov.vn",
        "fe80::1:2:3",
        "https://x",
        "root@may",
    ],
)
def test_a_name_that_tells_of_a_machine_is_refused(name):
    assert public.fit_name(name) is None


@pytest.mark.parametrize("name", ["Cổng dịch vụ công", "Tra cứu hồ sơ (mức 4)", "Điểm số 12, P. 3"])
def test_names_that_citizens_know_are_kept(name):
    assert public.fit_name(f"  {name} ") == name


def test_the_whole_is_as_bad_as_its_worst_part():
    def snapshot(*found):
        services = tuple(
            Service(name="x", look=look, since=0, days=(Day("2026-11-23", look),), percent=None)
            for look in found
        )
        return Snapshot(made_at=NOW, services=services).look

    assert snapshot() is Look.NONE
    assert snapshot(Look.UP, Look.UP) is Look.UP
    assert snapshot(Look.UP, Look.MAINTENANCE) is Look.MAINTENANCE
    assert snapshot(Look.MAINTENANCE, Look.UNKNOWN) is Look.UNKNOWN
    assert snapshot(Look.UNKNOWN, Look.DOWN) is Look.DOWN
