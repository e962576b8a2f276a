"""What is told to end ends, even when what it waits for comes at the same moment.

`asyncio.wait_for` of Python 3.11 forgets a cancellation that comes just after what it waits for.
A part of the uplink that lives on keeps the lost connection in use: a site that is deaf for
minutes, or a stop that never ends.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from motcua_contract import topics
from motcua_contract.messages import About, HubStatus, LinkState, encode
from motcua_edge.drivers.clock import SystemClock
from motcua_edge.drivers.mqtt import Incoming, MqttError
from motcua_edge.drivers.mqtt.client import _Client
from motcua_edge.journal import Journal
from motcua_edge.services.uplink import Numbers, Surroundings, UplinkSettings
from motcua_edge.services.uplink.counters import Counters
from motcua_edge.services.uplink.link import Link
from motcua_edge.services.uplink.pace import Pace
from motcua_edge.services.uplink.presence import Presence
from motcua_edge.services.uplink.sender import Sender
from support.uplink_office import DAY, ORIGIN, Healths, instant
from support.waiting import until_async

SITE = "q1-ben-nghe"
SETTINGS = UplinkSettings(site=SITE, device="d-7f3k", linger_s=0.0)
HUB_IS_BACK = encode(HubStatus(state=LinkState.STOPPED, session="s", at=0))


class LastWord:
    """A session whose connection is lost right behind its one message."""

    taken_over = False

    def __init__(self) -> None:
        self.said: list[str] = []
        self.end = asyncio.Event()

    async def publish(
        self,
        topic: str,
        payload: bytes,  # noqa: ARG002
        *,
        qos: int = 1,  # noqa: ARG002
        retain: bool = False,  # noqa: ARG002
        expiry_s: int | None = None,  # noqa: ARG002
    ) -> None:
        self.said.append(topic)

    async def subscribe(self, topic_filter: str, qos: int = 1) -> None: ...

    async def messages(self) -> AsyncIterator[Incoming]:
        await self.end.wait()
        yield Incoming(topics.HUB_STATUS, HUB_IS_BACK)
        msg = "lost"
        raise MqttError(msg)


def around(health: Healths) -> Surroundings:
    async def on_floor(_floor: object) -> None: ...

    return Surroundings(
        about=lambda: About(device="d-7f3k"),
        numbers=lambda: Numbers(DAY, {}),
        metrics=dict,
        health=health,
        on_floor=on_floor,
    )


async def test_a_link_whose_last_message_comes_with_its_loss_ends_at_once(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db", ORIGIN, instant())
    session = LastWord()
    link = Link(
        settings=SETTINGS,
        around=around(Healths()),
        journal=journal,
        clock=SystemClock(),
        sender=Sender(journal.jid, lambda: 1.0),
        counters=Counters(),
        pace=Pace(),
    )
    talk = asyncio.create_task(link.run(session))
    await until_async(lambda: session.said)
    # the hello is said: nothing is due for ten seconds, and the sending half rests
    for _ in range(10):
        await asyncio.sleep(0)
    session.end.set()
    done, _ = await asyncio.wait({talk}, timeout=3)
    talk.cancel()
    await asyncio.wait({talk}, timeout=1)
    journal.close()
    assert done, "a part of the link lives on without a connection"
    assert isinstance(talk.exception(), ExceptionGroup)


async def ended_with(
    task: asyncio.Task[None], event: Callable[[], None], *, ticks: int = 0
) -> bool:
    """Cancel a task `ticks` of the loop after `event`, which it waits for; whether it ended."""
    for _ in range(10):
        await asyncio.sleep(0)
    event()
    for _ in range(ticks):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=1)
    task.cancel()
    await asyncio.wait({task}, timeout=1)
    return bool(done) and task.cancelled()


async def test_health_ends_with_its_connection_though_it_changes_at_the_same_moment() -> None:
    health = Healths()
    presence = Presence(
        settings=SETTINGS,
        around=around(health),
        clock=SystemClock(),
        counters=Counters(),
        session_id="s",
    )
    task = asyncio.create_task(presence.health(LastWord()))
    assert await ended_with(task, lambda: health.report("printer", "ok"), ticks=1)


@pytest.mark.parametrize("seconds", [None, 5.0, float("inf")])
async def test_a_subscription_granted_at_the_moment_of_a_stop_is_stopped(
    seconds: float | None,
) -> None:
    client = _Client("localhost")
    answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(client._wait_for(answer, seconds))
    assert await ended_with(task, lambda: answer.set_result(None))
