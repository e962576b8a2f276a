"""P3: from the officer's `next` to the first frame that ALSA takes, beside `aplay` of a file."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.officer import COUNTER, finish, seated
from demo.client import OfficeClient, Seat
from demo.offices import OFFICES
from demo.processes import Program
from demo.stack import SiteStack, Stack, running
from motcua_edge.drivers.voice import Sound, write_wav
from support.ratios import at, record
from support.sound import alsa_to_file
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROUNDS = 30
CALL = Sound(bytes(2 * 22_050 * 5))
"""Five seconds, about as long as a call."""


class LoudOffice(Stack):
    """An office whose loudspeaker is aplay and ALSA; ALSA writes to a file."""

    def _edge_lines(self, site: SiteStack, zones: list[str]) -> Iterator[str]:
        for line in super()._edge_lines(site, zones):
            yield (
                'player = "aplay"'
                if line.startswith("player = ")
                else line.replace('"file"', '"default"')
                if line.startswith("zones = ")
                else line
            )


def first_frame_after(raw: Path, before: int, begun: float) -> float:
    """Milliseconds from `begun` until the file has more than `before` bytes."""
    until(lambda: size(raw) > before, every=0.0005)
    return (time.perf_counter() - begun) * 1000


def size(raw: Path) -> int:
    return raw.stat().st_size if raw.exists() else 0


def quiet(raw: Path) -> int:
    """Wait until nothing is being played; the size of the file then."""
    seen = [-1] * 40

    def still() -> bool:
        seen.append(size(raw))
        return len(set(seen[-40:])) == 1

    until(still, within=30)
    return seen[-1]


def plain(raw: Path, wav: Path, conf: Path) -> float:
    before, begun = quiet(raw), time.perf_counter()
    env = {"ALSA_CONFIG_PATH": str(conf), "PATH": "/usr/bin:/bin"}
    player = subprocess.Popen(["aplay", "-q", "-D", "default", str(wav)], env=env)
    try:
        return first_frame_after(raw, before, begun)
    finally:
        player.wait(10)


async def called(client: OfficeClient, seat: Seat, raw: Path) -> float:
    before, begun = await asyncio.to_thread(quiet, raw), time.perf_counter()
    heard = asyncio.create_task(asyncio.to_thread(first_frame_after, raw, before, begun))
    await client.call_next(COUNTER, seat.session)
    found = await heard
    await asyncio.to_thread(quiet, raw)
    await finish(client, seat)
    return found


async def compare(site: SiteStack, raw: Path, conf: Path, wav: Path) -> tuple[list[float], ...]:
    """Both, in turns; speech has been rendered ahead of the first call."""
    ours, bare = [], []
    cache = site.state_dir / "voice-cache"
    async with OfficeClient(site.url) as client:
        seat = await seated(client, ROUNDS + 1)
        wanted = ROUNDS + 1 + len(site.office.fields)
        await asyncio.to_thread(until, lambda: len(list(cache.glob("*.pcm"))) >= wanted, within=120)
        await called(client, seat, raw)
        for _ in range(ROUNDS):
            bare.append(await asyncio.to_thread(plain, raw, wav, conf))
            ours.append(await called(client, seat, raw))
    return ours, bare


def test_the_first_sound_of_a_call_beside_aplay_of_a_ready_file(tmp_path: Path) -> None:
    conf, raw = alsa_to_file(tmp_path)
    wav = write_wav(tmp_path / "ready.wav", CALL)
    stack = LoudOffice(tmp_path / "province", [OFFICES[0]])
    site = stack.sites[OFFICES[0].site]
    env = {"ALSA_CONFIG_PATH": str(conf)}
    site.edge = Program(site.edge.name, site.edge.command, site.edge.log, env)
    with running(stack):
        ours, bare = asyncio.run(compare(site, raw, conf, wav))
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        record(
            "P3",
            f"call to first audio frame, {name}",
            ours=at(ours, share),
            bare=at(bare, share),
            unit="ms",
            reach="<= 2",
        )
    assert len(ours) == len(bare) == ROUNDS
