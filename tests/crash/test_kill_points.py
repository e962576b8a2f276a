"""kill -9 at the n-th write, fsync or send of an office that gives out and prints numbers.

The same state directory lives through many kills: each start finds what the kill before left, and
may itself be killed. After each: U1, U2, U6, no answered number lost, none given twice; at the end
of each life also U3 to U5 through the hub's receiver.
"""

import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from motcua_contract.messages import Ack, encode
from motcua_edge.journal.reader import Reader
from motcua_edge.services.uplink.batches import batch
from motcua_hub.care.rows import export_lines
from motcua_hub.care.verify import verify
from motcua_hub.ingest import Receiver
from motcua_hub.store.engine import reading
from support import strace
from support.faults import count
from support.guard import needs_filter
from support.invariants import Row, check_no_gap, check_replica
from support.killed_office import KilledOffice, Pace
from support.migrated import fresh
from support.nursery import Edge, Nursery
from support.printer import on_pty

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
CALLS = ("pwrite64", "fdatasync", "write", "sendto")
POINTS = 200
"""The first so many calls of each kind are killed."""
SAMPLE = 10
"""Of each kind, in a run that is not the full one."""
TRACED_POINTS = 60
"""As far as strace goes: it stops the program at every call of any kind."""
CHAIN = 20
"""Kills in the life of one state directory."""
DEAD_WITHIN_S = 90.0
SEED = 20261123
Point = tuple[str, int]
Kill = Callable[[Nursery, KilledOffice, Point, Pace], None]


def chains(sample: int, whole: int, upto: int) -> list[list[Point]]:
    """The kill points of this run, so many of each call, in the same shuffled order every time."""
    chance = random.Random(SEED)
    chosen = [
        (call, n) for call in CALLS for n in chance.sample(range(1, upto + 1), count(sample, whole))
    ]
    chance.shuffle(chosen)
    return [chosen[start : start + CHAIN] for start in range(0, len(chosen), CHAIN)]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as opened:
        yield opened


def pace_to(point: Point, chance: random.Random) -> Pace:
    """Few slips need many writes and pages; for many commits or sends, citizens come in crowds."""
    call, n = point
    if call in ("pwrite64", "write"):
        return Pace(calm=chance.random() < 0.5, helps=0)
    calm = chance.random() < 20 / n
    return Pace(calm=calm, helps=0.0 if calm else 0.75)


def killed(nursery: Nursery, office: KilledOffice, point: Point, pace: Pace) -> None:
    """One life, with work, up to its kill point."""
    call, n = point
    edge = nursery.doomed(office.config, office.log, call, n)
    worked_until_dead(office, edge, pace)


def killed_by_strace(nursery: Nursery, office: KilledOffice, point: Point, pace: Pace) -> None:
    """The same by strace, which counts the calls of each thread for itself."""
    edge = nursery.fork(office.config, office.log)
    tracer = strace.attach(edge.pid, strace.kill_at(*point), office.folder / "strace.log")
    edge.go()
    worked_until_dead(office, edge, pace)
    tracer.wait(10)


def worked_until_dead(office: KilledOffice, edge: Edge, pace: Pace) -> None:
    deadline = time.monotonic() + DEAD_WITHIN_S
    office.work(lambda: edge.running and time.monotonic() < deadline, pace)
    alive = edge.running
    code = edge.end(signal.SIGKILL) if alive else edge.wait()
    assert not alive, "the kill point was never reached"
    assert code == -signal.SIGKILL, f"ended by itself with {code}"


def healed(nursery: Nursery, office: KilledOffice) -> list[Row]:
    """A last life without a fault, to its orderly end; every entry of the journal."""
    edge = nursery.fork(office.config, office.log)
    edge.go()
    try:
        office.settle()
    finally:
        code = edge.end(signal.SIGTERM)
    assert code == 0
    return office.last_check()


def check_hub(office: KilledOffice, rows: list[Row], folder: Path) -> None:
    """U3 to U6 with the hub's receiver and a database of its own."""
    engine = fresh(folder / "hub.sqlite3")
    receiver = Receiver(engine)
    with Reader(office.journal) as journal:
        for stream in journal.streams():
            for after in range(0, stream.last, 100):
                message = encode(batch(journal.events_after(stream.jid, after, 100, 200_000)))
                answer = receiver.batch("na-son", message, rows[-1]["t_wall"])
                assert isinstance(answer, Ack), answer
    with reading(engine) as connection:
        hub = [msgspec.json.decode(line) for line in export_lines(connection, "na-son")]
        assert list(verify(connection)) == []
    engine.dispose()
    check_replica(rows, rows, hub)
    check_no_gap(hub)


def lived(nursery: Nursery, folder: Path, chain: list[Point], kill: Kill, seed: int) -> None:
    """One state directory from its first start through its kills to an orderly end."""
    chance = random.Random(seed)
    with on_pty(folder) as (serving, _):
        office = KilledOffice(folder, serving, chance)
        try:
            for point in chain:
                endured(nursery, office, point, kill, pace_to(point, chance))
        finally:
            office.hang_up()
        check_hub(office, healed(nursery, office), folder)


def endured(nursery: Nursery, office: KilledOffice, point: Point, kill: Kill, pace: Pace) -> None:
    """One kill and the checks after it; an error says where it was."""
    try:
        kill(nursery, office, point, pace)
        office.audit()
    except AssertionError as error:
        error.add_note(f"at {point}, {pace}, in {office.folder}")
        raise


@needs_filter
@pytest.mark.parametrize(("number", "chain"), list(enumerate(chains(SAMPLE, POINTS, POINTS))))
def test_no_kill_point_loses_or_doubles_a_number(
    nursery: Nursery, tmp_path: Path, number: int, chain: list[Point]
) -> None:
    lived(nursery, tmp_path, chain, killed, SEED + number)


@strace.needs_strace
@pytest.mark.parametrize(("number", "chain"), list(enumerate(chains(1, 10, TRACED_POINTS))))
def test_nor_does_one_that_strace_injects(
    nursery: Nursery, tmp_path: Path, number: int, chain: list[Point]
) -> None:
    lived(nursery, tmp_path, chain, killed_by_strace, SEED - 1 - number)
