"""P7: a backlog drained while citizens take numbers, beside the same rows in an empty table.

Through the thin line `MOTCUA_BENCH_THIN_EVENTS=50000` takes about eight minutes.
"""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from demo.client import OfficeClient
from demo.offices import OFFICES
from demo.stack import SiteStack, Stack, running
from support.backlog import seed
from support.ratios import at, record, record_alone
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(590)]
SMALL = OFFICES[0]
EVENTS, BATCH = 50_000, 500
THIN_EVENTS = int(os.environ.get("MOTCUA_BENCH_THIN_EVENTS", "1500"))
THIN_BYTES_S = 256 * 1000 // 8
PACE_S, THIN_PACE_S, IDLE_TICKETS = 0.04, 0.25, 150
HEALTH_EVERY_S = 2.0
_COLUMNS = "jid, seq, eid, type, boot, t_mono, t_wall, clock, business_day, body, digest"


class WatchedOffice(Stack):
    """An office that says often how it is."""

    def _edge_lines(self, site: SiteStack, zones: list[str]) -> Iterator[str]:
        yield f"health_every_s = {HEALTH_EVERY_S}"
        yield from super()._edge_lines(site, zones)


def bare_insert(journal: Path, target: Path) -> float:
    """Seconds that the journal's rows take into a bare table with the replica's key."""
    with sqlite3.connect(journal) as source:
        rows = source.execute(f"SELECT {_COLUMNS} FROM event").fetchall()  # noqa: S608
    database = sqlite3.connect(target, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(f"CREATE TABLE event (id INTEGER PRIMARY KEY, {_COLUMNS}, UNIQUE (jid, seq))")
    marks = ",".join("?" * len(rows[0]))
    begun = time.perf_counter()
    for start in range(0, len(rows), BATCH):
        database.execute("BEGIN")
        database.executemany(
            f"INSERT INTO event ({_COLUMNS}) VALUES ({marks})",  # noqa: S608
            rows[start : start + BATCH],
        )
        database.execute("COMMIT")
    found = time.perf_counter() - begun
    database.close()
    return found


class HubWatch:
    """What the hub holds, read from its database."""

    def __init__(self, stack: Stack) -> None:
        path = stack.folder / "hub" / "hub.sqlite3"
        self._database = sqlite3.connect(
            f"file:{path}?mode=ro", uri=True, check_same_thread=False, timeout=30
        )

    def events(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM event").fetchone()[0])

    def heard_health(self) -> int:
        found = self._database.execute("SELECT max(received_at) FROM health_report").fetchone()[0]
        return int(found or 0)

    def bytes_of_batches(self) -> int:
        """What the batches of the backlog had to carry, as far as the hub keeps them."""
        return int(self._database.execute("SELECT sum(size) FROM raw_batch").fetchone()[0])

    def close(self) -> None:
        self._database.close()


@contextmanager
def drained(watch: HubWatch, wanted: int) -> Iterator[list[float]]:
    """Times at which the hub held something, and all of it."""
    moments: list[float] = []

    def look() -> None:
        until(lambda: watch.events() > 0, within=120, every=0.01)
        moments.append(time.perf_counter())
        until(lambda: watch.events() >= wanted, within=500, every=0.05)
        moments.append(time.perf_counter())

    thread = threading.Thread(target=look)
    thread.start()
    yield moments
    thread.join()


async def citizens(url: str, enough: object, pace: float = PACE_S) -> list[float]:
    """Milliseconds of each number taken, one after the other at a pace, until there are enough."""
    found: list[float] = []
    async with OfficeClient(url) as client:
        while not enough(found):
            begun = time.perf_counter()
            await client.take_ticket("CT")
            found.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(pace)
    return found


def unhurried(site: SiteStack) -> list[float]:
    """Tickets of an office that does nothing else; those while it still starts are left out."""
    found = asyncio.run(citizens(site.url, lambda found: len(found) >= IDLE_TICKETS))
    return found[IDLE_TICKETS // 4 :]


def prepared(tmp_path: Path, events: int) -> tuple[WatchedOffice, SiteStack, int]:
    stack = WatchedOffice(tmp_path / "province", [SMALL])
    site = stack.sites[SMALL.site]
    return stack, site, seed(site.state_dir / "journal.sqlite3", SMALL, events)


@contextmanager
def cut_off(stack: Stack, site: SiteStack) -> Iterator[None]:
    """A running province whose office has no link yet."""
    stack.prepare()
    assert site.cable is not None
    site.cable.pull()
    stack.prepare = lambda: None  # type: ignore[method-assign]  # it has been
    with running(stack):
        yield


def test_a_backlog_drained_while_citizens_take_numbers(tmp_path: Path) -> None:
    stack, site, events = prepared(tmp_path, EVENTS)
    bare = bare_insert(site.state_dir / "journal.sqlite3", tmp_path / "bare.sqlite3")
    with cut_off(stack, site):
        watch = HubWatch(stack)
        idle = unhurried(site)
        with drained(watch, events) as moments:
            site.cable.plug()
            busy = asyncio.run(citizens(site.url, lambda _: len(moments) > 1))
        watch.close()
    seconds = moments[1] - moments[0]
    record("P7", f"{events} events drained", ours=seconds, bare=bare, unit="s", reach="<= 5")
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        record(
            "P7",
            f"ticket while draining, {name}",
            ours=at(busy, share),
            bare=at(idle, share),
            unit="ms",
            reach="<= 2" if share > 0.5 else "-",
            note=f"{len(busy)} tickets",
        )
    assert events >= EVENTS


def test_a_backlog_through_a_thin_line_delays_nothing_live(tmp_path: Path) -> None:
    stack, site, events = prepared(tmp_path, THIN_EVENTS)
    heard: set[int] = set()
    with cut_off(stack, site):
        watch = HubWatch(stack)
        idle = unhurried(site)
        site.cable.thin(THIN_BYTES_S)
        with drained(watch, events) as moments:
            site.cable.plug()

            def enough(_: object) -> bool:
                heard.add(watch_health.heard_health())
                return len(moments) > 1

            watch_health = HubWatch(stack)
            busy = asyncio.run(citizens(site.url, enough, THIN_PACE_S))
            watch_health.close()
        carried = watch.bytes_of_batches() / THIN_BYTES_S
        watch.close()
    seconds = moments[1] - moments[0]
    times = sorted(heard - {0})
    gap = max((b - a for a, b in pairwise(times)), default=0) / 1000
    what = f"{events} events at 256 kbit/s, beside their bytes alone"
    record("P7", what, ours=seconds, bare=carried, unit="s", reach="-")
    record_alone(
        "P7",
        f"longest silence of health said every {HEALTH_EVERY_S:.0f} s, 256 kbit/s",
        ours=gap,
        unit="s",
        reach=f"<= {2 * HEALTH_EVERY_S:.0f} s",
    )
    record(
        "P7",
        "ticket while draining at 256 kbit/s, p99",
        ours=at(busy, 0.99),
        bare=at(idle, 0.99),
        unit="ms",
        reach="<= 2",
    )
    assert len(times) > 1
