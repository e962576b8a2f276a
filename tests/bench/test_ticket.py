"""P1: from the tap to the committed ticket, beside the bare thing in the same run."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from demo.client import OfficeClient
from demo.offices import OFFICES
from demo.processes import Program, free_port
from demo.stack import Stack, running
from support.ratios import at, record

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROUNDS, EACH = 6, 60


async def timed(act: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds of each of `EACH` acts."""
    found = []
    for _ in range(EACH):
        begun = time.perf_counter()
        await act()
        found.append((time.perf_counter() - begun) * 1000)
    return found


async def compare(office_url: str, bare_url: str) -> tuple[list[float], list[float]]:
    """Both, in turns, so that a noisy moment hits both."""
    ours: list[float] = []
    bare: list[float] = []
    async with OfficeClient(office_url) as client, aiohttp.ClientSession() as session:

        async def insert() -> None:
            async with session.post(bare_url, json={"service": "CT"}) as answer:
                await answer.read()

        for _ in range(ROUNDS):
            bare += await timed(insert)
            ours += await timed(lambda: client.take_ticket("CT"))
    return ours, bare


def test_a_committed_ticket_beside_a_bare_fsynced_insert(tmp_path: Path) -> None:
    port = free_port()
    script = str(Path(__file__).with_name("bare_server.py"))
    command = [sys.executable, script, str(port), str(tmp_path / "bare.sqlite3")]
    bare_server = Program("bare", command, tmp_path / "bare.log")
    with running(Stack(tmp_path / "province", [OFFICES[0]])) as stack:
        bare_server.start()
        bare_server.wait_port(port)
        try:
            site = stack.sites[OFFICES[0].site]
            ours, bare = asyncio.run(compare(site.url, f"http://127.0.0.1:{port}/"))
        finally:
            bare_server.stop()
    for name, share, reach in (("p50", 0.50, "<= 2.5"), ("p99", 0.99, "<= 3")):
        figures = {"ours": at(ours, share), "bare": at(bare, share)}
        record("P1", f"committed ticket, {name}", **figures, unit="ms", reach=reach)
    assert len(ours) == len(bare) == ROUNDS * EACH
