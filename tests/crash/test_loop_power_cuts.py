"""Power cuts on a real ext4: what was answered or is on paper is in the journal, once, for ever."""

import asyncio
import contextlib
import logging
import random
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import aiohttp
import psutil
import pytest

from demo.client import OfficeClient, RefusedError
from demo.offices import OFFICES, PIN
from demo.stack import SiteStack, Stack, running
from support.faults import count
from support.invariants import check_all, on_paper, run_tool
from support.power import Card, end_all, why_not

REASON = why_not()
CUTS = count(4, 25)
SEEDS = range(count(1, 8))
SMALL = OFFICES[0]
NUMBERS = (
    "SELECT json_extract(CAST(body AS TEXT), '$.ticket') FROM event WHERE type = 'ticket.issued/1'"
)
ASLEEP = (aiohttp.ClientError, TimeoutError, OSError, RefusedError)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(count(240, 1500)),
    pytest.mark.skipif(bool(REASON), reason=REASON or "runs here"),
]


_LOG = logging.getLogger(__name__)


class Rig(NamedTuple):
    """A province whose one office keeps its journal on a card that can lose power."""

    stack: Stack
    site: SiteStack
    card: Card


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    stack = Stack(tmp_path / "province", [SMALL])
    site = stack.sites[SMALL.site]
    with Card(tmp_path / "card.img", site.state_dir) as card, running(stack):
        try:
            yield Rig(stack, site, card)
        finally:
            site.edge.stop()


class Hall:
    """Citizens and an officer, and a list of every number that was promised to somebody."""

    def __init__(self, site: SiteStack, chance: random.Random) -> None:
        self.promised: dict[str, str] = {}
        self._site = site
        self._chance = chance
        self._presses = 0

    async def until_the_cut(self, after_s: float, card: Card) -> None:
        """Everybody busy, then the power goes; answers under way are still read."""
        people = [asyncio.create_task(self._citizen()) for _ in range(3)]
        people.append(asyncio.create_task(self._officer()))
        await asyncio.sleep(after_s)
        await asyncio.to_thread(cut, card, self._site)
        await asyncio.gather(*people)

    async def _citizen(self) -> None:
        async with OfficeClient(self._site.url, timeout_s=4) as client:
            while True:
                self._presses += 1
                key = f"press-{id(self)}-{self._presses}"
                try:
                    ticket = await client.take_ticket(self._chance.choice(SMALL.fields), key=key)
                except ASLEEP:
                    return
                self.promised[key] = ticket["id"]
                await asyncio.sleep(self._chance.uniform(0, 0.05))

    async def _officer(self) -> None:
        async with OfficeClient(self._site.url, timeout_s=4) as client:
            try:
                technician = await client.technician(PIN)
                token = (await client.sit_down(1, "cb01", PIN, technician)).session
            except ASLEEP:
                return
            served = True
            while served:
                served = await self._served(client, token)
                await asyncio.sleep(0.02)

    @staticmethod
    async def _served(client: OfficeClient, token: str) -> bool:
        try:
            ticket = await client.call_next(1, token)
            await client.step(1, "start", ticket["id"], token)
            await client.step(1, "finish", ticket["id"], token)
        except RefusedError:
            return True
        except ASLEEP:
            return False
        return True


def cut(card: Card, site: SiteStack) -> None:
    """The power goes and comes back; the office is not started yet."""
    pid = site.edge.pid
    assert pid is not None
    helpers = psutil.Process(pid).children(recursive=True)
    card.pull(pid)
    site.edge.kill()
    end_all(helpers)
    card.power_up()


def asked(site: SiteStack, query: str) -> list[str]:
    """The first column of a query to the journal file of an office that stands."""
    with contextlib.closing(sqlite3.connect(site.state_dir / "journal.sqlite3")) as connection:
        return [str(found) for (found,) in connection.execute(query)]


def check_cut(site: SiteStack, promised: dict[str, str]) -> None:
    """Right after a cut, before anybody is served again."""
    done = run_tool("motcua_edge", "journal", "verify", "--config", str(site.config))
    assert done.returncode == 0, f"corrupt after a cut:\n{done.stdout}{done.stderr}"
    numbers = asked(site, NUMBERS)
    assert len(numbers) == len(set(numbers)), "a number is twice in the journal"
    lost = set(promised.values()) - set(numbers)
    assert not lost, f"answered, but not in the journal: {sorted(lost)[:5]}"
    assert len(set(promised.values())) == len(promised), "one number for two people"
    slips = [slip.ticket for slip in on_paper(site) if slip.job == 1]
    assert set(slips) <= set(numbers), "on paper, but not in the journal"
    assert len(slips) == len(set(slips)), "on paper twice"
    assert "recovered" not in asked(site, "SELECT how FROM incarnation"), "given up and salvaged"


def cut_while_starting(site: SiteStack, chance: random.Random, card: Card) -> None:
    """The power goes again before the office is open."""
    site.edge.start()
    time.sleep(chance.uniform(0.1, 1.0))  # where the cut falls
    if site.edge.running:
        cut(card, site)


def before_the_cut(chance: random.Random) -> float:
    """Seconds of work; every fourth time long enough for slips to come out, as evidence."""
    return chance.uniform(3.0, 7.0) if chance.random() < 0.25 else chance.uniform(0.05, 2.0)


def one_cut(rig: Rig, hall: Hall, chance: random.Random) -> None:
    """A cut in the middle of work; now and then another one before the office is open again."""
    asyncio.run(hall.until_the_cut(before_the_cut(chance), rig.card))
    check_cut(rig.site, hall.promised)
    if chance.random() < 0.2:
        cut_while_starting(rig.site, chance, rig.card)
        check_cut(rig.site, hall.promised)
    rig.site.start_edge()


@pytest.mark.parametrize("seed", SEEDS)
def test_power_cuts_lose_no_promised_ticket_double_none_and_leave_a_whole_journal(
    rig: Rig, seed: int
) -> None:
    chance = random.Random(seed)
    hall = Hall(rig.site, chance)
    for _ in range(CUTS):
        one_cut(rig, hall, chance)
    promised, slips = len(hall.promised), len(on_paper(rig.site))
    _LOG.info("seed %d: %d cuts in work, %d promised, %d slips", seed, CUTS, promised, slips)
    assert promised > CUTS
    check_all(rig.stack, rig.site)
