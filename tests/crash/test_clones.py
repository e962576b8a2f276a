"""Cards that were cloned, wiped or put back from an old image: nothing is lost, it is told soon."""

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from demo.client import Json, OfficeClient
from demo.stack import SiteStack, Stack, running
from support.clones import burn, copy_card, on_board, second_machine, why_not
from support.faults import count
from support.invariants import (
    Row,
    check_no_gap,
    check_paper,
    check_replica,
    check_verify,
    edge_rows,
    holds,
    hub_rows,
    issued,
    key,
    on_paper,
)
from support.small_province import SMALL
from support.waiting import until

REASON = why_not()
CLONES_S = count(0, 300)
INCIDENT_S = 60
TAKE_OVERS_A_MINUTE = 6
_LOG = logging.getLogger(__name__)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(count(240, 900)),
    pytest.mark.skipif(bool(REASON), reason=REASON or "runs here"),
]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    started = Stack(tmp_path / "province", [SMALL])
    on_board(started.sites[SMALL.site], "one")
    with running(started):
        yield started


def take(site: SiteStack, times: int = 1) -> list[Json]:
    """Citizens at the kiosk, one after the other."""

    async def act() -> list[Json]:
        async with OfficeClient(site.url, timeout_s=30) as client:
            return [await client.take_ticket("CT") for _ in range(times)]

    return asyncio.run(act())


def incidents(stack: Stack) -> list[Row]:
    """What the hub holds against the site's identity, oldest first."""
    file = f"file:{stack.folder / 'hub' / 'hub.sqlite3'}?mode=ro"
    with contextlib.closing(sqlite3.connect(file, uri=True)) as connection:
        found = connection.execute("SELECT kind, detail FROM incident ORDER BY id").fetchall()
    identity = ("duplicate_identity", "rolled_back")
    return [{"kind": kind, "detail": detail} for kind, detail in found if kind in identity]


def take_overs(stack: Stack) -> list[int]:
    """When (unix s) the broker threw a connection out for another with the same client id."""
    lines = stack.broker.log.read_text(errors="replace").splitlines()
    ends = [line.split(": ")[0] for line in lines if "already connected" in line]
    return [int(datetime.fromisoformat(at).astimezone().timestamp()) for at in ends]


def busiest_minute(moments: list[int]) -> int:
    """The most of them in any 60 s."""
    return max((sum(t <= other < t + 60 for other in moments) for t in moments), default=0)


def numbers_on_paper(*machines: SiteStack) -> Counter[str]:
    """First slips of each number, over several printers."""
    return Counter(slip.ticket for m in machines for slip in on_paper(m) if slip.job == 1)


def until_printed(site: SiteStack, tickets: list[Json]) -> None:
    """Everybody has the slip in hand."""
    wanted = {ticket["id"] for ticket in tickets}
    until(lambda: wanted <= set(numbers_on_paper(site)), within=20)


def stopped_rows(site: SiteStack) -> list[Row]:
    """The journal of an office that is switched off for good."""
    site.edge.stop()
    return edge_rows(site)


def test_two_clones_with_one_certificate_are_told_of_and_both_streams_are_whole(
    stack: Stack, site: SiteStack
) -> None:
    with second_machine(stack, site, "two") as twin:
        until_printed(site, take(site, 2))
        site.edge.stop()
        copy_card(site, twin)
        on_board(twin, "two")
        site.start_edge()
        twin.start_edge()
        started = time.monotonic()
        _both_work(site, twin)
        until(lambda: incidents(stack), within=INCIDENT_S, every=0.5)
        _LOG.info("clones: incident after %.1f s", time.monotonic() - started)
        while time.monotonic() < started + CLONES_S:
            _both_work(site, twin)
            time.sleep(5)  # a pace of work, not a wait for something
        _check_clones(stack, site, twin)
        rate = busiest_minute(take_overs(stack))
        _LOG.info("clones: %d take-overs, at most %d a minute", len(take_overs(stack)), rate)
        assert rate <= TAKE_OVERS_A_MINUTE


def _both_work(*machines: SiteStack) -> None:
    for machine in machines:
        take(machine)


def _check_clones(stack: Stack, *machines: SiteStack) -> None:
    """U1 to U6, with the one exception that no protocol can save: a number out of two machines."""
    before = [edge_rows(machine) for machine in machines]
    union = {key(row): row for rows in before for row in rows}
    until(lambda: holds(stack, machines[0], union.values()), within=150, every=1)
    after = {key(row): row for machine in machines for row in stopped_rows(machine)}
    hub = hub_rows(stack, SMALL.site)
    check_replica(list(union.values()), list(after.values()), hub)
    check_no_gap(hub)
    for machine in machines:
        check_paper(machine, edge_rows(machine))
        check_verify(stack, machine)
    details = " ".join(row["detail"] for row in incidents(stack))
    assert "board-one" in details
    assert "board-two" in details


def _all_at_the_hub(stack: Stack, site: SiteStack) -> list[Row]:
    rows = edge_rows(site)
    until(lambda: holds(stack, site, rows), within=30, every=0.3)
    return rows


def test_a_wiped_office_goes_on_after_the_numbers_that_the_hub_knows(
    stack: Stack, site: SiteStack
) -> None:
    until_printed(site, take(site, 3))
    before = _all_at_the_hub(stack, site)
    site.edge.kill()
    burn(site.folder / "no-image", site.state_dir)
    on_board(site, "one")
    site.start_edge()
    ticket = take(site)[0]
    assert ticket["label"] == "A004"
    until_printed(site, [ticket])
    _all_at_the_hub(stack, site)
    _check_replaced(stack, site, before)


def test_an_office_put_back_from_an_old_image_doubles_no_number_and_is_told_of(
    stack: Stack, site: SiteStack
) -> None:
    until_printed(site, take(site, 2))
    site.edge.stop()
    image = site.folder / "image"
    burn(site.state_dir, image)
    on_board(site, "one")
    site.start_edge()
    until_printed(site, take(site, 3))
    before = _all_at_the_hub(stack, site)
    site.edge.kill()
    burn(image, site.state_dir)
    on_board(site, "one")
    site.start_edge()
    started = time.monotonic()
    ticket = take(site)[0]
    assert ticket["label"] == "A006"
    until_printed(site, [ticket])
    until(lambda: "rolled_back" in [row["kind"] for row in incidents(stack)], within=INCIDENT_S)
    _LOG.info("restored: incident after %.1f s", time.monotonic() - started)
    _all_at_the_hub(stack, site)
    _check_replaced(stack, site, before)


def _check_replaced(stack: Stack, site: SiteStack, before: list[Row]) -> None:
    """U1 to U6 over the journal that is gone (as it was) and the one in its place."""
    union = {key(row): row for row in [*before, *stopped_rows(site)]}
    hub = hub_rows(stack, SMALL.site)
    check_replica(before, list(union.values()), hub)
    check_no_gap(hub)
    check_verify(stack, site)
    check_paper(site, list(union.values()))
    assert len(issued(union.values())) == len(numbers_on_paper(site))


def test_a_wiped_office_without_a_hub_still_gives_numbers(site: SiteStack) -> None:
    take(site)
    site.edge.stop()
    burn(site.folder / "no-image", site.state_dir)
    on_board(site, "one")
    assert site.cable is not None
    site.cable.pull()
    site.start_edge()
    started = time.monotonic()
    assert take(site)
    waited = time.monotonic() - started
    _LOG.info("wiped, no hub: first number after %.1f s", waited)
    assert waited < 5
