"""P5 and P6: ingest with everything it does, beside receive-insert-commit-acknowledge alone."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
import pytest

from support.broker import HOST
from support.hubload import Load, PlainBroker, Said, batches_of, plain_broker
from support.hubprogram import hub_command, program, write_config
from support.postgres import Cluster
from support.ratios import at, record
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SITES, EACH, SIZE, ROUNDS = 40, 24, 50, 3
NODE_RED = 3_900
"""Events/s of Node-RED into SQLite, the quicker of what is there, on a machine like this one."""
Running = tuple[Load, psutil.Process]


@pytest.fixture(scope="module")
def batches() -> list[Said]:
    return batches_of(SITES, EACH, SIZE)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainBroker]:
    with plain_broker(tmp_path_factory.mktemp("bench-broker")) as running:
        yield running


class Stores:
    """New databases of one kind: ours is migrated, the bare one's is empty."""

    def __init__(self, kind: str, folder: Path, request: pytest.FixtureRequest) -> None:
        self.kind, self.folder, self._request = kind, folder, request

    def bare(self, number: int) -> str:
        if self.kind == "sqlite":
            return str(self.folder / f"bare-{number}.sqlite3")
        cluster: Cluster = self._request.getfixturevalue("postgres")
        return cluster.database()

    def ours(self, number: int) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / f'ours-{number}.sqlite3'}"
        cluster: Cluster = self._request.getfixturevalue("postgres")
        return cluster.database(self._request.getfixturevalue("migrated_template"))


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Stores:
    return Stores(request.param, tmp_path, request)


@contextmanager
def bare(stores: Stores, broker: PlainBroker, number: int) -> Iterator[Running]:
    script = Path(__file__).with_name("bare_ingest.py")
    command = [sys.executable, str(script), str(broker.port), stores.bare(number)]
    with program(command, stores.folder / "bare.log") as started, loading(broker) as load:
        yield load, psutil.Process(started.process.pid)


@contextmanager
def ours(stores: Stores, broker: PlainBroker, number: int) -> Iterator[Running]:
    section = f'[mqtt]\nhost = "{HOST}"\nport = {broker.port}\n'
    config = write_config(stores.folder, section, database_url=stores.ours(number))
    command = hub_command("ingest", "--config", config)
    with program(command, stores.folder / "hub.log") as started, loading(broker) as load:
        yield load, psutil.Process(started.process.pid)


@contextmanager
def loading(broker: PlainBroker) -> Iterator[Load]:
    """A load whose first word is answered: the program is there."""
    load = Load(broker.port)
    try:
        until(load.greeted, within=60, every=0.2)
        yield load
    finally:
        load.close()


def busy(process: psutil.Process) -> float:
    """Seconds of processor time it has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


@dataclass
class Found:
    """Of several runs: events/s, events a second of processor time, p99 at half load in ms."""

    speed: list[float] = field(default_factory=list)
    thrift: list[float] = field(default_factory=list)
    wait: list[float] = field(default_factory=list)

    def measure(self, load: Load, process: psutil.Process, batches: list[Said]) -> None:
        """Warm up, flood, then pace: a third of the batches each."""
        third = len(batches) // 3
        load.flood(batches[:third])
        used = busy(process)
        speed = third / load.flood(batches[third : 2 * third])
        self.thrift.append(third * SIZE / (busy(process) - used))
        self.speed.append(speed * SIZE)
        self.wait.append(at(load.pace(batches[2 * third :], speed / 2), 0.99))
        assert load.refused == 0


def test_events_a_second_and_the_wait_at_half_of_it(
    stores: Stores, broker: PlainBroker, batches: list[Said]
) -> None:
    """In turns, so that a noisy moment hits both; each run on a database of its own."""
    simple, whole = Found(), Found()
    for number in range(ROUNDS):
        for found, start in ((simple, bare), (whole, ours)):
            with start(stores, broker, number) as (load, process):
                found.measure(load, process, batches)
    kind, reach = stores.kind, ">= 0.35"
    speed, base = median(whole.speed), median(simple.speed)
    record("P5", f"events/s, {kind}", ours=speed, bare=base, unit="/s", reach=reach)
    thrift, simplest = median(whole.thrift), median(simple.thrift)
    what = f"events a second of processor time, {kind}"
    record("P5", what, ours=thrift, bare=simplest, unit="/s", reach=reach)
    what = f"events/s, {kind}, against Node-RED"
    record("P5", what, ours=speed, bare=NODE_RED, unit="/s", reach=">= 5", note="(bare: known)")
    what = f"publish to ack, p99 at half load, {kind}"
    wait, least = median(whole.wait), median(simple.wait)
    record("P6", what, ours=wait, bare=least, unit="ms", reach="<= 3")
