"""P9 in the database: reports of a month and a page of five years, beside a bare scan of intervals.

The scan adds up the lengths of the same intervals by state and does nothing else: no database, no
rules, no bounds, no incidents. Processor time of one run, rows read from SQLite.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, text

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.availability.policy import DAY
from motcua_hub.domain.availability.reports import report
from motcua_hub.ledger import evidence, targets, timelines
from motcua_hub.ledger.subjects import subjects
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.store.migrate import upgrade
from motcua_hub.web.queries.targets import Asked, one
from support.availability import BEGIN, lived, scan
from support.ratios import record, record_alone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(590)]
MONTH, YEARS = 30 * DAY, 5 * 365
TARGETS, ROUNDS = 2_000, 5
END = BEGIN + YEARS * DAY


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path: Path = tmp_path_factory.mktemp("ledger") / "hub.sqlite3"
    made = open_engine(f"sqlite:///{path}")
    upgrade(made)
    yield made
    made.dispose()


def tell(engine: Engine, name: str, days: int, parent: str | None, seed: int) -> int:
    """A target that lived for some days; how many pieces of evidence tell of it."""
    kind = Kind.SITE_LINK if parent is None else Kind.DEVICE
    made = Target(id=name, name=name, kind=kind, parent=parent, life_begin=BEGIN)
    made = msgspec.structs.replace(made, rules=msgspec.structs.replace(made.rules, sli="reachable"))
    pieces = [
        msgspec.structs.replace(each, id=f"{name}/{n}", target=name)
        for n, each in enumerate(lived(days, seed))
        if each.begin < each.end
    ]
    with writing(engine) as connection:
        targets.add(connection, made, BEGIN)
        evidence.add(connection, pieces)
    return len(pieces)


def cost(work: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, Any]:
    """Median processor ms, and what came of it."""
    taken, found = [], None
    for _ in range(rounds):
        begun = time.thread_time()
        found = work()
        taken.append((time.thread_time() - begun) * 1000)
    return median(taken), found


def test_a_months_report_of_two_thousand_targets_from_the_rows(engine: Engine) -> None:
    period: Interval = (BEGIN, BEGIN + MONTH)
    begun = time.thread_time()
    names, told = [], 0
    for n in range(TARGETS):
        site = n // 20 * 20
        told += tell(engine, f"t{n}", 30, None if n == site else f"t{site}", n)
        names.append(f"t{n}")
    taken = (time.thread_time() - begun) * 1e6 / told
    record_alone("P9", f"{told} pieces of evidence added", ours=taken, unit="µs", reach="told")

    def reports() -> int:
        with reading(engine) as connection:
            found = subjects(connection, names, period, END)
            return sum(report(each, period, END).numbers["up"] > 0 for each in found)

    ours, made = cost(reports, 1)
    pieces = [
        [(each.begin, each.end, State.UP) for each in lived(30, n)] for n in range(0, TARGETS, 20)
    ]
    bare, _ = cost(lambda: [scan(each) for each in pieces for _ in range(20)], 1)
    what = f"a month's report of {TARGETS} targets from {told} rows"
    record("P9", what, ours=ours, bare=bare, unit="ms", reach="< 30 s")
    assert made == TARGETS


def test_a_page_of_one_target_over_five_years(engine: Engine) -> None:
    told = tell(engine, "five-years-link", YEARS, None, 1)
    told += tell(engine, "five-years", YEARS, "five-years-link", 2)
    period: Interval = (BEGIN, END)
    with writing(engine) as connection:
        while timelines.refresh(connection, END):
            pass

    def line() -> Any:
        with reading(engine) as connection:
            return timelines.segments(connection, "five-years", period, END)

    def page() -> Any:
        with reading(engine) as connection:
            return one(connection, "five-years", Asked(period=period), END)

    kept, segments = cost(line)
    shown, found = cost(page)
    pieces = [(each.begin, each.end, each.state) for each in segments]
    bare, _ = cost(lambda: scan(pieces))
    what = f"five years of one target in the database, {len(segments)} segments"
    record("P9", f"{what}: its time line", ours=kept, bare=bare, unit="ms", reach="told")
    record("P9", f"{what}: its page", ours=shown, bare=bare, unit="ms", reach="< 200 ms")
    amounts = found.always.amounts
    assert (amounts.up, amounts.down, amounts.unknown) == scan(pieces)
    with reading(engine) as connection:
        used = "SELECT SUM(LENGTH(segments)) FROM timeline_chunk WHERE target = 'five-years'"
        size = connection.execute(text(used)).scalar_one()
    record_alone("P9", "a kept segment", ours=size / len(segments), unit="bytes", reach="<= 42")
