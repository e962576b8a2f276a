"""Officers' reports: which incident they join, what they open, and what taking back undoes."""

from sqlalchemy import select

from motcua_contract.facts.office import FaultReported, FaultWithdrawn
from motcua_hub.desk import acts
from motcua_hub.domain.availability.incidents import Marked
from motcua_hub.domain.incident.lifecycle import Act
from motcua_hub.store import incidents, late, schema
from motcua_hub.store.engine import reading, writing
from support.incidents import HOUR, Hub, at


def report(component: str = "printer", counter: int = 3, note: str = "") -> FaultReported:
    return FaultReported(component=component, counter=counter, actor="an", note=note)


def test_a_report_opens_an_incident_with_office_and_device_filled_in(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.fact("phuong-1", report(note="kẹt giấy"), 10)
    hub.rounds(13, 16)
    row = hub.row()
    assert (row["kind"], row["site"], row["subject"]) == ("reported", "phuong-1", "printer")
    assert (row["detail"], row["onset_at"], row["reports"]) == ("kẹt giấy", at(10), 1)
    assert row["ack_due_at"] is not None


def test_a_report_joins_what_is_known_to_be_broken(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.up("phuong-1.link", -600)
    hub.health("phuong-1", "printer-1", "critical", 0, "paper_out")
    hub.round(61)
    hub.fact("phuong-1", report("printer"), 70)
    hub.fact("phuong-1", report("kiosk"), 71)
    hub.rounds(73, 76)
    fault, other = hub.rows()
    assert (fault["subject"], fault["reports"]) == ("printer-1", 1)
    assert (other["kind"], other["subject"]) == ("reported", "kiosk")


def test_a_report_of_the_line_joins_the_lines_incident(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.up("phuong-1.link", -600)
    hub.down("phuong-1.link", 0)
    hub.round(31)
    hub.fact("phuong-1", report("link"), 40)
    hub.round(43)
    assert hub.row()["reports"] == 1


def test_two_counters_with_the_same_trouble_are_one_incident(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.fact("phuong-1", report(counter=1), 10)
    hub.fact("phuong-1", report(counter=2), 12)
    hub.round(15)
    assert hub.row()["reports"] == 2


def test_a_report_taken_back_closes_what_it_opened(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.fact("phuong-1", report(), 10)
    hub.round(13)
    hub.fact("phuong-1", FaultWithdrawn(component="printer", counter=3, actor="an"), 40)
    hub.rounds(43, 46)
    row = hub.row()
    assert row["status"] == "closed"
    assert hub.details(row["id"], "closed") == [{"reason": "withdrawn"}]
    with reading(hub.engine) as connection:
        taken = connection.scalar(select(schema.incident_report.c.withdrawn_at))
    assert taken == at(40)


def test_taking_back_closes_nothing_that_others_reported_or_took_on(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.fact("phuong-1", report(counter=1), 10)
    hub.fact("phuong-1", report(counter=2), 12)
    hub.fact("phuong-1", report("kiosk", counter=1), 13)
    hub.round(15)
    with writing(hub.engine) as connection:
        acts.acknowledge(connection, hub.row(subject="kiosk")["id"], Act("binh", at(20)))
    for component in ("printer", "kiosk"):
        gone = FaultWithdrawn(component=component, counter=1, actor="an")
        hub.fact("phuong-1", gone, 30)
    hub.round(33)
    assert {row["status"] for row in hub.rows()} == {"open", "acknowledged"}


def test_an_outage_is_marked_for_the_ledger_when_it_was_seen_and_taken_on(hub: Hub) -> None:
    hub.server("portal")
    hub.up("portal", -600)
    hub.down("portal", 0)
    hub.round(31)
    incident = hub.row()["id"]
    with writing(hub.engine) as connection:
        acts.acknowledge(connection, incident, Act("an", at(90)))
    hub.up("portal", 300)
    hub.round(331)
    hub.down("portal", 900)
    hub.round(931)
    with reading(hub.engine) as connection:
        told = incidents.marks_of(connection, ["portal", "other"], (at(0), at(HOUR)))
        late = incidents.marks_of(connection, ["portal"], (at(301), at(HOUR)))
        then = incidents.marks_of(connection, ["portal"], (at(0), at(HOUR)), at(89))
    first, second = told.pop("portal")
    assert told == {}
    assert (first.begin, first.confirmed_at, first.acknowledged_at) == (at(0), at(30), at(90))
    assert (second.begin, second.confirmed_at, second.acknowledged_at) == (at(900), at(930), None)
    assert late == {"portal": (second,)}
    assert then == {"portal": (Marked(at(0), None, at(30), None),)}


def test_a_report_whose_text_came_late_is_taken_in_once(hub: Hub) -> None:
    hub.site("phuong-1")
    hub.fact("phuong-1", report(), 10)
    table = schema.event
    with writing(hub.engine) as connection:
        key, body = connection.execute(select(table.c.id, table.c.body)).one()
        connection.execute(table.update().values(body=None))
    hub.round(13)
    assert hub.rows() == []
    with writing(hub.engine) as connection:
        connection.execute(table.update().values(body=body))
        late.note(connection, [key], at(20))
    hub.rounds(23, 26)
    assert hub.row()["reports"] == 1
