"""kill -9 between commit, print and publish of a real office; then U1 to U6."""

import asyncio
import random

import pytest

from demo.client import Json, OfficeClient, RefusedError
from demo.offices import PIN
from demo.stack import SiteStack, Stack
from support.invariants import check_all, edge_rows, issued, on_paper
from support.ledgers import edge_types
from support.small_province import SMALL
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def take(site: SiteStack, service: str = "CT", key: str = "") -> Json:
    """One citizen at the kiosk."""

    async def act() -> Json:
        async with OfficeClient(site.url) as client:
            return await client.take_ticket(service, key=key)

    return asyncio.run(act())


def labels(site: SiteStack) -> list[str]:
    """The numbers on paper, in the order in which they came out."""
    return [slip.label for slip in on_paper(site)]


def test_a_ticket_committed_before_the_power_went_is_printed_once_after_it(
    stack: Stack, site: SiteStack
) -> None:
    ticket = take(site)
    site.edge.kill()
    site.start_edge()
    until(lambda: labels(site).count(ticket["label"]) == 1)
    assert take(site)["label"] != ticket["label"]
    check_all(stack, site)


def test_a_slip_cut_off_in_the_middle_is_left_to_a_person(stack: Stack, site: SiteStack) -> None:
    site.set_printer(stall_at=2000)
    ticket = take(site)
    until(lambda: "print.sent/1" in edge_types(site))
    site.edge.kill()
    site.set_printer()
    site.start_edge()
    until(lambda: "print.unknown/1" in edge_types(site))
    take(site)
    until(lambda: "A002" in labels(site))
    assert labels(site).count(ticket["label"]) <= 1
    check_all(stack, site)


def test_what_an_office_did_without_the_hub_arrives_after_a_power_cut(
    stack: Stack, site: SiteStack
) -> None:
    assert site.cable is not None
    site.cable.pull()
    for _ in range(5):
        take(site)
    until(lambda: len(labels(site)) == 5)
    site.edge.kill()
    site.start_edge()
    site.cable.plug()
    check_all(stack, site)


def test_an_office_served_while_the_broker_dies_and_forgets(stack: Stack, site: SiteStack) -> None:
    take(site)
    stack.broker.kill()
    (stack.folder / "broker" / "mosquitto.db").unlink(missing_ok=True)
    numbers = [take(site)["label"] for _ in range(3)]
    stack.start_broker()
    assert numbers == ["A002", "A003", "A004"]
    check_all(stack, site)


def test_the_same_request_after_a_power_cut_gives_the_same_ticket(
    stack: Stack, site: SiteStack
) -> None:
    first = take(site, key="press-1")
    site.edge.kill()
    site.start_edge()
    assert take(site, key="press-1")["id"] == first["id"]
    check_all(stack, site)


async def _a_minute_of_work(site: SiteStack, chance: random.Random) -> None:
    """Citizens and one officer, until somebody pulls the plug."""
    async with OfficeClient(site.url, timeout_s=3) as client:
        technician = await client.technician(PIN)
        token = (await client.sit_down(1, "cb01", PIN, technician)).session
        while True:
            await client.take_ticket(chance.choice(SMALL.fields))
            try:
                ticket = await client.call_next(1, token)
                await client.step(1, "start", ticket["id"], token)
                await client.step(1, "finish", ticket["id"], token)
                await client.rate(1, 3)
            except RefusedError:
                await asyncio.sleep(0.02)


async def _interrupted(site: SiteStack, chance: random.Random, after_s: float) -> None:
    work = asyncio.create_task(_a_minute_of_work(site, chance))
    await asyncio.sleep(after_s)
    site.edge.kill()
    await asyncio.gather(work, return_exceptions=True)


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_power_cuts_in_the_middle_of_work_double_and_lose_nothing(
    stack: Stack, site: SiteStack, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        asyncio.run(_interrupted(site, chance, chance.uniform(0.3, 1.2)))
        site.start_edge()
    assert len(issued(edge_rows(site))) > 10
    check_all(stack, site)
