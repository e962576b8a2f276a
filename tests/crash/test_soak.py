"""An office at ten times the load of its busiest hour: what grows there, grows without end."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from demo.client import OfficeClient
from demo.offices import OFFICES
from demo.people import OfficePeople
from demo.stack import SiteStack, Stack, running
from support.faults import full
from support.invariants import check_all, edge_rows, issued
from support.sampling import MIB, Sampler, exposition, file_size, process_figures, trend
from support.waiting import until

LARGE = OFFICES[2]
PEAK: Final = 4
"""The busiest hour of a morning has four times the day's mean."""
SPEED: Final = float(os.environ.get("MOTCUA_SOAK_LOAD", "10")) * PEAK
LASTS_S: Final = 1200.0 if full() else 30.0
PAGES: Final = ("kiosk", "board", "board?zone=main")
EVERY_S: Final = 2.0 if full() else 0.5
ROOM_FOR_A_TICKET: Final = 12 * 1024
"""The office keeps today's tickets and a day's answers in memory; this much for each."""
WAL_MAX: Final = 16 * MIB

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800 if full() else 200)]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with running(Stack(tmp_path / "province", [LARGE])) as started:
        yield started


async def page(url: str, name: str) -> None:
    """A screen in the hall: listens, and reads its snapshot when something changed."""
    async with OfficeClient(url) as client:
        session = client.session
        async with session.get(f"{url}/api/v1/stream", timeout=None) as stream:
            async for line in stream.content:
                if line.startswith(b"data:"):
                    await client.get(f"/api/v1/snapshot/{name}")
                    await asyncio.sleep(0.5)


async def work(site: SiteStack, lasts_s: float) -> None:
    """Everybody at the office and its screens, for some time."""
    people = OfficePeople(LARGE, site.url, SPEED, seed=7)
    tasks = [asyncio.create_task(people.run())]
    tasks += [asyncio.create_task(page(site.url, name)) for name in PAGES]
    done, _ = await asyncio.wait(tasks, timeout=lasts_s, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert not done, f"somebody gave up: {done}"


def figures(stack: Stack, site: SiteStack) -> dict[str, float]:
    """Everything that could grow."""
    found: dict[str, float] = {}
    for name, program in (("edge", site.edge), ("hub", stack.hub), ("broker", stack.broker)):
        assert program.pid is not None, f"{name} ended:\n{program.tail()}"
        found |= process_figures(name, program.pid)
    edge, hub = exposition(f"{site.url}/metrics"), exposition(f"{stack.hub_url}/metrics")
    for name in ("tasks", "readers", "unread_commits"):
        found[f"edge.{name}"] = edge[f'motcua_edge_inside{{figure="{name}"}}']
    found["edge.outbox"] = edge['motcua_edge_uplink{figure="outbox_events"}']
    found["edge.wal"] = file_size(site.state_dir / "journal.sqlite3-wal")
    found["hub.queue"] = hub["motcua_ingest_queue_messages"]
    found["hub.wal"] = file_size(stack.folder / "hub" / "hub.sqlite3-wal")
    return found


def growth(name: str, middle: float, tickets: int) -> float:
    """By how much a figure may drift in the time watched, and still count as flat."""
    if name == "edge.rss":
        return max(3 * MIB, 0.05 * middle) + ROOM_FOR_A_TICKET * tickets
    if name.endswith(".rss"):
        return max(4 * MIB, 0.05 * middle)
    if name == "edge.outbox":
        return 60.0
    return 3.0


FLAT: Final = (
    *("edge.rss", "hub.rss", "broker.rss", "edge.fds", "hub.fds", "broker.fds"),
    *("edge.threads", "hub.threads", "edge.tasks", "edge.readers"),
    *(("edge.unread_commits",) if full() else ()),
    *("edge.outbox", "hub.queue"),
)
"""In half a minute the printer's queue follows who comes, not time: there it must only drain."""
QUEUE_LEFT: Final = 3.0


def test_ten_times_the_busiest_hour_leaves_nothing_growing(stack: Stack, tmp_path: Path) -> None:
    site = stack.sites[LARGE.site]
    with Sampler(lambda: figures(stack, site), EVERY_S) as sampler:
        asyncio.run(work(site, LASTS_S))
    until(lambda: figures(stack, site)["edge.unread_commits"] <= QUEUE_LEFT, every=0.5)
    sampler.save(tmp_path / "soak.json")
    tickets = len(issued(edge_rows(site)))
    found = {name: trend(sampler.samples, name) for name in FLAT}
    (tmp_path / "soak.txt").write_text("\n".join(f"{n} {t}" for n, t in found.items()))
    assert not sampler.failures, sampler.failures[:3]
    grown = {n: t for n, t in found.items() if t.drift > growth(n, t.middle, tickets)}
    assert not grown, f"not flat: {grown}"
    for name in ("edge.wal", "hub.wal"):
        highest = max(sample.figures[name] for sample in sampler.samples)
        assert highest <= WAL_MAX, f"{name} reached {highest / MIB:.1f} MiB"
    assert tickets >= 0.8 * LASTS_S * LARGE.tickets_a_day * SPEED / 28800
    check_all(stack, site)
