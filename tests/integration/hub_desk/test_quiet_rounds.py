"""A round with nothing to say keeps nobody waiting; one with something to say says it once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, event, insert, select

from motcua_hub.desk.rounds import PATIENCE_MS, Desk
from motcua_hub.desk.trial import WouldWriteError, trial
from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.timelines import locked
from support.incidents import DAY, HOUR, Hub, at


@contextmanager
def heard(engine: Engine) -> Iterator[list[str]]:
    """Every statement that changes or locks something."""
    told: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        words = statement.strip().upper()
        if not (words == "BEGIN" or words.startswith("SELECT")) or "FOR UPDATE" in words:
            told.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield told
    event.remove(engine, "before_cursor_execute", listen)


@pytest.fixture
def portal(hub: Hub) -> Hub:
    hub.server("portal")
    hub.up("portal", -HOUR)
    return hub


def test_a_round_with_nothing_to_say_writes_and_locks_nothing(portal: Hub) -> None:
    portal.down("portal", 0)
    desk = Desk()
    assert desk.work(portal.engine, at(31)) == 2
    with heard(portal.engine) as told:
        assert desk.work(portal.engine, at(34)) == 0
    assert told == []


def test_a_quiet_round_does_not_wait_for_whoever_writes(portal: Hub) -> None:
    desk = Desk()
    row = {"at": 1, "actor": "an", "action": "x", "subject": "", "detail": ""}
    with writing(portal.engine) as connection:
        connection.execute(insert(schema.audit).values(row))
        assert desk.work(portal.engine, at(31)) == 0


def test_tried_rounds_say_the_same_as_written_ones(portal: Hub) -> None:
    desk = Desk()
    portal.down("portal", 0)
    for moment in (31, 34, 100):
        desk.work(portal.engine, at(moment))
    portal.up("portal", 300)
    for moment in (331, 334):
        desk.work(portal.engine, at(moment))
    row = portal.row()
    assert (row["status"], row["provisional"]) == ("restored", False)
    assert portal.story(row["id"]) == ["opened", "cause_set", "restored", "cause_set"]


def test_a_trial_forgets_what_it_asked_for(portal: Hub) -> None:
    """Otherwise the cause would be found on trial, and not be asked for when it can be written."""
    desk = Desk()
    portal.down("portal", 0)
    desk.work(portal.engine, at(31))
    desk.work(portal.engine, at(31) + PATIENCE_MS)
    portal.up("portal", 300)
    desk.work(portal.engine, at(400) + PATIENCE_MS)
    desk.work(portal.engine, at(400) + 2 * PATIENCE_MS)
    assert not portal.row()["provisional"]


def test_what_changed_since_the_look_is_decided_anew(portal: Hub) -> None:
    """Another desk was quicker: nothing is opened twice."""
    first, second = Desk(), Desk()
    portal.down("portal", 0)
    now = at(31)
    round_ = second.round

    def overtaken(connection: Connection, moment: int, **more: object) -> int:
        if not connection.get_execution_options().get("motcua_read_only"):
            return round_(connection, moment, **more)
        try:
            return round_(connection, moment, **more)
        finally:
            first.work(portal.engine, now)

    second.round = overtaken  # type: ignore[method-assign]
    assert second.work(portal.engine, now) == 0
    assert portal.story(portal.row()["id"]) == ["opened", "cause_set"]


def test_what_people_took_on_is_not_locked_round_after_round(portal: Hub) -> None:
    portal.down("portal", 0)
    desk = Desk()
    desk.work(portal.engine, at(31))
    portal.up("portal", 300)
    desk.work(portal.engine, at(331))
    desk.work(portal.engine, at(3 * DAY))
    assert portal.row()["status"] == "restored"
    with heard(portal.engine) as told:
        assert desk.work(portal.engine, at(3 * DAY + 3)) == 0
    assert told == []


def test_on_trial_nothing_can_be_written_or_locked(portal: Hub) -> None:
    portal.down("portal", 0)
    portal.round(31)
    incident = portal.row()["id"]
    with reading(portal.engine) as view:
        with trial(view):
            assert view.scalar(select(schema.incident.c.id)) == incident
            with pytest.raises(WouldWriteError):
                view.execute(insert(schema.audit).values(at=1, actor="an", action="x"))
        assert view.scalar(select(schema.incident.c.id)) == incident
    if portal.engine.dialect.name == "postgresql":
        with reading(portal.engine) as view, trial(view), pytest.raises(WouldWriteError):
            locked(view, incident)
