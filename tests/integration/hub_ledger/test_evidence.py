"""Evidence in the database: added once, never changed, found when edited by hand."""

import msgspec
import pytest
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.exc import DatabaseError

from motcua_hub.domain.availability.evidence import Claim, Evidence, Sli
from motcua_hub.ledger import evidence
from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing

T0 = 1_795_000_000_000
MINUTE = 60_000


def piece(n: int, **changes: object) -> Evidence:
    made = Evidence(
        id=f"e{n}",
        target="web",
        sli=Sli.REACHABLE,
        begin=T0 + n * MINUTE,
        end=T0 + (n + 1) * MINUTE,
        claim=Claim.UP,
        received_at=T0 + (n + 1) * MINUTE,
    )
    return msgspec.structs.replace(made, **changes)


def test_what_was_added_comes_back_as_it_was(engine: Engine) -> None:
    full = piece(
        1,
        claim=Claim.DOWN,
        source="journal",
        vantage="site-1",
        rank=80,
        boot_id="b" * 36,
        seq=2**40,
        cause="power",
        payload_hash="ab" * 32,
        blip=True,
        edge=30_000,
        superseded_by="e2",
    )
    with writing(engine) as connection:
        assert evidence.add(connection, [full, piece(2)]) == 2
    with reading(engine) as connection:
        assert set(evidence.of_target(connection, "web")) == {full, piece(2)}
        assert evidence.of_target(connection, "other") == ()


def test_the_same_evidence_heard_twice_is_one(engine: Engine) -> None:
    with writing(engine) as connection:
        assert evidence.add(connection, [piece(1), piece(1)]) == 1
    with writing(engine) as connection:
        late = piece(1, received_at=T0 + 99 * MINUTE)
        assert evidence.add(connection, [late, piece(2)]) == 1
    with reading(engine) as connection:
        assert set(evidence.of_target(connection, "web")) == {piece(1), piece(2)}


def test_an_id_with_another_content_is_kept_beside_and_told(engine: Engine) -> None:
    other = piece(1, claim=Claim.DOWN)
    with writing(engine) as connection:
        evidence.add(connection, [piece(1)])
    with writing(engine) as connection:
        assert evidence.add(connection, [other]) == 1
        assert evidence.add(connection, [other]) == 0
    with reading(engine) as connection:
        assert set(evidence.of_target(connection, "web")) == {piece(1), other}
        twins = select(schema.evidence.c.claim).where(schema.evidence.c.twin)
        assert connection.scalars(twins).all() == ["down"]
        audit = select(schema.audit.c.action, schema.audit.c.subject)
        assert [tuple(row) for row in connection.execute(audit)] == [("evidence_twin", "e1")]


@pytest.mark.parametrize(
    "broken",
    [{"target": ""}, {"end": T0}, {"received_at": 0}, {"id": ""}],
)
def test_what_is_no_evidence_is_refused_whole(engine: Engine, broken: dict[str, object]) -> None:
    with writing(engine) as connection, pytest.raises(ValueError, match="no evidence"):
        evidence.add(connection, [piece(1), piece(2, **broken)])
    with reading(engine) as connection:
        assert evidence.of_target(connection, "web") == ()


def test_evidence_touching_a_span_and_received_by_then_is_read(engine: Engine) -> None:
    pieces = [piece(n) for n in range(5)]
    with writing(engine) as connection:
        evidence.add(connection, pieces)
    with reading(engine) as connection:
        span = (T0 + 2 * MINUTE, T0 + 3 * MINUTE)
        assert evidence.of_target(connection, "web", span) == (pieces[2],)
        known = evidence.of_target(connection, "web", as_of=T0 + 2 * MINUTE)
        assert set(known) == {pieces[0], pieces[1]}


def test_what_replaces_a_piece_is_read_with_it_wherever_it_lies(engine: Engine) -> None:
    old, new = piece(1, superseded_by="e9"), piece(9)
    with writing(engine) as connection:
        evidence.add(connection, [old, new])
    with reading(engine) as connection:
        span = (T0 + MINUTE, T0 + 2 * MINUTE)
        assert set(evidence.of_target(connection, "web", span)) == {old, new}
        assert evidence.of_target(connection, "web", span, as_of=old.received_at) == (old,)


def test_nothing_is_dated_before_what_was_sealed(engine: Engine) -> None:
    with writing(engine) as connection:
        evidence.seal(connection, T0 + 10 * MINUTE)
        evidence.seal(connection, T0 + 5 * MINUTE)
        evidence.add(connection, [piece(1), piece(20)])
    with reading(engine) as connection:
        found = {each.id: each.received_at for each in evidence.of_target(connection, "web")}
    assert found == {"e1": T0 + 10 * MINUTE + 1, "e20": T0 + 21 * MINUTE}


EDITS = [
    "UPDATE evidence SET claim = 'up' WHERE n = 2",
    "DELETE FROM evidence WHERE n = 2",
    "DELETE FROM evidence",
]


@pytest.mark.parametrize("edit", EDITS)
def test_the_database_refuses_to_change_or_delete_evidence(engine: Engine, edit: str) -> None:
    with writing(engine) as connection:
        evidence.add(connection, [piece(n) for n in range(3)])
    with pytest.raises(DatabaseError, match="append-only"), writing(engine) as connection:
        connection.execute(text(edit))
    with reading(engine) as connection:
        assert len(evidence.of_target(connection, "web")) == 3


def test_a_row_cannot_be_replaced_by_inserting_it_again(engine: Engine) -> None:
    with writing(engine) as connection:
        evidence.add(connection, [piece(n) for n in range(3)])
    values = "(n, id, target, sli, begin_at, end_at, claim, source, vantage, rank, received_at,"
    sql = f"INSERT INTO evidence {values} hash) SELECT n, id, target, sli, begin_at, end_at, 'up',"
    rest = " source, vantage, rank, received_at, hash FROM evidence WHERE n = 2"
    if engine.dialect.name == "sqlite":
        sql = sql.replace("INSERT INTO", "INSERT OR REPLACE INTO")
    with pytest.raises(DatabaseError), writing(engine) as connection:
        connection.execute(text(sql + rest))


@pytest.mark.parametrize("table", ["evidence_purge", "target_version"])
def test_purges_and_versions_on_record_cannot_be_changed(engine: Engine, table: str) -> None:
    rows = {
        "evidence_purge": {"first": 1, "last": 2, "hash": "00", "before_at": 1, "made_at": 2},
        "target_version": {
            "target": "t",
            "version": 1,
            "rules": 1,
            "valid_from": 0,
            "recorded_at": 1,
            "name": "t",
            "kind": "server",
            "policy": "{}",
            "life_begin": 0,
        },
    }
    changed = {"made_at": 3} if table == "evidence_purge" else {"life_end": 3}
    which = schema.metadata.tables[table]
    with writing(engine) as connection:
        connection.execute(which.insert().values(**rows[table]))
    for statement in (update(which).values(**changed), delete(which)):
        with pytest.raises(DatabaseError, match="append-only"), writing(engine) as connection:
            connection.execute(statement)
