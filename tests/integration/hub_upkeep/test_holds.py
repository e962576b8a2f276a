"""Orders to keep things: of every kind, on both databases, lifted by two, honoured by purges."""

from datetime import datetime

import pytest
from sqlalchemy import insert

from motcua_hub.domain.availability.evidence import Claim, Evidence
from motcua_hub.domain.localtime import ZONE
from motcua_hub.ledger import evidence, targets
from motcua_hub.ledger import retention as of_evidence
from motcua_hub.store import commands, papers, schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.upkeep import holding, retention
from motcua_hub.upkeep.holding import HoldRefusal, Series
from motcua_hub.upkeep.plans import Step, step
from support.hub_seed import HOUR, NOW, proof_of, seed_site
from support.outages import another, outage, rows

WHY = "Thanh tra tỉnh, Quyết định 12/QĐ-TTr"
LATER = int(datetime(2040, 1, 1, tzinfo=ZONE).timestamp()) * 1000


def piece(target):
    return Evidence(
        id=f"e-{target}",
        target=target,
        begin=NOW - HOUR,
        end=NOW,
        claim=Claim.UP,
        received_at=NOW,
    )


@pytest.fixture
def kept(engine):
    """One of each kind of things that are kept."""
    with writing(engine) as connection:
        seed_site(connection, "ben-thanh", "Bến Thành")
        for name in ("cong", "khac"):
            known = targets.Target(id=name, name=name, kind=targets.Kind.SERVER)
            targets.add(connection, known, NOW - HOUR)
            evidence.add(connection, [piece(name)])
        outage(connection, target="cong")
        outage(connection, subject="b", target=None)
        for number, incident in ((1, None), (2, 1)):
            record = {"asset": 1, "site": "ben-thanh", "kind": "kiosk", "duty": "calibration"}
            record |= {"state": "signed", "done_on": "2026-11-23", "result": "pass"}
            record |= {"findings": "[]", "technician": "A", "recorded_at": NOW, "signed_at": NOW}
            record |= {"recorded_by": "an", "year": 2026, "number": number, "incident": incident}
            connection.execute(insert(schema.servicing).values(record))
        for incident in (1, 2):
            notice = {"incident": incident, "kind": "interruption", "episode": 1, "state": "sent"}
            notice |= {"system": "", "title": f"T{incident}", "body": "", "written_by": "an"}
            notice |= {"due_at": NOW, "drafted_at": NOW, "sent_at": NOW}
            connection.execute(insert(schema.notice).values(notice))
        step(connection, 2027, Step.SUBMIT, actor="an", now=NOW)
    return engine


def order(engine, series, thing, why=WHY):
    with writing(engine) as connection:
        return holding.order(connection, series, thing, why, who="an", now=NOW)


def lift(engine, number):
    with writing(engine) as connection:
        holding.ask_lift(connection, number, "Thanh tra đã kết luận", who="an", now=NOW)
    with writing(engine) as connection:
        holding.lift(connection, number, who="binh", now=NOW)


def purge(engine):
    retention.purge(engine, LATER)
    with writing(engine) as connection:
        of_evidence.purge(connection, LATER)
    return {
        "notice": [row["id"] for row in rows(engine, "notice")],
        "servicing": [row["id"] for row in rows(engine, "servicing")],
        "plan": [row["year"] for row in rows(engine, "yearly_plan")],
        "evidence": [row["target"] for row in rows(engine, "evidence")],
    }


@pytest.mark.parametrize(
    ("series", "thing", "kept_then"),
    [
        (Series.NOTICE, "2", {"notice": [2]}),
        (Series.SERVICING, "1", {"servicing": [1]}),
        (Series.PLAN, "2027", {"plan": [2027]}),
        (Series.EVIDENCE, "khac", {"evidence": ["khac"]}),
        (Series.EVIDENCE, "", {"evidence": ["cong", "khac"]}),
        (Series.INCIDENT, "1", {"notice": [1], "servicing": [2], "evidence": ["cong"]}),
        (Series.INCIDENT, "2", {"notice": [2]}),
    ],
)
def test_what_is_held_outlives_its_time_and_goes_when_two_people_agree(
    kept, series, thing, kept_then
):
    number = order(kept, series, thing)
    nothing = {"notice": [], "servicing": [], "plan": [], "evidence": []}
    assert purge(kept) == nothing | kept_then
    lift(kept, number)
    assert purge(kept) == nothing


def test_pictures_are_not_pushed_out_by_newer_ones(kept):
    with writing(kept) as connection:
        first = commands.give(connection, "ben-thanh", "snapshot", {}, actor="an", now=NOW)
        commands.end(
            connection, "ben-thanh", first, NOW, ok=True, detail="", media="image/jpeg", data="AA=="
        )
    number = order(kept, Series.PICTURE, first)
    answered = []

    def more(begin):
        with writing(kept) as connection:
            for n in range(begin, begin + commands.KEEP_DATA):
                at = NOW + n
                made = commands.give(connection, "ben-thanh", "snapshot", {}, actor="a", now=at)
                commands.end(
                    connection, "ben-thanh", made, at, ok=True, detail="", media="x", data="A"
                )
                answered.append(made)

    def there(correlation):
        with reading(kept) as connection:
            return commands.data_of(connection, "ben-thanh", correlation) is not None

    more(1)
    assert there(first)
    assert all(there(each) for each in answered)
    lift(kept, number)
    more(100)
    assert not there(first)


def test_who_asks_does_not_lift_and_a_lifted_order_is_over(kept):
    number = order(kept, Series.NOTICE, "1")
    with writing(kept) as connection:
        with pytest.raises(HoldRefusal) as refusal:
            holding.lift(connection, number, who="binh", now=NOW)
        assert refusal.value.code == "hold.refused.unasked"
        holding.ask_lift(connection, number, "Đã xong việc thanh tra", who="an", now=NOW)
        for code, act in {
            "hold.refused.alone": lambda: holding.lift(connection, number, who="an", now=NOW),
            "hold.refused.asked": lambda: holding.ask_lift(
                connection, number, "Đã xong việc thanh tra", who="binh", now=NOW
            ),
        }.items():
            with pytest.raises(HoldRefusal) as refusal:
                act()
            assert refusal.value.code == code
        holding.keep(connection, number)
        assert papers.holds(connection, papers.NOTICE, 1)[0].lift_asked_by is None
    lift(kept, number)
    with writing(kept) as connection, pytest.raises(HoldRefusal) as refusal:
        holding.ask_lift(connection, number, "Đã xong việc thanh tra", who="an", now=NOW)
    assert refusal.value.code == "hold.refused.lifted"


@pytest.mark.parametrize("series", Series)
def test_only_what_is_there_is_held_and_only_with_a_reason(kept, series):
    for thing in ("999", "x", "0", "1 OR 1=1", "9" * 40):
        with pytest.raises(HoldRefusal) as refusal:
            order(kept, series, thing)
        assert refusal.value.code == "hold.refused.gone"
    with pytest.raises(HoldRefusal) as refusal:
        order(kept, series, "1", why="vì thế")
    assert refusal.value.code == "hold.refused.why"


def test_two_orders_on_one_thing_are_lifted_one_by_one(kept):
    one, other = order(kept, Series.NOTICE, "1"), order(kept, Series.NOTICE, "1")
    lift(kept, one)
    assert purge(kept)["notice"] == [1]
    lift(kept, other)
    assert purge(kept)["notice"] == []


def test_the_page_orders_and_two_people_lift(hub):
    client = hub.signed_in()
    with writing(hub.engine) as connection:
        seed_site(connection, "ben-thanh", "Bến Thành")
        outage(connection)
    page = client.get("/holds?series=incident&thing=1").text
    assert 'value="1"' in page
    said = {"proof": proof_of(page), "series": "incident", "thing": "#1", "why": WHY}
    assert client.post("/holds", data={**said, "why": "vì"}).status_code == 422
    assert client.post("/holds", data={**said, "thing": "7"}).status_code == 422
    assert client.post("/holds", data=said).status_code == 303
    assert WHY in client.get("/holds").text
    assert WHY in client.get("/incidents/1").text
    ask = {"proof": said["proof"], "why": "Đã có kết luận thanh tra"}
    assert client.post("/holds/1/ask", data=ask).status_code == 303
    assert client.post("/holds/1/lift", data=ask).status_code == 409
    assert "người khác phải đồng ý" in client.get("/holds").text
    other = another(hub, "binh")
    proof = proof_of(other.get("/holds").text)
    assert other.post("/holds/1/lift", data={"proof": proof}).status_code == 303
    reader = another(hub, "xem", role="staff")
    page = reader.get("/holds").text
    assert "Đã bỏ lệnh" in page
    actions = [row["action"] for row in hub.rows("audit")]
    assert actions[-3:] == ["hold_set", "hold_lift_asked", "hold_lifted"]
    assert reader.post("/holds", data={**said, "proof": proof_of(page)}).status_code == 403
