"""Descriptions of targets in all their versions: the step to them, and what proves them whole."""

import msgspec
import pytest
from alembic import command
from sqlalchemy import Engine, text, update

from motcua_hub.care.verify import verify
from motcua_hub.ledger import described, targets
from motcua_hub.ledger.described import Target
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.rules import Rules, written
from motcua_hub.ledger.targets import Kind
from motcua_hub.reporting.reading import chosen
from motcua_hub.store import schema
from motcua_hub.store.archive import Filters
from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.store.migrate import _config, upgrade
from support.ledger import DAY, HOUR, T0, added

BEFORE = "0015"
INSERT = (
    "INSERT INTO target (id, name, kind, site, parent, unit, carrier, policy, life_begin, life_end,"
    " added_at, changed_at, retired_at) VALUES (:id, :name, 'server', NULL, :parent, :unit, '',"
    " :policy, :life_begin, :life_end, :added_at, :changed_at, :retired_at)"
)
RULE = (
    "INSERT INTO target_rule (target, version, parent, policy, made_at, made_by)"
    " VALUES (:target, :version, :parent, :policy, :made_at, 'an')"
)
AUDIT = (
    "INSERT INTO audit (at, actor, action, subject, detail)"
    " VALUES (:at, :actor, :action, :subject, :detail)"
)
HARD, SOFT = written(Rules(slo="999/1000")), written(Rules(slo="99/100"))


@pytest.fixture
def old(database_url: str) -> Engine:
    """A database of the version before, with three targets."""
    engine = open_engine(database_url)
    with writing(engine) as connection:
        command.upgrade(_config(connection), BEFORE)
        base = {"parent": None, "unit": "", "life_begin": T0, "life_end": None}
        times = {"added_at": T0, "changed_at": T0, "retired_at": None}
        rows = [
            {"id": "line", "name": "line", "policy": HARD},
            {"id": "moved", "name": "moved", "policy": SOFT, "parent": "line"},
            {"id": "gone", "name": "gone", "policy": HARD, "life_end": T0 + DAY,
             "retired_at": T0 + DAY},
            {"id": "told", "name": "new name", "policy": SOFT, "unit": "2"},
        ]  # fmt: skip
        for row in rows:
            connection.execute(text(INSERT), {**base, **times, **row})
        for name, policies in (
            ("line", [HARD]), ("moved", [HARD, SOFT]), ("gone", [HARD]), ("told", [HARD, SOFT]),
        ):  # fmt: skip
            for number, policy in enumerate(policies, 1):
                parent = "line" if name == "moved" and number == 2 else None
                made = {"parent": parent, "policy": policy, "made_at": T0 + (number - 1) * HOUR}
                connection.execute(text(RULE), {"target": name, "version": number, **made})
        _trail(connection)
    yield engine
    engine.dispose()


def _trail(connection: object) -> None:
    """How `told` became what it is; of the others the trail tells nothing."""
    first = Target(
        id="told", name="old name", kind=Kind.SERVER, life_begin=T0, added_at=T0, changed_at=T0
    )
    named = msgspec.structs.replace(first, name="new name", unit="2", changed_at=T0 + HOUR // 2)
    last = msgspec.structs.replace(named, rules=Rules(slo="99/100"), version=2)
    said = [msgspec.json.encode(each).decode() for each in (first, named, last)]
    for at, action, detail in (
        (T0, "target_added", said[0]),
        (T0 + HOUR // 2, "target_changed", f"{said[0]} -> {said[1]}"),
        (T0 + HOUR, "target_changed", f"{said[1]} -> {said[2]}"),
    ):
        row = {"at": at, "actor": "binh", "action": action, "subject": "told", "detail": detail}
        connection.execute(text(AUDIT), row)  # type: ignore[attr-defined]


def test_targets_of_an_older_version_keep_what_is_known_of_their_past(old: Engine) -> None:
    upgrade(old)
    with reading(old) as connection:
        told = {
            name: [
                (v.recorded_at - T0, v.valid_from, v.target.name, v.target.unit, v.target.parent,
                 v.target.rules.slo, v.target.version, v.target.life_end, v.recorded_by)
                for v in reversed(described.versions_of(connection, name))
            ]
            for name in ("line", "moved", "gone", "told")
        }  # fmt: skip
        assert list(verify(connection)) == []
        then, now = View(connection, T0 + HOUR - 1), View(connection)
    assert told == {
        "line": [(0, 0, "line", "", None, "999/1000", 1, None, "an")],
        "moved": [
            (0, 0, "moved", "", None, "999/1000", 1, None, "an"),
            (HOUR, 0, "moved", "", "line", "99/100", 2, None, "an"),
        ],
        "gone": [
            (0, 0, "gone", "", None, "999/1000", 1, None, "an"),
            (DAY, 0, "gone", "", None, "999/1000", 1, T0 + DAY, ""),
        ],
        "told": [
            (0, 0, "old name", "", None, "999/1000", 1, None, "binh"),
            (HOUR // 2, 0, "new name", "2", None, "999/1000", 1, None, "binh"),
            (HOUR, 0, "new name", "2", None, "99/100", 2, None, "binh"),
        ],
    }
    # it counted for the whole past, and does so still
    assert (then.places.line("moved"), now.places.line("moved", T0)) == ((), ("line",))


def test_versions_of_an_older_version_cannot_be_changed_either(old: Engine) -> None:
    upgrade(old)
    with pytest.raises(Exception, match="append-only"), writing(old) as connection:
        connection.execute(update(schema.target_version).values(name="other"))


def test_a_target_edited_by_hand_is_found(engine: Engine) -> None:
    with writing(engine) as connection:
        added(connection)
        added(connection, "other")
        connection.execute(
            schema.target.update().where(schema.target.c.id == "web").values(unit="9")
        )
    with reading(engine) as connection:
        assert list(verify(connection)) == ["target web is not what its version 1 says"]
    with writing(engine) as connection:
        connection.execute(schema.target.delete())
    with reading(engine) as connection:
        assert list(verify(connection)) == [
            "target other has versions and is not there",
            "target web has versions and is not there",
        ]


def test_a_report_asks_for_targets_by_what_they_were_in_its_period(engine: Engine) -> None:
    with writing(engine) as connection:
        web = added(connection, now=T0 - DAY)
        handed = msgspec.structs.replace(web, unit="2")
        targets.change(connection, handed, T0 + 36 * HOUR, "an")
        targets.retire(connection, "web", T0 + 4 * DAY, "an", why="thay máy")
    first, second = (T0, T0 + DAY), (T0 + DAY, T0 + 2 * DAY)
    with reading(engine) as connection:
        units = [
            [each.unit for each in chosen(connection, period, Filters(), as_of)]
            for period, as_of in ((first, None), (second, None), (second, T0 + DAY))
        ]
        mine = [chosen(connection, each, Filters(unit="2")) for each in (first, second)]
        gone = chosen(connection, (T0 + 5 * DAY, T0 + 6 * DAY), Filters())
        not_gone = chosen(connection, (T0 + 5 * DAY, T0 + 6 * DAY), Filters(), T0 + 3 * DAY)
        last = described.versions_of(connection, "web")[0]
    assert units == [[""], ["2"], [""]]
    assert [len(each) for each in mine] == [0, 1]
    assert (gone, len(not_gone)) == ([], 1)
    assert (last.why, last.target.life_end) == ("thay máy", T0 + 4 * DAY)
