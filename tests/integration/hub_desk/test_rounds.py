"""The desk on a real ledger: what it opens, joins, restores and closes."""

from motcua_hub.ledger import targets
from motcua_hub.store.engine import writing
from support.incidents import DAY, HOUR, Hub, at, many


def test_a_confirmed_outage_is_opened_once_and_dated_back(hub: Hub) -> None:
    hub.server("portal")
    hub.up("portal", -600)
    hub.down("portal", 0)
    hub.rounds(31, 34, 37, 40)
    row = hub.row()
    assert (row["kind"], row["target"], row["target_kind"]) == ("down", "portal", "server")
    assert (row["onset_at"], row["confirmed_at"]) == (at(0), at(30))
    assert (row["status"], row["severity"]) == ("open", 1)
    assert row["ack_due_at"] == at(31) + 15 * 60_000
    assert hub.story(row["id"]) == ["opened", "cause_set"]


def test_an_outage_that_is_not_sure_yet_is_no_incident(hub: Hub) -> None:
    hub.server("portal")
    hub.up("portal", -600)
    hub.down("portal", 0, sure=False)
    hub.rounds(5, 10)
    assert hub.rows() == []


def test_what_comes_back_is_restored_when_it_was_up_again(hub: Hub) -> None:
    hub.server("portal")
    hub.up("portal", -600)
    hub.down("portal", 0)
    hub.round(31)
    hub.up("portal", 300)
    hub.rounds(331, 334)
    row = hub.row()
    assert (row["status"], row["restored_at"]) == ("restored", at(300))
    assert hub.story(row["id"]) == ["opened", "cause_set", "restored", "cause_set"]
    assert not row["provisional"]


def test_down_again_within_the_merge_gap_is_the_same_outage(hub: Hub) -> None:
    hub.server("portal")
    hub.up("portal", -600)
    hub.down("portal", 0)
    hub.round(31)
    hub.up("portal", 300)
    hub.round(331)
    hub.down("portal", 340)
    hub.rounds(371, 374)
    row = hub.row()
    assert (row["status"], row["onset_at"]) == ("open", at(0))
    [again] = hub.details(row["id"], "relapsed")
    assert again["merged"]
    assert not again["flapping"]


def test_down_again_within_half_an_hour_is_the_same_incident_and_another_outage(hub: Hub) -> None:
    hub.server("portal")
    hub.up("portal", -600)
    for begin in (0, 600, 1200):
        hub.down("portal", begin)
        hub.round(begin + 31)
        hub.up("portal", begin + 300)
        hub.round(begin + 331)
    row = hub.row()
    assert [run.onset for run in hub.state(row["id"]).runs] == [at(0), at(600), at(1200)]
    assert [each["flapping"] for each in hub.details(row["id"], "relapsed")] == [False, True]


def test_down_again_much_later_is_a_new_incident_that_names_the_old_one(hub: Hub) -> None:
    hub.server("portal")
    hub.up("portal", -600)
    hub.down("portal", 0)
    hub.round(31)
    hub.up("portal", 300)
    hub.round(331)
    hub.down("portal", 300 + 31 * 60)
    hub.round(300 + 31 * 60 + 31)
    first, second = hub.rows()
    assert (first["status"], second["status"]) == ("restored", "open")
    assert hub.details(second["id"], "opened")[0]["previous"] == first["id"]


def test_a_dead_link_is_one_incident_with_what_it_hides(hub: Hub) -> None:
    hub.site("phuong-1")
    service = hub.behind("phuong-1", "may-chu-quay")
    for target in ("phuong-1.link", service):
        hub.up(target, -600)
        hub.down(target, 0)
    hub.rounds(31, 34)
    row = hub.row()
    assert (row["target"], row["severity"], row["responsible"]) == ("phuong-1.link", 2, "link")
    assert hub.state(row["id"]).masked == (service,)


def test_a_child_noticed_seconds_before_its_parent_joins_it(hub: Hub) -> None:
    hub.site("phuong-1")
    service = hub.behind("phuong-1", "may-chu-quay")
    for target in ("phuong-1.link", service):
        hub.up(target, -600)
    hub.down(service, 0)
    hub.round(31)
    hub.down("phuong-1.link", 20)
    hub.rounds(51, 54, 57)
    child, parent = hub.rows()
    assert (child["target"], parent["target"]) == (service, "phuong-1.link")
    assert child["parent"] == parent["id"]
    assert hub.story(child["id"]).count("joined") == 1
    assert hub.state(parent["id"]).children == (child["id"],)


def test_what_was_down_long_before_the_link_stands_for_itself(hub: Hub) -> None:
    hub.site("phuong-1")
    service = hub.behind("phuong-1", "may-chu-quay")
    for target in ("phuong-1.link", service):
        hub.up(target, -600)
    hub.down(service, 0)
    hub.round(31)
    hub.down("phuong-1.link", 600)
    hub.rounds(631, 634)
    assert [row["parent"] for row in hub.rows()] == [None, None]


def test_a_child_that_stays_down_leaves_its_parent(hub: Hub) -> None:
    hub.site("phuong-1")
    service = hub.behind("phuong-1", "may-chu-quay")
    for target in ("phuong-1.link", service):
        hub.up(target, -600)
    hub.down(service, 0)
    hub.round(31)
    hub.down("phuong-1.link", 10)
    hub.round(41)
    hub.up("phuong-1.link", 600)
    hub.rounds(631, 640)
    child, _ = hub.rows()
    assert child["parent"] is not None
    hub.rounds(600 + 121, 600 + 125)
    child, parent = hub.rows()
    assert (child["parent"], child["status"]) == (None, "open")
    assert hub.story(child["id"])[-2:] == ["left", "severity_changed"]
    assert parent["status"] == "restored"


def test_what_a_link_hid_is_opened_when_the_link_is_back_and_it_is_not(hub: Hub) -> None:
    hub.site("phuong-1")
    service = hub.behind("phuong-1", "may-chu-quay")
    for target in ("phuong-1.link", service):
        hub.up(target, -600)
        hub.down(target, 0)
    hub.round(31)
    hub.up("phuong-1.link", 600)
    hub.rounds(631, 660)
    assert len(hub.rows()) == 1
    hub.round(600 + 121)
    assert hub.row(target=service)["onset_at"] == at(0)


def test_half_of_the_sites_at_once_is_one_incident_of_the_hub(hub: Hub) -> None:
    links = many((f"phuong-{n}" for n in range(1, 7)), hub)
    for link in links:
        hub.up(link, -600)
    for n, link in enumerate(links[:4]):
        hub.down(link, 3 * n)
    hub.rounds(45, 48)
    parent = hub.row(kind="hub")
    assert (parent["severity"], parent["cause"], parent["responsible"]) == (1, "hub", "software")
    assert {row["parent"] for row in hub.rows(kind="down")} == {parent["id"]}
    for n, link in enumerate(links[:3]):
        hub.up(link, 300 + n)
    hub.rounds(340, 343)
    assert hub.row(kind="hub")["status"] == "restored"
    hub.round(340 + 125)
    last = hub.row(target=links[3])
    assert (last["parent"], last["status"]) == (None, "open")


def test_half_of_the_sites_of_one_carrier_is_that_carrier(hub: Hub) -> None:
    links = many((f"phuong-{n}" for n in range(1, 5)), hub, carrier="vnpt")
    others = many((f"xa-{n}" for n in range(1, 3)), hub, carrier="viettel")
    for link in (*links, *others):
        hub.up(link, -600)
    for link in links:
        hub.down(link, 0)
    hub.rounds(45, 48)
    parent = hub.row(kind="carrier")
    assert (parent["carrier"], parent["responsible"], parent["cause"]) == ("vnpt", "link", "wan")
    assert all(row["parent"] == parent["id"] for row in hub.rows(kind="down"))


def test_two_of_three_sites_are_no_outage_of_the_hub(hub: Hub) -> None:
    links = many((f"phuong-{n}" for n in range(1, 4)), hub)
    for link in links:
        hub.up(link, -600)
    for link in links[:2]:
        hub.down(link, 0)
    hub.rounds(45, 48)
    assert [row["kind"] for row in hub.rows()] == ["down", "down"]


def test_a_fault_that_a_device_tells_of_goes_to_who_repairs_it(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.up("phuong-1.link", -600)
    hub.health("phuong-1", "printer", "critical", 0, "paper_out")
    hub.round(30)
    assert hub.rows() == []
    hub.rounds(61, 64)
    row = hub.row()
    assert (row["kind"], row["subject"], row["detail"]) == ("fault", "printer", "paper_out")
    assert (row["responsible"], row["cause"], row["severity"]) == ("hardware", "device", 2)
    hub.health("phuong-1", "printer", "ok", 200)
    hub.round(203)
    assert (hub.row()["status"], hub.row()["restored_at"]) == ("restored", at(200))


def test_a_device_and_its_target_are_one_thing(hub: Hub) -> None:
    hub.site("phuong-1")
    target = hub.device("phuong-1", "printer")
    hub.up("phuong-1.link", -600)
    hub.health("phuong-1", "printer", "critical", 0, "paper_out")
    hub.rounds(61, 64)
    assert hub.row()["target"] == target


def test_an_office_that_cannot_serve_is_the_worst_there_is(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.up("phuong-1.link", -600)
    hub.health("phuong-1", "printer", "critical", 0, "paper_out")
    hub.health("phuong-1", "kiosk", "ok", 0)
    hub.round(61)
    assert hub.row()["severity"] == 2
    hub.health("phuong-1", "kiosk", "critical", 100, "not_connected")
    hub.rounds(161, 164)
    assert {row["severity"] for row in hub.rows()} == {1}
    printer = hub.row(subject="printer")
    [worse] = hub.details(printer["id"], "severity_changed")
    assert (worse["was"], worse["severity"], worse["why"]) == (2, 1, "office_dead")


def test_mains_that_go_and_come_are_news_and_nothing_more(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.up("phuong-1.link", -600)
    hub.health("phuong-1", "ups", "problem", 0, "on_battery")
    hub.round(3)
    row = hub.row()
    assert (row["kind"], row["severity"], row["cause"]) == ("power_event", 4, "power")
    assert row["ack_due_at"] is None
    hub.health("phuong-1", "ups", "ok", 300)
    hub.rounds(303, 306)
    row = hub.row()
    assert (row["status"], row["restored_at"]) == ("closed", at(300))


def test_mains_that_take_devices_are_one_incident_of_power(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.up("phuong-1.link", -600)
    hub.health("phuong-1", "ups", "problem", 0, "on_battery")
    hub.health("phuong-1", "display-1", "critical", 5, "not_connected")
    hub.health("phuong-1", "printer", "critical", 7, "paper_out")
    hub.rounds(70, 73, 76)
    power = hub.row(kind="power_event")
    assert hub.row(subject="display-1")["parent"] == power["id"]
    assert hub.row(subject="printer")["parent"] is None
    assert power["severity"] == 2


def test_deadlines_that_go_by_are_written_down_once(hub: Hub) -> None:
    hub.server("portal")
    hub.up("portal", -600)
    hub.down("portal", 0)
    hub.rounds(31, 31 + 15 * 60 + 1, 31 + 15 * 60 + 4, 31 + 4 * HOUR + 1, 31 + 4 * HOUR + 9)
    row = hub.row()
    missed = [each["which"] for each in hub.details(row["id"], "deadline_missed")]
    assert missed == ["acknowledge", "repair"]
    assert row["ack_missed"]
    assert row["repair_missed"]


def test_small_things_that_came_back_are_closed_after_a_day(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.up("phuong-1.link", -600)
    hub.health("phuong-1", "printer", "problem", 0, "paper_low")
    hub.round(301)
    hub.health("phuong-1", "printer", "ok", 400)
    hub.rounds(403, 400 + DAY - 1)
    assert hub.row()["status"] == "restored"
    hub.round(400 + DAY)
    assert hub.row()["status"] == "closed"


def test_a_retired_target_asks_for_nobody_any_more(hub: Hub) -> None:
    hub.server("portal")
    hub.up("portal", -600)
    hub.down("portal", 0)
    hub.round(31)
    with writing(hub.engine) as connection:
        targets.retire(connection, "portal", at(60), "an", why="gone")
    hub.rounds(63, 66)
    assert hub.row()["status"] == "closed"
    assert hub.details(hub.row()["id"], "closed")[0]["reason"] == "retired"
