"""The overview: figures nobody knows stay unknown; old ones are marked."""

import pytest

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.component import Part, is_aged
from motcua_hub.domain.health.kinds import kind_of
from motcua_hub.domain.health.site import VITAL
from motcua_hub.domain.link import Link
from motcua_hub.web.queries.health import Told
from motcua_hub.web.queries.overview import Figures, OverviewFacts, SiteRow
from motcua_hub.web.status import Beat
from motcua_hub.web.views.overview import build, narrowed

NOW = 1_795_395_600_000
HEARS = Beat(process="ingest", at=NOW - 1000, connected=True, lag_s=0)


def row(site="a", *, seen_ago=1000, status="online", clock="ntp", **more):
    seen = None if seen_ago is None else NOW - seen_ago
    return SiteRow(id=site, status=status, status_at=seen, seen_at=seen, clock=clock, **more)


def ok_parts():
    return [Part(name, "ok", "", NOW, "", NOW - 1000) for name in ("printer", "display")]


def told(parts):
    """As the database counts them: what is well as numbers, the rest one by one."""
    well = [part for part in parts if part.state == "ok" and not is_aged(part, NOW)]
    rest = tuple(part for part in parts if part not in well)
    vital = {kind_of(part.component) for part in well} & VITAL
    return Told(well=len(well), well_vital=tuple(sorted(vital)), rest=rest)


def overview(*rows, figures=None, parts=None, ingest=HEARS, incidents=None):
    facts = OverviewFacts(
        sites=rows,
        figures=figures or {},
        health={site: told(some) for site, some in (parts or {}).items()},
        names={},
        flapping=set(),
        incidents=incidents or {},
        ingest=ingest,
    )
    return build(facts, NOW)


def test_a_healthy_site_is_shown_as_it_is():
    view = overview(
        row(), figures={"a": Figures(issued=5, served=3, waiting=2)}, parts={"a": ok_parts()}
    )
    line = view.lines[0]
    assert (line.link, line.verdict, line.stale) == (Link.ONLINE, HealthState.OK, False)
    assert (line.issued, line.served, line.waiting) == (5, 3, 2)


def test_a_site_never_heard_has_unknown_everything():
    line = overview(row(seen_ago=None, status=None)).lines[0]
    assert (line.link, line.verdict) == (Link.UNKNOWN, HealthState.UNKNOWN)
    assert (line.issued, line.served, line.waiting) == (None, None, None)


def test_a_site_online_with_a_trusted_clock_and_no_ticket_has_issued_none():
    assert overview(row()).lines[0].issued == 0


@pytest.mark.parametrize("clock", ["saved", "none", None])
def test_without_a_trusted_clock_nobody_knows_whether_today_has_tickets(clock):
    assert overview(row(clock=clock)).lines[0].issued is None


def test_figures_of_a_silent_site_are_kept_and_marked_old():
    line = overview(
        row(seen_ago=3_600_000),
        parts={"a": ok_parts()},
        figures={"a": Figures(issued=5, served=3, waiting=2)},
    ).lines[0]
    assert (line.issued, line.stale, line.link) == (5, True, Link.OFFLINE)
    assert line.devices == {HealthState.UNKNOWN: 2}


def test_while_the_hub_is_deaf_every_site_is_unknown():
    view = overview(row("a"), row("b"), parts={"a": ok_parts()}, ingest=None)
    assert {line.link for line in view.lines} == {Link.UNKNOWN}
    assert {line.verdict for line in view.lines} == {HealthState.UNKNOWN}
    assert (view.hub_hears, view.deaf_since) == (False, None)


def test_sites_in_need_come_first():
    broken = [
        Part("printer", "critical", "", NOW, "", NOW),
        Part("kiosk", "critical", "", NOW, "", NOW),
    ]
    worn = [*ok_parts(), Part("ups", "problem", "on_battery", NOW, "", NOW)]
    view = overview(
        row("good"),
        row("worn"),
        row("gone", seen_ago=3_600_000),
        row("broken"),
        parts={"good": ok_parts(), "worn": worn, "broken": broken},
    )
    assert [line.site for line in view.lines] == ["broken", "worn", "gone", "good"]


def test_every_site_stands_under_exactly_one_filter():
    view = overview(
        row("a"),
        row("b", seen_ago=None, status=None),
        row("c", status="stopped"),
        parts={"a": ok_parts()},
    )
    assert sum(view.totals.groups.values()) == view.totals.sites == 3
    for name, count in view.totals.groups.items():
        assert len(narrowed(view, group=name)) == count


def test_search_finds_names_and_ids_in_any_case():
    view = overview(row("ben-thanh", name="Phường Bến Thành"), row("na-son", name="Xã Na Son"))
    assert [line.site for line in narrowed(view, search=" BẾN ")] == ["ben-thanh"]
    assert [line.site for line in narrowed(view, search="na-s")] == ["na-son"]
    assert narrowed(view, search="%") == ()


@pytest.mark.parametrize("about", ["", "{", '{"v": 9}', '{"device": 3}', "[]"])
def test_an_unreadable_about_message_leaves_the_outbox_unknown(about):
    line = overview(row(about=about)).lines[0]
    assert (line.outbox, line.name) == (None, "a")


@pytest.mark.parametrize(
    ("metrics", "outbox"),
    [
        ('{"at":1,"values":{"uplink_outbox_events":2.0}}', 2),
        ('{"at":1,"values":{}}', 40),
        ('{"at":1,"values":{"uplink_outbox_events":-1}}', 40),
        ('{"at":1,"values":{"uplink_outbox_events":1e300}}', 40),
        ("[", 40),
        (None, 40),
    ],
)
def test_the_outbox_is_the_newest_number_the_site_told(metrics, outbox):
    about = '{"device":"a-pi","outbox_unacked":40}'
    assert overview(row(about=about, metrics=metrics)).lines[0].outbox == outbox
