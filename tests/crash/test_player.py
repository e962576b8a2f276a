"""A player that hangs: it is killed, the line goes on, and nobody is missed for an unheard call."""

import asyncio
import logging
import re
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final

import psutil
import pytest

from demo.client import Json, OfficeClient, RefusedError, Seat
from demo.offices import PIN
from demo.stack import SiteStack, Stack, running
from support.faults import count
from support.invariants import check_all, edge_rows
from support.small_province import SMALL
from support.waiting import until

CALLS: Final = count(1, 10)
PATIENCE_S: Final = 1.0
PLAYER: Final = """#!/bin/sh
if [ -e "{folder}/hang" ]; then
  echo $$ >> "{folder}/hung"
  trap '' TERM INT HUP
  sleep 600 & wait
  sleep 600
fi
exec aplay "$@"
"""
TO_FILE: Final = """</usr/share/alsa/alsa.conf>
pcm.!default {{ type plug; slave.pcm "tofile" }}
pcm.tofile {{ type file; slave.pcm "null"; file "{folder}/heard.raw"; format "raw" }}
ctl.!default {{ type null }}
"""
_LOG = logging.getLogger(__name__)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(count(180, 600)),
    pytest.mark.skipif(shutil.which("aplay") is None, reason="aplay (alsa-utils) is not installed"),
]


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    (tmp_path / "player").write_text(PLAYER.format(folder=tmp_path))
    (tmp_path / "player").chmod(0o755)
    (tmp_path / "asound.conf").write_text(TO_FILE.format(folder=tmp_path))
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asound.conf"))
    with running(Stack(tmp_path / "province", [SMALL])) as started:
        _give_player(started.sites[SMALL.site], tmp_path / "player")
        yield started


def _give_player(site: SiteStack, program: Path) -> None:
    """The office speaks through `program` instead of keeping its sound in files."""
    site.edge.stop()
    voice = f'player = "{program}"\nclip_timeout_s = {PATIENCE_S}\nzones = {{ main = "default" }}'
    text = re.sub(r'player = "file:.*"\nzones = .*', voice, site.config.read_text())
    assert str(program) in text
    site.config.write_text(text)
    site.start_edge()


def visit(site: SiteStack, act: Callable[[OfficeClient], Awaitable[Json]]) -> Json:
    """One visit to the office."""

    async def go() -> Json:
        async with OfficeClient(site.url, timeout_s=30) as client:
            return await act(client)

    return asyncio.run(go())


def seats(site: SiteStack) -> dict[int, Seat]:
    """Officers at the two counters that serve the field."""

    async def go() -> dict[int, Seat]:
        async with OfficeClient(site.url, timeout_s=30) as client:
            technician = await client.technician(PIN)
            return {n: await client.sit_down(n, f"cb0{n}", PIN, technician) for n in (1, 3)}

    return asyncio.run(go())


def call(site: SiteStack, counter: int, seat: Seat) -> str:
    """A citizen takes a number and is called at once."""
    visit(site, lambda client: client.take_ticket("CT"))
    ticket = visit(site, lambda client: client.call_next(counter, seat.session))
    return str(ticket["id"])


def spoken(site: SiteStack, kind: str) -> list[str]:
    """Tickets whose announcement had this end."""
    rows = edge_rows(site)
    return [row["body"]["ticket"] for row in rows if row["type"] == f"announcement.{kind}/1"]


def announcer(site: SiteStack) -> str:
    """The announcer's health as told last."""
    told = [r["body"] for r in edge_rows(site) if r["type"] == "health.changed/1"]
    states = [body["state"] for body in told if body["component"] == "announcer"]
    return str(states[-1]) if states else ""


def miss(site: SiteStack, counter: int, seat: Seat, ticket: str) -> str:
    """The officer says that nobody came; the refusal's code, empty when it was taken."""
    try:
        visit(site, lambda client: client.step(counter, "miss", ticket, seat.session))
    except RefusedError as refused:
        return refused.code
    return ""


def test_a_hung_player_is_killed_the_line_goes_on_and_nobody_is_missed_unheard(
    stack: Stack, site: SiteStack, tmp_path: Path
) -> None:
    officers = seats(site)
    (tmp_path / "hang").touch()
    for _ in range(CALLS):
        _unheard(site, officers)
    (tmp_path / "hang").unlink()
    ticket = call(site, 3, officers[3])
    until(lambda: ticket in spoken(site, "played"), within=60, every=0.5)
    assert (tmp_path / "heard.raw").stat().st_size > 22_050
    until(lambda: announcer(site) == "ok", within=30, every=0.5)
    until(lambda: miss(site, 3, officers[3], ticket) == "", within=20, every=0.5)
    hung = [int(pid) for pid in (tmp_path / "hung").read_text().split()]
    assert len(hung) >= CALLS
    until(lambda: not any(map(psutil.pid_exists, hung)), within=10)
    check_all(stack, site)


def _unheard(site: SiteStack, officers: dict[int, Seat]) -> None:
    """A call into the hung player: it fails in time, and is no reason for a no-show."""
    started = time.monotonic()
    ticket = call(site, 1, officers[1])
    assert miss(site, 1, officers[1], ticket) in ("not_announced", "too_soon")
    until(lambda: ticket in spoken(site, "failed"), within=40, every=0.5)
    _LOG.info("hung player given up after %.1f s", time.monotonic() - started)
    until(lambda: announcer(site) == "critical", within=30, every=0.5)
    assert miss(site, 1, officers[1], ticket) == "not_announced"
    assert ticket not in spoken(site, "played")
    visit(site, lambda client: client.step(1, "start", ticket, officers[1].session))
    visit(site, lambda client: client.step(1, "finish", ticket, officers[1].session))
