"""Papers are kept for five whole years, longer under an order, on both databases."""

from datetime import datetime

import pytest
from sqlalchemy import insert

from motcua_hub.domain.localtime import ZONE
from motcua_hub.store import papers, schema
from motcua_hub.store.engine import writing
from motcua_hub.store.recipients import add, finish
from motcua_hub.upkeep import acts, filing, retention
from motcua_hub.upkeep.plans import Step, step
from motcua_hub.upkeep.watch import Watch
from support.hub_seed import NOW, seed_site
from support.outages import DESK, name_recipients, outage, rows

KEPT = ("notice", "notice_revision", "notice_delivery", "servicing", "document", "yearly_plan")


def at(*moment):
    return int(datetime(*moment, tzinfo=ZONE).timestamp()) * 1000


DAY_BEFORE, DAY_AFTER = at(2031, 11, 22, 8), at(2031, 11, 24, 8)
"""Five years after NOW (23/11/2026 08:00), less and more a day."""


@pytest.fixture
def archive(engine):
    """A sent notice, signed minutes with their sheets, an approved plan, an open draft."""
    with writing(engine) as connection:
        seed_site(connection, "ben-thanh", "Bến Thành")
        name_recipients(connection)
        outage(connection)
        record = {"asset": 1, "site": "ben-thanh", "kind": "kiosk", "duty": "calibration"}
        record |= {"state": "signed", "done_on": "2026-11-23", "result": "pass", "findings": "[]"}
        record |= {"technician": "A", "recorded_at": NOW, "recorded_by": "an", "signed_at": NOW}
        connection.execute(insert(schema.servicing).values(**record, year=2026, number=1))
        papers.keep(connection, papers.SERVICING, 1, b"minutes", NOW)
        step(connection, 2027, Step.SUBMIT, actor="an", now=NOW)
        step(connection, 2027, Step.APPROVE, actor="binh", now=NOW, note="1/QD")
    (notice,) = Watch(engine, DESK).round(NOW)
    with writing(engine) as connection:
        acts.approve(connection, notice, 1, actor="an", now=NOW)
        acts.send(connection, DESK, notice, base_url="https://h", actor="an", now=NOW)
        outage(connection, subject="b")
    assert filing.file_papers(engine, DESK, NOW) == 1
    Watch(engine, DESK).round(NOW)
    return engine


def counts(engine):
    return {table: len(rows(engine, table)) for table in KEPT}


def test_a_day_before_five_years_everything_is_there_and_a_day_after_it_is_gone(archive):
    before = counts(archive)
    assert before["notice_delivery"] == 5
    assert retention.purge(archive, DAY_BEFORE) == 0
    assert counts(archive) == before
    assert retention.purge(archive, DAY_AFTER) == 3
    assert counts(archive) == {
        "notice": 1, "notice_revision": 1, "notice_delivery": 0, "servicing": 0, "document": 0,
        "yearly_plan": 0,
    }  # fmt: skip
    assert [row["state"] for row in rows(archive, "notice")] == ["draft"]
    assert retention.purge(archive, DAY_AFTER) == 0


def test_what_an_order_holds_stays_until_the_order_is_lifted(archive):
    with writing(archive) as connection:
        for series, subject in ((papers.NOTICE, 1), (papers.SERVICING, 1), (papers.PLAN, 2027)):
            papers.hold(connection, series, subject, "Thanh tra 12/QD", actor="an", now=NOW)
    before = counts(archive)
    assert retention.purge(archive, at(2040, 1, 1)) == 0
    assert counts(archive) == before
    with writing(archive) as connection:
        (order,) = papers.holds(connection, papers.SERVICING, 1)
        papers.lift(connection, order.id, actor="an", now=NOW)
    assert retention.purge(archive, at(2040, 1, 1)) == 1
    assert counts(archive)["servicing"] == 0
    assert counts(archive)["notice"] == before["notice"]


def test_numbers_are_not_given_again_after_a_purge(archive):
    retention.purge(archive, DAY_AFTER)
    with writing(archive) as connection:
        assert papers.next_number(connection, papers.NOTICE, 2026) == 2


def test_people_leave_the_list_five_years_after_their_last_day(engine):
    with writing(engine) as connection:
        day = datetime.fromtimestamp(NOW / 1000, tz=ZONE).date()
        said = {"grp": "party", "channel": "email", "address": "a@b.vn", "valid_from": day}
        add(connection, name="Đã thôi", actor="an", now=NOW, **said)
        add(connection, name="Còn", actor="an", now=NOW, **said)
        finish(connection, 1, day, "an")
    retention.purge(engine, DAY_BEFORE)
    assert len(rows(engine, "notice_recipient")) == 2
    retention.purge(engine, DAY_AFTER)
    assert [row["name"] for row in rows(engine, "notice_recipient")] == ["Còn"]
