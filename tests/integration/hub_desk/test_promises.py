"""Deadlines by the province's policy and by contracts; every incident keeps what it was given."""

import pytest
from sqlalchemy import insert, update

from motcua_hub.desk import acts
from motcua_hub.domain.incident.lifecycle import Act
from motcua_hub.domain.incident.promises import HOUR, MINUTE, PromiseRefusal, Scope, Term
from motcua_hub.domain.incident.state import Entry
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.store import promises, schema, timelines
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.incidents import Kind, raise_incident
from support.incidents import Hub, at

MIN = 60
TODAY, TOMORROW = "2026-11-23", "2026-11-25"
VNPT, FPT = 4, 5


def terms(minutes: int, hours: int) -> tuple[Term, ...]:
    return tuple(
        Term(severity=n, acknowledge=minutes * MINUTE, repair=hours * HOUR, clock=True)
        for n in (1, 2, 3)
    )


@pytest.fixture
def portal(hub: Hub) -> Hub:
    hub.server("portal")
    hub.up("portal", -3600)
    with writing(hub.engine) as connection:
        for unit, name in ((VNPT, "VNPT"), (FPT, "FPT")):
            connection.execute(
                insert(schema.unit).values(id=unit, name=name, begins="2020-01-01", changed_at=1)
            )
    return hub


def decide(
    hub: Hub, minutes: int, hours: int, when: float = 0, day: str = TODAY, **scope: object
) -> int:
    with writing(hub.engine) as connection:
        return promises.promise(
            connection,
            Scope(**scope),
            terms(minutes, hours) if hours else (),
            "Hợp đồng 12",
            day=day,
            after=None,
            now=at(when),
            by="an",
        )


def goes_to(hub: Hub, incident: int, unit: int, when: float) -> None:
    """As whoever tells people writes it down."""
    entry = Entry(
        happening=Happening.ROUTED, at=at(when), actor="routing", detail={"unit": unit, "name": "x"}
    )
    with writing(hub.engine) as connection:
        timelines.append(connection, incident, [entry])


def due(hub: Hub) -> tuple[float, float]:
    row = hub.row()
    return (row["ack_due_at"] - at(0)) / 60_000, (row["repair_due_at"] - at(0)) / 60_000


def test_what_is_open_keeps_its_deadlines_and_what_opens_later_gets_the_new_ones(portal: Hub):
    portal.down("portal", 0)
    portal.round(MIN)
    before = due(portal)
    decide(portal, 5, 1, when=2 * MIN)
    portal.rounds(3 * MIN, 4 * MIN)
    assert due(portal) == before == (1 + 15, 1 + 240)
    portal.server("second")
    portal.up("second", -3600)
    portal.down("second", 60 * MIN)
    portal.round(61 * MIN)
    newest = portal.rows()[-1]
    assert newest["ack_due_at"] == at(66 * MIN)
    assert newest["promise"] == 1
    state = portal.state(newest["id"])
    assert state.promise is not None
    assert (state.promise.since, state.promise.repair) == (at(61 * MIN), HOUR)


def test_a_worse_severity_of_an_old_incident_is_by_the_promise_of_its_own_time(portal: Hub):
    portal.site("na-son")
    portal.health("na-son", "printer", "problem", 0, "jam")
    portal.round(6 * MIN)
    decide(portal, 5, 1, when=7 * MIN)
    portal.health("na-son", "printer", "critical", 8 * MIN, "jam")
    portal.rounds(10 * MIN)
    row = portal.row()
    assert (row["severity"], row["promise"]) in ((1, 0), (2, 0))


def test_a_decision_for_a_later_day_waits_for_it(portal: Hub):
    decide(portal, 5, 1, day=TOMORROW)
    portal.down("portal", 0)
    portal.round(MIN)
    assert due(portal) == (16, 241)


def test_a_unit_with_a_contract_has_its_own_time_from_the_moment_it_has_it(portal: Hub):
    number = decide(portal, 30, 2, when=-60, unit=VNPT)
    portal.down("portal", 0)
    portal.round(MIN)
    assert due(portal) == (16, 241)
    incident = portal.row()["id"]
    goes_to(portal, incident, VNPT, 2 * MIN)
    portal.rounds(2 * MIN + 3, 2 * MIN + 6)
    assert due(portal) == (32, 122)
    assert portal.row()["promise"] == number
    assert portal.story(incident).count("promised") == 1


def test_sent_on_it_has_the_whole_time_of_whoever_has_it_now(portal: Hub):
    decide(portal, 30, 2, when=-60, unit=VNPT)
    portal.down("portal", 0)
    portal.round(MIN)
    incident = portal.row()["id"]
    goes_to(portal, incident, VNPT, 2 * MIN)
    portal.round(3 * MIN)
    with writing(portal.engine) as connection:
        acts.reroute(connection, incident, Act("an", at(10 * MIN)), FPT, "FPT", "không phải VNPT")
    portal.rounds(11 * MIN, 12 * MIN)
    # FPT has no contract: repaired within four hours of its beginning, as everything else
    assert due(portal)[1] == 241
    with writing(portal.engine) as connection:
        acts.reroute(connection, incident, Act("an", at(20 * MIN)), VNPT, "VNPT", "vẫn là VNPT")
    portal.rounds(21 * MIN, 22 * MIN)
    assert due(portal) == (50, 140)


def test_whoever_took_it_on_is_not_asked_to_do_so_again(portal: Hub):
    decide(portal, 30, 2, when=-60, responsible="software")
    portal.down("portal", 0)
    portal.round(MIN)
    incident = portal.row()["id"]
    with writing(portal.engine) as connection:
        acts.acknowledge(connection, incident, Act("an", at(2 * MIN)))
        entry = Entry(
            happening=Happening.CAUSE_CHANGED,
            at=at(3 * MIN),
            detail={"cause": "software", "responsible": "software", "confidence": 900},
        )
        timelines.append(connection, incident, [entry])
    portal.round(4 * MIN)
    assert due(portal) == (16, 121)
    assert portal.state(incident).acknowledged_at == at(2 * MIN)


def test_what_others_raise_is_given_its_deadlines_once(hub: Hub):
    hub.site("na-son")
    with writing(hub.engine) as connection:
        raise_incident(connection, "na-son", Kind.CONFLICT, at(0), subject="journal")
    hub.rounds(3, 6, 9)
    row = hub.row()
    # Monday 08:00: half an hour of work, and a day of it
    assert row["ack_due_at"] == at(3 + 30 * MIN)
    assert row["repair_due_at"] is not None
    assert row["promise"] == 0
    assert hub.story(row["id"]) == ["opened", "promised"]


def test_incidents_of_before_keep_the_deadlines_they_have(portal: Hub):
    portal.down("portal", 0)
    portal.round(MIN)
    with writing(portal.engine) as connection:
        connection.execute(update(schema.incident).values(promise=None))
    decide(portal, 5, 1, when=MIN + 1, responsible="hardware")
    portal.rounds(2 * MIN, 3 * MIN)
    assert due(portal) == (16, 241)


def test_decisions_are_only_ever_added_to(portal: Hub):
    decide(portal, 5, 1)
    for change in (update(schema.promise).values(reason="x"), schema.promise.delete()):
        with pytest.raises(Exception, match="append-only"), writing(portal.engine) as connection:
            connection.execute(change)
    with reading(portal.engine) as connection:
        assert len(promises.load(connection).versions) == 1


@pytest.mark.parametrize(
    ("scope", "hours", "after", "code"),
    [
        ({"unit": 99}, 1, None, "unit"),
        ({"site": "nowhere"}, 1, None, "site"),
        ({"unit": VNPT}, 0, None, "nothing"),
        ({"unit": VNPT}, 1, 7, "changed"),
    ],
)
def test_what_cannot_be_decided_says_why_and_writes_nothing(
    portal: Hub, scope: dict[str, object], hours: int, after: int | None, code: str
):
    said = terms(5, hours) if hours else ()
    with (
        pytest.raises(PromiseRefusal) as refusal,
        writing(portal.engine) as connection,
    ):
        promises.promise(
            connection, Scope(**scope), said, "Hợp đồng 12", day=TODAY, after=after, now=at(0),
            by="an",
        )  # fmt: skip
    assert refusal.value.code == f"promise.refused.{code}"
    with reading(portal.engine) as connection:
        assert promises.load(connection).versions == ()
