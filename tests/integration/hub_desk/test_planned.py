"""Planned work pages nobody, until it lasts longer than its window."""

import pytest
from sqlalchemy import func, select

from motcua_hub.desk.rounds import Desk
from motcua_hub.domain.calendar.planned import Scope, ScopeKind, Wish
from motcua_hub.store import plans, schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.plans import WINDOW
from motcua_hub.upkeep.watch import Watch
from support.directories import province
from support.incidents import DAY, HOUR, Hub, at, many
from support.outages import DESK, name_recipients
from support.telling import look, write_directory

QUARTER_MS = 15 * 60_000


def asked(
    hub: Hub, *scopes: Scope, begin: float = -HOUR, end: float = HOUR, emergency: bool = False
) -> int:
    """A window that somebody asked for three days ago; an emergency just before it begins."""
    wish = Wish(
        begin=at(begin), end=at(end), reason="Thay nguồn", scopes=scopes, emergency=emergency
    )
    when = at(begin) - 1 if emergency else at(begin - 3 * DAY)
    with writing(hub.engine) as connection:
        return plans.ask_window(connection, wish, when, "an")


def agreed(hub: Hub, number: int, when: float, who: str = "binh") -> None:
    with writing(hub.engine) as connection:
        plans.approve(connection, WINDOW, number, now=at(when), who=who)


def window(hub: Hub, *scopes: Scope, begin: float = -HOUR, end: float = HOUR) -> int:
    """Agreed to and announced in time."""
    number = asked(hub, *scopes, begin=begin, end=end)
    agreed(hub, number, begin - 2 * DAY)
    return number


def branch(name: str) -> Scope:
    return Scope(ScopeKind.BRANCH, name)


def messages(hub: Hub) -> int:
    with reading(hub.engine) as connection:
        return connection.scalar(select(func.count()).select_from(schema.outbox)) or 0


def tell(hub: Hub, incident: int, *moments: float) -> int:
    """The teller looks; how many messages there are."""
    for moment in moments:
        with writing(hub.engine) as connection:
            look(connection, incident, at(moment))
    return messages(hub)


def drafts(hub: Hub, now: float) -> list[int]:
    return Watch(hub.engine, DESK).round(at(now))


@pytest.fixture
def portal(hub: Hub) -> Hub:
    """A server that is up, and people who want to know when it is not."""
    hub.server("portal")
    hub.up("portal", -2 * HOUR)
    with writing(hub.engine) as connection:
        write_directory(connection, province(), at(-DAY))
        name_recipients(connection)
    return hub


def test_a_server_taken_down_for_maintenance_is_news_of_no_severity(portal: Hub) -> None:
    window(portal, branch("portal"))
    portal.down("portal", 0)
    portal.rounds(31, 34, 100)
    row = portal.row()
    assert (row["severity"], row["cause"], row["rule"], row["confidence"]) == (
        4,
        "planned",
        1,
        1000,
    )
    assert (row["ack_due_at"], row["repair_due_at"], row["unit"]) == (None, None, None)
    assert portal.story(row["id"]) == ["opened", "cause_set"]
    assert tell(portal, row["id"], 35, 60, 1800) == 0
    assert drafts(portal, 60) == []
    assert portal.row()["unit"] is None


def test_back_inside_its_window_nobody_ever_hears_of_it(portal: Hub) -> None:
    window(portal, branch("portal"))
    portal.down("portal", 0)
    portal.round(31)
    portal.up("portal", HOUR - 60)
    portal.rounds(HOUR - 29, HOUR - 20)
    row = portal.row()
    assert (row["status"], row["cause"], row["provisional"]) == ("closed", "planned", False)
    assert tell(portal, row["id"], HOUR, HOUR + 60) == 0
    assert drafts(portal, HOUR) == []


def test_still_down_after_its_window_it_is_an_outage_from_the_windows_end(portal: Hub) -> None:
    window(portal, branch("portal"))
    portal.down("portal", 0)
    portal.round(31)
    row = portal.row()
    assert tell(portal, row["id"], 40, HOUR - 3) == 0
    portal.rounds(HOUR, HOUR + 3, HOUR + 6)
    after = portal.row()
    assert (after["severity"], after["onset_at"]) == (1, at(0))
    assert after["cause"] not in ("", "planned")
    assert after["responsible"] == "hardware"
    assert after["ack_due_at"] == at(HOUR) + QUARTER_MS
    assert portal.story(row["id"]) == ["opened", "cause_set", "cause_changed", "severity_changed"]
    [change] = portal.details(row["id"], "severity_changed")
    assert (change["was"], change["why"]) == (4, "overrun")
    assert tell(portal, row["id"], HOUR + 3, HOUR + 4) > 0
    assert portal.row()["unit"] is not None
    assert len(drafts(portal, HOUR + 6)) == 1


def test_what_went_down_before_its_window_is_an_outage(portal: Hub) -> None:
    window(portal, branch("portal"), begin=60)
    portal.down("portal", 0)
    portal.rounds(31, 65, 100)
    row = portal.row()
    assert (row["severity"], row["cause"] == "planned") == (1, False)


@pytest.mark.parametrize("announced", [-HOUR, -2 * HOUR])
def test_a_window_that_nobody_announced_a_day_before_covers_nothing(
    portal: Hub, announced: float
) -> None:
    number = window(portal, branch("portal"))
    t = schema.maintenance_window
    with writing(portal.engine) as connection:
        connection.execute(t.update().where(t.c.id == number).values(announced_at=at(announced)))
    portal.down("portal", 0)
    portal.rounds(31, 34)
    assert portal.row()["severity"] == 1


def test_an_ancestors_window_covers_what_hangs_on_it(portal: Hub) -> None:
    portal.server("app", parent="portal")
    portal.up("app", -HOUR)
    window(portal, branch("portal"))
    portal.down("app", 0)
    portal.rounds(31, 34)
    row = portal.row(target="app")
    assert (row["severity"], row["cause"]) == (4, "planned")


def test_an_emergency_agreed_to_while_it_runs_takes_the_page_back(portal: Hub) -> None:
    number = asked(portal, branch("portal"), emergency=True)
    agreed(portal, number, -10)
    portal.down("portal", 0)
    portal.round(31)
    row = portal.row()
    assert row["severity"] == 1
    told = tell(portal, row["id"], 32, 33)
    assert told > 0
    agreed(portal, number, 60, who="chi")
    portal.rounds(63, 66, 69)
    quiet = portal.row()
    assert (quiet["severity"], quiet["cause"], quiet["ack_due_at"]) == (4, "planned", None)
    assert tell(portal, row["id"], 70, 600, 3000) == told
    with reading(portal.engine) as connection:
        states = set(connection.scalars(select(schema.outbox.c.state)))
    assert states == {"cancelled"}


def test_cancelled_while_it_runs_it_is_an_outage_from_then_on(portal: Hub) -> None:
    number = window(portal, branch("portal"))
    portal.down("portal", 0)
    portal.round(31)
    with writing(portal.engine) as connection:
        plans.end(connection, WINDOW, number, "Dừng việc", now=at(300), who="binh")
    portal.rounds(303, 306)
    row = portal.row()
    assert (row["severity"], row["ack_due_at"]) == (1, at(300) + QUARTER_MS)
    assert portal.story(row["id"])[-2:] == ["cause_changed", "severity_changed"]


def test_half_of_the_sites_down_for_planned_work_are_no_crowd(hub: Hub) -> None:
    links = many((f"phuong-{n}" for n in range(1, 6)), hub)
    for link in links:
        hub.up(link, -HOUR)
    window(hub, Scope(ScopeKind.EVERYTHING))
    for link in links[:4]:
        hub.down(link, 0)
    hub.rounds(31, 34)
    assert {(row["kind"], row["severity"]) for row in hub.rows()} == {("down", 4)}
    hub.rounds(HOUR + 1, HOUR + 4)
    [crowd] = hub.rows(kind="hub")
    assert [row["parent"] for row in hub.rows(kind="down")] == [crowd["id"]] * 4


def test_a_crowd_that_turns_out_to_be_planned_is_quiet_until_the_windows_end(hub: Hub) -> None:
    links = many((f"phuong-{n}" for n in range(1, 6)), hub)
    for link in links:
        hub.up(link, -HOUR)
    number = asked(hub, Scope(ScopeKind.EVERYTHING), emergency=True)
    agreed(hub, number, -10)
    for link in links[:4]:
        hub.down(link, 0)
    hub.round(31)
    assert hub.row(kind="hub")["severity"] == 1
    agreed(hub, number, 60, who="chi")
    hub.rounds(63, 66)
    assert {(row["severity"], row["cause"]) for row in hub.rows()} == {(4, "planned")}
    hub.rounds(HOUR + 3, HOUR + 6)
    crowd = hub.row(kind="hub")
    assert (crowd["severity"], crowd["cause"]) == (1, "hub")
    assert crowd["ack_due_at"] == at(HOUR) + QUARTER_MS
    assert hub.round(HOUR + 9) == 0


def test_a_device_of_an_office_in_maintenance_pages_nobody(hub: Hub) -> None:
    hub.site("phuong-1")
    window(hub, Scope(ScopeKind.SITE, "phuong-1"))
    hub.health("phuong-1", "display-1", "critical", 0, "not_connected")
    hub.health("phuong-1", "ups", "problem", 10, "on_battery")
    hub.rounds(70, 73)
    assert {(row["severity"], row["cause"]) for row in hub.rows()} == {(4, "planned")}
    hub.rounds(HOUR + 3, HOUR + 6)
    causes = {row["kind"]: (row["severity"] < 4, row["cause"]) for row in hub.rows()}
    assert causes["fault"] == (True, "device")
    assert causes["power_event"][1] == "power"


def test_pulled_at_every_step_it_says_the_same(portal: Hub) -> None:
    window(portal, branch("portal"))
    portal.down("portal", 0)
    for moment in (31, HOUR + 3):
        for step in ("plans", "reports", "causes", "end"):
            portal.desk = Desk()

            def pull(name: str, step: str = step) -> None:
                if name == step:
                    raise InterruptedError

            with pytest.raises(InterruptedError):
                portal.round(moment, pull)
        portal.round(moment)
        assert portal.round(moment) == 0
    story = portal.story(portal.row()["id"])
    assert story == ["opened", "cause_set", "cause_changed", "severity_changed"]
