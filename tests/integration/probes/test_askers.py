"""One suite for what asks: over the network, and the fake that tests of the schedule use."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_probes.asking import Asker, NetworkAsker
from motcua_probes.fake import FakeAsker, Mood
from motcua_probes.results import Outcome
from support.broker import free_port
from support.probing import HOST, serving, silent


@dataclass
class World:
    """An asker, and a probe of a target in each mood."""

    asker: Asker
    probes: dict[Mood, ProbeSpec]

    async def found(self, mood: Mood) -> tuple[Outcome, str]:
        result = await self.asker.ask(self.probes[mood])
        return result.outcome, result.cause


def tcp(host: str, port: int | None = None) -> ProbeSpec:
    return ProbeSpec(target=host, kind=ProbeKind.TCP, host=host, port=port, timeout=300)


@contextlib.asynccontextmanager
async def network() -> AsyncIterator[World]:
    with socket.socket() as full, socket.socket() as one, socket.socket() as two:
        full.bind((HOST, 0))
        full.listen(0)
        for each in (one, two):
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        async with serving(silent) as port:
            probes = {
                Mood.UP: tcp(HOST, port),
                Mood.REFUSES: tcp(HOST, free_port()),
                Mood.HANGS: tcp(HOST, full.getsockname()[1]),
                # of no family that this machine routes: nothing leaves it
                Mood.NO_ROUTE: tcp("::ffff:0:0", port),
            }
            asker = NetworkAsker()
            yield World(asker, probes)
            asker.close()


@contextlib.asynccontextmanager
async def fake() -> AsyncIterator[World]:
    asker = FakeAsker()
    asker.moods = {mood.value: mood for mood in Mood}
    yield World(asker, {mood: tcp(mood.value) for mood in Mood})


@pytest.fixture(params=[network, fake], ids=["network", "fake"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with request.param() as made:
        yield made


async def test_a_target_that_answers_is_fine(world: World) -> None:
    assert await world.found(Mood.UP) == (Outcome.OK, "")


async def test_a_target_that_refuses_has_failed(world: World) -> None:
    assert await world.found(Mood.REFUSES) == (Outcome.FAIL, "refused")


async def test_a_target_that_hangs_fails_when_its_time_is_over(world: World) -> None:
    begun = asyncio.get_running_loop().time()
    assert await world.found(Mood.HANGS) == (Outcome.FAIL, "timeout")
    assert 0.29 <= asyncio.get_running_loop().time() - begun < 3


async def test_a_probe_that_never_left_says_nothing(world: World) -> None:
    outcome, _ = await world.found(Mood.NO_ROUTE)
    assert outcome is Outcome.BLIND


async def test_a_hanging_target_delays_no_other(world: World) -> None:
    hanging = [asyncio.create_task(world.found(Mood.HANGS)) for _ in range(50)]
    await asyncio.sleep(0)
    assert await world.found(Mood.UP) == (Outcome.OK, "")
    assert not any(task.done() for task in hanging)
    assert {result[1] for result in await asyncio.gather(*hanging)} == {"timeout"}


async def test_a_probe_can_be_given_up(world: World) -> None:
    task = asyncio.create_task(world.found(Mood.HANGS))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
