"""Everything that real programs say to each other is what docs/asyncapi.yaml promises."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.client import OfficeClient
from demo.offices import OFFICES, PIN
from demo.stack import SiteStack, Stack, running
from motcua_provisioning.authority import Authority
from support import metrics
from support.recording import Recording, recording
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
SMALL = OFFICES[0]


@pytest.fixture
def province(tmp_path: Path) -> Iterator[tuple[SiteStack, Recording]]:
    stack = Stack(tmp_path / "province", [SMALL])
    try:
        stack.prepare()
        stack.start_broker()
        pid = stack.broker.pid
        assert pid is not None
        authority = Authority.load(stack.folder / "ca")
        with recording(stack.folder / "broker", authority, stack.broker_port, pid) as heard:
            stack.hub.start()
            site = stack.sites[SMALL.site]
            site.start_printer()
            site.start_edge()
            yield site, heard
    finally:
        stack.stop()


async def serve_one(site: SiteStack) -> None:
    """A citizen takes a number, is called, is served and rates."""
    async with OfficeClient(site.url) as office:
        technician = await office.technician(PIN)
        token = (await office.sit_down(1, "cb01", PIN, technician)).session
        await office.take_ticket(SMALL.fields[0])
        ticket = (await office.call_next(1, token))["id"]
        await office.step(1, "start", ticket, token)
        await office.step(1, "finish", ticket, token)
        assert await office.rate(1, 3)


def facts(heard: Recording) -> set[str]:
    batches = [json.loads(h.payload) for h in heard.messages() if h.topic.endswith("/up/batch")]
    return {event["type"] for batch in batches for event in batch["events"]}


async def test_all_recorded_traffic_is_as_published(
    province: tuple[SiteStack, Recording],
) -> None:
    site, heard = province
    await serve_one(site)
    heard.wait_for("Hello", "Resume", "Batch", "Ack", "Status", "About", "Health", "HubStatus")
    until(lambda: "rating.given/1" in facts(heard), within=20)
    site.edge.stop()
    until(lambda: heard.verify()["Status"] >= 2, within=10)
    assert {
        "journal.started/1",
        "ticket.issued/1",
        "ticket.called/1",
        "ticket.finished/1",
    } <= facts(heard)


def scrape(url: str) -> str:
    with urllib.request.urlopen(f"{url}/metrics", timeout=10) as answer:  # noqa: S310
        text: str = answer.read().decode()
        return text


async def test_real_scrapes_show_documented_metrics_only(tmp_path: Path) -> None:
    with running(Stack(tmp_path / "province", [SMALL])) as stack:
        site = stack.sites[SMALL.site]
        await serve_one(site)
        for url in (site.url, stack.hub_url):
            text = scrape(url)
            assert "motcua_" in text
            assert metrics.undocumented(text) == set()
