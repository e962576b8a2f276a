"""Wall clocks that jump by ten years, and one that believes it is still Friday."""

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from demo.client import Json, OfficeClient, RefusedError
from demo.offices import OFFICES, PIN
from demo.stack import SiteStack, Stack, running
from support import clones
from support.faketime import WallClock, why_not
from support.faults import count
from support.invariants import Row, check_all, edge_rows, issued
from support.waiting import until

REASON = why_not()
SMALL = OFFICES[0]
TEN_YEARS: Final = 3652 * 86400
JUMPS = [(trust, sign * TEN_YEARS) for trust in ("ntp", "rtc", "saved", "none") for sign in (1, -1)]
CASES = JUMPS[: count(1, len(JUMPS))]
ENDS = {
    "ticket.expired/1",
    "ticket.no_show/1",
    "ticket.resumed/1",
    "rating.expired/1",
    "day.closed/1",
    "announcement.expired/1",
}
_LOG = logging.getLogger(__name__)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(bool(REASON), reason=REASON or "runs here"),
]


class Rig(NamedTuple):
    """A province whose one office has a clock that can be moved."""

    stack: Stack
    site: SiteStack
    clock: WallClock


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    stack = Stack(tmp_path / "province", [SMALL])
    site = stack.sites[SMALL.site]
    clock = WallClock(site)
    clock.fit()
    with running(stack):
        try:
            yield Rig(stack, site, clock)
        finally:
            site.edge.stop()


def at_office(site: SiteStack, act: Callable[[OfficeClient], Awaitable[Json]]) -> Json:
    """One visit."""

    async def visit() -> Json:
        async with OfficeClient(site.url, timeout_s=30) as client:
            return await act(client)

    return asyncio.run(visit())


def take(site: SiteStack, key: str = "") -> Json:
    """A citizen at the kiosk."""
    return at_office(site, lambda client: client.take_ticket("CT", key=key))


def refused(site: SiteStack) -> str:
    """Why a citizen gets no number now."""
    with pytest.raises(RefusedError) as answer:
        take(site)
    return answer.value.code


def confirm(site: SiteStack, day: str) -> None:
    """The officer vouches for the date at the kiosk."""
    body = {"officer": "cb01", "pin": PIN, "day": day}
    at_office(site, lambda client: client.post("/api/v1/day/confirm", body))


def rows_of(site: SiteStack, *types: str) -> list[Row]:
    """Events of these types, oldest first."""
    return [row for row in edge_rows(site) if row["type"] in types]


def a_full_hall(site: SiteStack) -> None:
    """One waits, one is parked, one did not come, one is at the counter, one is called."""

    async def act() -> None:
        async with OfficeClient(site.url, timeout_s=30) as client:
            technician = await client.technician(PIN)
            seats = [await client.sit_down(n, f"cb0{n}", PIN, technician) for n in (1, 3)]
            for _ in range(5):
                await client.take_ticket("CT")
            await _park(client, seats[0].session)
            await _miss(client, seats[0].session)
            await _serve(client, 1, seats[0].session)
            await client.call_next(3, seats[1].session)

    asyncio.run(act())


async def _serve(client: OfficeClient, counter: int, token: str) -> str:
    ticket = await client.call_next(counter, token)
    await client.step(counter, "start", ticket["id"], token)
    return str(ticket["id"])


async def _park(client: OfficeClient, token: str) -> None:
    ticket = await _serve(client, 1, token)
    await client.step(1, "hold", ticket, token, reason="giấy tờ")


async def _miss(client: OfficeClient, token: str) -> None:
    ticket = await client.call_next(1, token)
    while True:
        try:
            await client.step(1, "miss", ticket["id"], token)
        except RefusedError as error:
            if error.code not in ("not_announced", "too_soon"):
                raise
            await asyncio.sleep(0.3)
        else:
            return


def jump(rig: Rig, seconds: float) -> None:
    """The clock jumps, and the office has seen it and has had time to act on it."""
    seen = len(rows_of(rig.site, "clock.changed/1"))
    rig.clock.shift(seconds)
    until(lambda: len(rows_of(rig.site, "clock.changed/1")) > seen, within=20, every=0.3)
    time.sleep(2.5)  # two more ticks: what is wrongly due would end now


def take_confirmed(site: SiteStack) -> Json:
    """A citizen gets a number, if need be after the officer confirmed the office's own day."""
    try:
        return take(site)
    except RefusedError as error:
        if error.code != "day_unconfirmed":
            raise
    day = rows_of(site, "day.opened/1")[-1]["body"]["day"]
    confirm(site, day)
    return take(site)


@pytest.mark.parametrize(("trust", "seconds"), CASES)
def test_a_clock_that_jumps_ten_years_doubles_no_code_and_ends_nothing(
    rig: Rig, trust: str, seconds: float
) -> None:
    take(rig.site, key="before")
    a_full_hall(rig.site)
    first = take(rig.site, key="again")
    rig.clock.trust(trust)
    time.sleep(1.2)  # the trust is read once a second
    ended = len(rows_of(rig.site, *ENDS))
    jump(rig, seconds)
    assert take(rig.site, key="again")["id"] == first["id"], "a repeated press, another number"
    there = take_confirmed(rig.site)
    jump(rig, 0)
    assert take(rig.site, key="again")["id"] == first["id"], "a repeated press, another number"
    back = take_confirmed(rig.site)
    wrongly = rows_of(rig.site, *ENDS)[ended:]
    assert not wrongly, f"ended by a clock: {[row['type'] for row in wrongly]}"
    assert [first["label"], there["label"], back["label"]] == ["A007", "A008", "A009"]
    assert len(issued(edge_rows(rig.site))) == 9
    days = {row["body"]["day"] for row in rows_of(rig.site, "ticket.issued/1")}
    _LOG.info("%s %+d s: days %s", trust, seconds, sorted(days))
    assert len(days) == 1, "nobody said that ten years are over"
    rig.clock.trust("ntp")
    check_all(rig.stack, rig.site)


def last_friday() -> tuple[date, date]:
    """A Friday that is over, and the Monday after it, far enough from now for certificates."""
    today = datetime.now(UTC).date()
    friday = today - timedelta(days=(today.weekday() - 4) % 7 + 7)
    return friday, friday + timedelta(days=3)


def seconds_to(day: date, hour: int) -> float:
    """From now to that hour (Vietnam) of a day."""
    then = datetime(day.year, day.month, day.day, hour - 7, tzinfo=UTC)
    return (then - datetime.now(UTC)).total_seconds()


@pytest.mark.skipif(os.geteuid() != 0, reason="another boot id needs root (a mount namespace)")
def test_a_friday_clock_on_monday_without_a_network_asks_and_then_goes_on_with_monday(
    rig: Rig,
) -> None:
    friday, monday = last_friday()
    rig.site.edge.stop()
    burnt = edge_rows(rig.site)
    clones.burn(rig.site.folder / "no-image", rig.site.state_dir)
    assert rig.site.cable is not None
    rig.site.cable.pull()
    rig.clock.shift(seconds_to(friday, 16))
    rig.site.start_edge()
    assert take(rig.site)["id"] == f"{friday:%Y%m%d}-A001"
    take(rig.site)
    rig.site.edge.stop()
    _monday_morning(rig, friday, monday)
    _the_network_comes(rig, monday)
    codes = [row["body"]["ticket"] for row in rows_of(rig.site, "ticket.issued/1")]
    assert len(codes) == len(set(codes)) == 5
    rig.clock.shift(0)
    rig.site.cable.plug()
    check_all(rig.stack, rig.site, burnt=burnt)


def _monday_morning(rig: Rig, friday: date, monday: date) -> None:
    """Three days off; the saved clock goes on where it stopped."""
    clones.on_board(rig.site, "one")
    rig.clock.trust("saved")
    rig.clock.shift(seconds_to(friday, 16) + 60)
    rig.site.start_edge()
    assert refused(rig.site) == "day_unconfirmed"
    view = at_office(rig.site, lambda client: client.get("/api/v1/snapshot/kiosk"))
    assert view["face"] == "confirm_day", "the kiosk must ask"
    confirm(rig.site, monday.isoformat())
    assert take(rig.site)["id"] == f"{monday:%Y%m%d}-A001"


def _the_network_comes(rig: Rig, monday: date) -> None:
    """NTP puts the clock right in mid-morning: the day is not begun again."""
    # as time daemons do: first the step, then their word for it
    jump(rig, seconds_to(monday, 9))
    rig.clock.trust("ntp")
    codes = [take(rig.site)["id"] for _ in range(2)]
    assert codes == [f"{monday:%Y%m%d}-A002", f"{monday:%Y%m%d}-A003"]
    expired = [row["body"]["ticket"] for row in rows_of(rig.site, "ticket.expired/1")]
    assert len(expired) == 2, "Friday's two, when Monday was opened"
    assert not [ticket for ticket in expired if ticket.startswith(f"{monday:%Y%m%d}")]
