"""A printer that is unplugged at every 16th byte, silent, or out of paper: nothing prints twice."""

import asyncio
import contextlib
import json
import logging
import sqlite3
import time
from collections import Counter
from typing import Final

import pytest

from demo.client import Json, OfficeClient
from demo.stack import SiteStack, Stack
from support.faults import count, full
from support.invariants import check_all, on_paper
from support.waiting import until

EVERY: Final = 16
LONGEST: Final = 20_000
"""Bytes, beyond any slip: the sweep ends by itself when a slip came out whole."""
SHARDS: Final = 4 if full() else 1
STEP: Final = EVERY * (SHARDS if full() else 131)
ALARM_S: Final = 30.0
ENDED = ("print.printed/1", "print.failed/1", "print.unknown/1", "print.dropped/1")
BROKEN: Final[list[tuple[str, dict[str, object]]]] = [
    ("silent", {"mute": True}),
    ("out of paper", {"paper_out": True}),
    ("stalled in mid-slip", {"stall_at": 2000}),
    ("stalled", {"stalled": True}),
    ("cover", {"cover_open": True}),
    ("silent in mid-slip", {"mute_at": 2000}),
    ("paper ends in mid-slip", {"paper_mm": 20.0}),
]
_LOG = logging.getLogger(__name__)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000 if full() else 240)]


def take(site: SiteStack) -> str:
    """A citizen at the kiosk; the ticket's id."""

    async def act() -> Json:
        async with OfficeClient(site.url, timeout_s=30) as client:
            return await client.take_ticket("CT")

    return str(asyncio.run(act())["id"])


def facts(site: SiteStack, *types: str) -> list[Json]:
    """Bodies of the office's events of these types, with the type, read while it works."""
    file = f"file:{site.state_dir / 'journal.sqlite3'}?mode=ro"
    marks = ",".join("?" * len(types))
    query = f"SELECT type, CAST(body AS TEXT) FROM event WHERE type IN ({marks}) ORDER BY rowid"  # noqa: S608
    with contextlib.closing(sqlite3.connect(file, uri=True)) as connection:
        connection.execute("PRAGMA query_only=1")
        found = connection.execute(query, types).fetchall()
    return [{**json.loads(body), "type": kind} for kind, body in found]


def ends_of(site: SiteStack, ticket: str) -> list[str]:
    """What became of its slips, in order."""
    return [row["type"] for row in facts(site, *ENDED) if row["ticket"] == ticket]


def printer_health(site: SiteStack) -> str:
    """As it was told last."""
    told = [row for row in facts(site, "health.changed/1") if row["component"] == "printer"]
    return str(told[-1]["state"]) if told else ""


def alarm_after(site: SiteStack, started: float) -> float:
    """Wait for the alarm; how long it took, in seconds."""
    until(lambda: printer_health(site) == "critical", within=ALARM_S, every=0.1)
    return time.monotonic() - started


def none_twice(site: SiteStack) -> None:
    """U2, quickly: first slips that reached their code."""
    firsts = Counter(slip.ticket for slip in on_paper(site) if slip.job == 1)
    assert max(firsts.values(), default=0) <= 1, f"printed twice by itself: {firsts}"


def well_again(site: SiteStack) -> None:
    """The fault is over, and the office knows."""
    site.set_printer()
    until(lambda: printer_health(site) in ("ok", ""), within=90, every=0.1)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_printer_unplugged_at_any_byte_never_prints_a_slip_twice_by_itself(
    stack: Stack, site: SiteStack, shard: int
) -> None:
    ended: Counter[str] = Counter()
    slowest = 0.0
    for position in range(EVERY * (shard + 1), LONGEST, STEP):
        started = time.monotonic()
        ended[unplugged_at(site, position)] += 1
        if ended["print.printed/1"]:
            break
        slowest = max(slowest, alarm_after(site, started))
        site.set_printer()
        none_twice(site)
    cases = sum(ended.values())
    _LOG.info("unplugged: %d positions, %s, slowest alarm %.1f s", cases, dict(ended), slowest)
    assert ended["print.unknown/1"] > ended["print.printed/1"]
    well_again(site)
    ticket = take(site)
    until(lambda: ends_of(site, ticket), within=60, every=0.1)
    check_all(stack, site, within=120)
    none_twice(site)


def unplugged_at(site: SiteStack, position: int) -> str:
    """A slip whose cable is pulled after that many bytes; what became of it first."""
    site.set_printer(unplug_at=position)
    ticket = take(site)
    until(lambda: ends_of(site, ticket), within=60, every=0.05)
    return ends_of(site, ticket)[0]


@pytest.mark.parametrize(("name", "fault"), BROKEN[: count(3, len(BROKEN))])
def test_a_broken_printer_is_told_within_half_a_minute_and_doubles_nothing(
    stack: Stack, site: SiteStack, name: str, fault: dict[str, object]
) -> None:
    until(lambda: printer_health(site) == "ok", within=20)
    started = time.monotonic()
    site.set_printer(**fault)
    tickets = [take(site) for _ in range(2)]
    _LOG.info("%s: alarm after %.1f s", name, alarm_after(site, started))
    well_again(site)
    tickets.append(take(site))
    until(lambda: ends_of(site, tickets[2]), within=40, every=0.1)
    none_twice(site)
    check_all(stack, site, within=120)
    none_twice(site)
