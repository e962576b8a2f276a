"""P9, the desk: a round over 2,000 targets that are up, beside a bare read of what it looks at.

The bare read fetches the targets' rows and their open claims with the driver and does nothing else.
How long writers wait for a round that opens an incident is told beside it.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import Connection, Engine, event

from motcua_hub.desk.rounds import Desk
from motcua_hub.domain.availability.evidence import Claim, Rank, Sli
from motcua_hub.ledger import claims, targets
from motcua_hub.ledger.claims import OpenClaim
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store.engine import open_engine, writing
from motcua_hub.store.migrate import upgrade
from support.incidents import DAY, HOUR, LONG, at
from support.ratios import record, record_alone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
TARGETS, ROUNDS = 2_000, 7


def _word(number: int, word: str, since: float) -> OpenClaim:
    return OpenClaim(
        target=f"t{number}",
        sli=Sli.REACHABLE,
        vantage="hub",
        source="probe",
        rank=Rank.PROBE,
        claim=Claim(word),
        begin=at(since),
        until=at(since),
        horizon=LONG * 1000,
        confirmed_at=at(since + 30) if word == "down" else None,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hub.sqlite3"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    """A hundred links, and nineteen things behind each."""
    made = open_engine(f"sqlite:///{path}")
    upgrade(made)
    with writing(made) as connection:
        for n in range(TARGETS):
            link = n // 20 * 20
            kind = Kind.SITE_LINK if n == link else Kind.SERVICE
            parent = None if n == link else f"t{link}"
            targets.add(connection, Target(id=f"t{n}", name=f"t{n}", kind=kind, parent=parent), 0)
        claims.turn(connection, [_word(n, "up", -HOUR) for n in range(TARGETS)], at(-DAY))
    yield made
    made.dispose()


@contextmanager
def held(engine: Engine) -> Iterator[list[float]]:
    """For how long the writers' lock was held each time, in ms."""
    begun: list[float] = []
    told: list[float] = []

    def begin(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            begun.append(time.perf_counter())

    def commit(_connection: Connection) -> None:
        if len(begun) > len(told):
            told.append((time.perf_counter() - begun[-1]) * 1000)

    event.listen(engine, "after_cursor_execute", begin)
    event.listen(engine, "commit", commit)
    yield told
    event.remove(engine, "after_cursor_execute", begin)
    event.remove(engine, "commit", commit)


def cost(work: Callable[[], object]) -> float:
    """Median processor ms."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.thread_time()
        work()
        taken.append((time.thread_time() - begun) * 1000)
    return median(taken)


def test_a_round_of_the_desk_over_two_thousand_targets(engine: Engine, path: Path) -> None:
    desk, bare = Desk(), sqlite3.connect(path)

    def fetch() -> list[object]:
        return (
            bare.execute("SELECT * FROM target").fetchall()
            + bare.execute("SELECT * FROM open_claim").fetchall()
        )

    assert len(fetch()) == 2 * TARGETS
    with held(engine) as quiet:
        ours = cost(lambda: desk.work(engine, at(0)))
    what = f"a round of the desk over {TARGETS} targets that are up"
    record("P9", what, ours=ours, bare=cost(fetch), unit="ms", reach="told")
    bare.close()
    assert quiet == []
    with writing(engine) as connection:
        claims.turn(connection, [_word(5, "down", 100)], at(131))
    with held(engine) as busy:
        assert desk.work(engine, at(131)) == 2
    what = f"one of {TARGETS} goes down: the writers' lock is held"
    record_alone("P9", what, ours=busy[0], unit="ms", reach="< 100 ms")
