"""Evidence for five years: the chain that shows an edit, purges, holds, backup and restore."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DatabaseError

from motcua_hub.care.backup import make_backup
from motcua_hub.care.restore import restore
from motcua_hub.care.verify import verify
from motcua_hub.ledger import chain, evidence, retention
from motcua_hub.store import schema
from motcua_hub.store.engine import open_engine, reading, writing
from support.ledger import DAY, HOUR, T0, added, piece, tell

NAMES = ("evidence_no_update", "evidence_no_delete")


def by_hand(engine: Engine, *statements: str) -> None:
    """Somebody with the database's password, who knows of the triggers."""
    with writing(engine) as connection:
        for name in NAMES:
            on = " ON evidence" if engine.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))
        for statement in statements:
            connection.execute(text(statement))


def problems(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(verify(connection))


def five(connection: Connection) -> None:
    tell(connection, *(piece(n * HOUR, (n + 1) * HOUR) for n in range(5)))


def test_untouched_evidence_has_no_problem(engine: Engine) -> None:
    with writing(engine) as connection:
        five(connection)
    with writing(engine) as connection:
        tell(connection, piece(0, HOUR, "down", rank=80, blip=True, cause="điện lưới"))
    assert problems(engine) == []


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("UPDATE evidence SET claim = 'down' WHERE n = 3", "row 3 .* is not what was added"),
        ("UPDATE evidence SET received_at = 1 WHERE n = 1", "row 1 .* is not what was added"),
        ("DELETE FROM evidence WHERE n = 2", "rows 2 to 2 are missing"),
        ("DELETE FROM evidence WHERE n = 5", "rows 5 to 5 are missing"),
        ("DELETE FROM evidence WHERE n IN (1, 2)", "rows 1 to 2 are missing"),
        ("UPDATE evidence_head SET n = 4", "its head is on record as 4"),
    ],
)
def test_an_edit_by_hand_is_found(engine: Engine, edit: str, said: str) -> None:
    with writing(engine) as connection:
        five(connection)
    by_hand(engine, edit)
    assert re.search(said, "; ".join(problems(engine)))


def at(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1000


def test_evidence_is_kept_for_five_years_and_goes_a_day_later(engine: Engine) -> None:
    with writing(engine) as connection:
        five(connection)
    # the pieces end on 2026-11-20
    for day in (at(2031, 11, 19), at(2031, 11, 20)):
        with writing(engine) as connection:
            assert retention.purge(connection, day) == 0
    with writing(engine) as connection:
        assert retention.purge(connection, at(2031, 11, 21)) == 5
    assert problems(engine) == []
    with reading(engine) as connection:
        assert evidence.of_target(connection, "web") == ()
        actions = list(connection.scalars(select(schema.audit.c.action)))
    assert actions == ["evidence_purged"]


def test_what_remains_after_a_purge_still_proves_itself(engine: Engine) -> None:
    with writing(engine) as connection:
        for n in range(6):
            old = n % 2 * DAY * 400
            tell(connection, piece(n * HOUR + old, (n + 1) * HOUR + old, received_at=n))
    with writing(engine) as connection:
        assert retention.purge(connection, at(2031, 11, 25)) == 3
    with writing(engine) as connection:
        tell(connection, piece(9 * HOUR + 400 * DAY, 10 * HOUR + 400 * DAY))
    assert problems(engine) == []
    by_hand(engine, "UPDATE evidence SET claim = 'down' WHERE n = 4")
    assert len(problems(engine)) == 1


def test_held_evidence_stays_until_it_is_released(engine: Engine) -> None:
    late = at(2032, 1, 1)
    with writing(engine) as connection:
        five(connection)
        tell(connection, piece(0, HOUR, target="mail"))
        one = retention.hold(connection, late, "an", "thanh tra 12/TTr", "web")
        assert retention.purge(connection, late) == 1
        every = retention.hold(connection, late, "an", "thanh tra 13/TTr")
        assert len(retention.holds(connection)) == 2
        assert retention.release(connection, one, late, "an")
        assert retention.purge(connection, late) == 0
        assert retention.release(connection, every, late, "an")
        assert not retention.release(connection, every, late, "an")
        assert retention.purge(connection, late) == 5
    assert problems(engine) == []


def test_the_database_itself_keeps_what_is_held_or_too_young(engine: Engine) -> None:
    record = "INSERT INTO evidence_purge (first, last, hash, before_at, made_at) VALUES"
    stamp = "X'00'" if engine.dialect.name == "sqlite" else "'\\x00'"
    with writing(engine) as connection:
        five(connection)
    young = f"{record} (1, 5, {stamp}, {T0 + DAY}, {T0 + 2 * DAY})"
    for statement in (young, f"{record} (2, 5, {stamp}, {T0 + DAY}, {T0 + 2000 * DAY})"):
        with writing(engine) as connection:
            connection.execute(text(statement))
        with pytest.raises(DatabaseError, match="append-only"), writing(engine) as connection:
            connection.execute(text("DELETE FROM evidence WHERE n = 1"))
    with writing(engine) as connection:
        retention.hold(connection, T0, "an", "vụ việc", "web")
    with pytest.raises(DatabaseError, match="append-only"), writing(engine) as connection:
        connection.execute(text("DELETE FROM evidence WHERE n = 3"))


def test_a_hold_needs_a_reason(engine: Engine) -> None:
    with writing(engine) as connection, pytest.raises(ValueError, match="reason"):
        retention.hold(connection, T0, "an", "  ")


def test_evidence_survives_backup_and_restore(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as connection:
        added(connection)
        five(connection)
    taken = make_backup(engine, tmp_path / "backups", T0 + DAY)
    url = f"sqlite:///{tmp_path / 'again.sqlite3'}"
    restore(url, tmp_path / "backups" / taken.file, T0 + 2 * DAY)
    again = open_engine(url)
    assert problems(again) == []
    with writing(again) as connection:
        tell(connection, piece(8 * HOUR, 9 * HOUR))
        assert list(chain.broken(connection)) == []
        assert len(evidence.of_target(connection, "web")) == 6
    with pytest.raises(DatabaseError, match="append-only"), writing(again) as connection:
        connection.execute(text("DELETE FROM evidence"))
    again.dispose()
