"""The mains of an office goes until its battery ends: the hub hears why, and nothing is lost."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.client import OfficeClient
from demo.stack import SiteStack, Stack, running
from support.invariants import check_all
from support.ledgers import hub_facts
from support.small_province import SMALL
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with running(Stack(tmp_path / "province", [SMALL], with_ups=[SMALL.site])) as started:
        yield started


async def take_numbers(site: SiteStack, count: int) -> None:
    async with OfficeClient(site.url) as client:
        service = (await client.get("/api/v1/snapshot/kiosk"))["fields"][0]["code"]
        for n in range(count):
            await client.post("/api/v1/tickets", {"service": service, "device": f"kiosk-{n}"})


def told(stack: Stack) -> list[str]:
    """What the hub knows of the office's power and of its ends, in order."""
    found = []
    for name, body in hub_facts(stack, SMALL.site):
        if name == "power.changed/1":
            found.append(body["mode"])
        if name == "health.changed/1" and body["component"] == "ups":
            found.append(body.get("code") or body["state"])
        if name == "process.stopped/1":
            found.append(f"stopped: {body['reason']}")
    return found


def test_the_hub_hears_of_the_outage_the_end_and_the_return(stack: Stack, site: SiteStack) -> None:
    assert site.ups is not None
    until(lambda: told(stack)[:2] == ["mains", "ok"], every=0.3)
    asyncio.run(take_numbers(site, 3))

    site.ups.say("OB DISCHRG", battery_charge="80")
    until(lambda: "shedding" in told(stack), every=0.3)
    asyncio.run(take_numbers(site, 2))  # the office serves on

    site.ups.say("OB DISCHRG LB", battery_charge="12")
    until(lambda: "switching off" in site.edge.tail())
    assert site.edge.stop() == 0  # as the machine's halt does

    site.ups.say("OL CHRG", battery_charge="60")
    site.start_edge()
    asyncio.run(take_numbers(site, 1))
    expected = ["mains", "ok", "battery", "on_battery", "shedding", "critical", "low_battery"]
    expected += ["stopped: ups", "mains", "ok"]
    until(lambda: told(stack) == expected, every=0.5)
    check_all(stack, site)
