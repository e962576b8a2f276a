"""One suite over the ways to pads: fake, serial on real ptys, MQTT through a real Mosquitto."""

import asyncio
import contextlib
import os
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest

from motcua_edge.drivers.mqtt import AiomqttConnector, BrokerAddress, MqttError, Session
from motcua_edge.drivers.pads import FakeLines, MqttLines, PadLines, SerialLines
from support.broker import HOST, free_port
from support.padbroker import PadBroker
from support.waiting import until_async

LINE = b'{"t":"beat"}*0*0'
ANSWER = b'{"t":"pong"}*0*0\n'


class Kind(Protocol):
    """A way to pads with its other end in our hands."""

    lines: PadLines
    link: str

    async def plug(self) -> None: ...
    async def unplug(self) -> None: ...
    async def say(self, data: bytes) -> None: ...
    async def heard(self) -> bytes: ...


class Fake:
    def __init__(self) -> None:
        self.lines, self.link = FakeLines(), "a"

    async def plug(self) -> None:
        self.lines.plug("a")

    async def unplug(self) -> None:
        self.lines.unplug("a")

    async def say(self, data: bytes) -> None:
        for line in data.splitlines():
            self.lines.say("a", line)

    async def heard(self) -> bytes:
        return b"".join(line for _, line in self.lines.sent)


class Wire:
    """A pty whose name appears in a folder like a USB port in /dev/serial/by-path."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "usb-pad"
        self.link = str(self.path)
        self.lines = SerialLines([str(folder / "usb-*")], every_s=0.02)
        self._ends: tuple[int, int] | None = None

    async def plug(self) -> None:
        self._ends = os.openpty()
        tty.setraw(self._ends[1])
        os.set_blocking(self._ends[0], False)
        self.path.symlink_to(os.ttyname(self._ends[1]))

    async def unplug(self) -> None:
        if self._ends is not None:
            self.path.unlink()
            for end in self._ends:
                os.close(end)
        self._ends = None

    async def say(self, data: bytes) -> None:
        assert self._ends is not None
        os.write(self._ends[0], data)

    async def heard(self) -> bytes:
        assert self._ends is not None
        with contextlib.suppress(BlockingIOError):
            return os.read(self._ends[0], 4096)
        return b""


class Air:
    """A pad's connection to the pads' broker; unplugged, the broker itself is away."""

    def __init__(self, folder: Path) -> None:
        self.port, self.link = free_port(), "pad-1"
        users = {"edge": "secret", "pad-1": "hidden"}
        self.broker = PadBroker.of(folder / "broker", users, self.port)
        self.lines = MqttLines(self.connector("edge", "secret"), again_s=(0.05,))
        self._stack = AsyncExitStack()
        self._heard: list[bytes] = []
        self._listening: asyncio.Task[None] | None = None
        self._session: Session | None = None

    def connector(self, user: str, password: str) -> AiomqttConnector:
        return AiomqttConnector(
            BrokerAddress(
                host=HOST,
                port=self.port,
                client_id=user,
                user=user,
                password=password,
                timeout_s=3.0,
            )
        )

    async def plug(self) -> None:
        await asyncio.to_thread(self.broker.start)
        connection = self.connector("pad-1", "hidden").connect()
        self._session = await self._stack.enter_async_context(connection)
        await self._session.subscribe("mc/pad/pad-1/down")
        self._listening = asyncio.create_task(self._listen(self._session))
        await until_async(lambda: self.lines._session is not None)

    async def _listen(self, session: Session) -> None:
        with contextlib.suppress(MqttError):
            async for message in session.messages():
                self._heard.append(message.payload)

    async def unplug(self) -> None:
        self.broker.kill()
        if self._listening is not None:
            await asyncio.wait({self._listening}, timeout=5)  # it sees the end itself
        await self._stack.aclose()
        await until_async(lambda: self.lines._session is None)

    async def say(self, data: bytes) -> None:
        assert self._session is not None
        for line in data.splitlines(keepends=True):
            await self._session.publish("mc/pad/pad-1/up", line)

    async def heard(self) -> bytes:
        return b"".join(self._heard)


class Ears:
    """Takes what the lines give."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, bytes]] = []
        self.links: list[str] = []

    def line(self, link: str, line: bytes) -> None:
        assert link in self.links, "a line before its link"
        self.lines.append((link, line))


@pytest.fixture(params=["fake", "serial", "mqtt"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Kind:
    made: dict[str, Callable[[], Kind]] = {
        "fake": Fake,
        "serial": lambda: Wire(tmp_path),
        "mqtt": lambda: Air(tmp_path),
    }
    return made[request.param]()


@pytest.fixture
async def ears(kind: Kind) -> AsyncIterator[Ears]:
    ears = Ears()
    task = asyncio.create_task(kind.lines.run(ears.line, ears.links.append))
    await asyncio.sleep(0)
    try:
        yield ears
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await kind.unplug()


async def said(kind: Kind, ears: Ears, data: bytes = LINE + b"\n") -> None:
    """Say lines until they arrive: a port that has just appeared may not be open yet."""
    before = len(ears.lines)
    if isinstance(kind, Wire):
        await until_async(lambda: kind.link in kind.lines._ports)
    await kind.say(data)
    await until_async(lambda: len(ears.lines) >= before + data.count(b"\n"))


async def test_a_line_arrives_whole_after_its_link(kind: Kind, ears: Ears) -> None:
    await kind.plug()
    await said(kind, ears, LINE + b"\n" + b"second\n")
    assert ears.lines == [(kind.link, LINE), (kind.link, b"second")]
    assert ears.links == [kind.link]


async def test_what_is_sent_arrives_at_the_other_end(kind: Kind, ears: Ears) -> None:
    await kind.plug()
    await said(kind, ears)
    assert await kind.lines.send(kind.link, ANSWER)
    heard = b""
    while ANSWER not in heard:
        heard += await kind.heard()
        await asyncio.sleep(0.005)


async def test_a_link_that_is_not_there_takes_nothing(kind: Kind, ears: Ears) -> None:
    assert ears.links == []
    assert not await kind.lines.send("nowhere", ANSWER)


async def test_a_link_that_was_gone_comes_back_by_itself(kind: Kind, ears: Ears) -> None:
    await kind.plug()
    await said(kind, ears)
    await kind.unplug()
    if isinstance(kind, Wire):
        await until_async(lambda: kind.link not in kind.lines._ports)
    assert not await kind.lines.send(kind.link, ANSWER)
    await kind.plug()
    await said(kind, ears)
    assert ears.links == [kind.link, kind.link]
    assert len(ears.lines) == 2


# ---- serial alone ----


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[tuple[Wire, Ears]]:
    wire, ears = Wire(tmp_path), Ears()
    task = asyncio.create_task(wire.lines.run(ears.line, ears.links.append))
    await wire.plug()
    await until_async(lambda: wire.link in wire.lines._ports)
    yield wire, ears
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await wire.unplug()


async def test_a_line_in_pieces_is_one_line(wire: tuple[Wire, Ears]) -> None:
    end, ears = wire
    for piece in (LINE[:3], LINE[3:], b"\n"):
        await end.say(piece)
        await asyncio.sleep(0.01)  # pieces, not one write
    await until_async(lambda: ears.lines)
    assert ears.lines == [(end.link, LINE)]


async def test_noise_without_an_end_is_forgotten(wire: tuple[Wire, Ears]) -> None:
    end, ears = wire
    for _ in range(20):
        await end.say(b"\x00" * 200)
        await asyncio.sleep(0.002)  # a pty holds 4 kB
    await end.say(b"\n" + LINE + b"\n")
    await until_async(lambda: len(ears.lines) == 2)
    assert len(ears.lines[0][1]) <= 1224
    assert ears.lines[1][1] == LINE


async def test_a_port_under_two_names_is_opened_once(wire: tuple[Wire, Ears]) -> None:
    end, ears = wire
    (end.path.parent / "usb-second-name").symlink_to(end.path.resolve())
    await said(end, ears)
    await said(end, ears)
    assert ears.links == [end.link]


async def test_the_printers_port_is_left_alone(tmp_path: Path) -> None:
    end, ears = Wire(tmp_path), Ears()
    await end.plug()
    lines = SerialLines([str(tmp_path / "usb-*")], besides=[end.link], every_s=0.01)
    task = asyncio.create_task(lines.run(ears.line, ears.links.append))
    await asyncio.sleep(0.1)  # several looks
    assert ears.links == []
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await end.unplug()


async def test_a_port_that_cannot_be_opened_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "usb-broken").write_text("no port")
    ears = Ears()
    lines = SerialLines([str(tmp_path / "usb-*")], every_s=0.01)
    task = asyncio.create_task(lines.run(ears.line, ears.links.append))
    await asyncio.sleep(0.2)  # several looks
    assert caplog.text.count("cannot be opened") == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_pad_that_does_not_read_holds_nobody_up(wire: tuple[Wire, Ears]) -> None:
    end, _ = wire
    sent = True
    async with asyncio.timeout(20):
        while sent:
            sent = await end.lines.send(end.link, b"x" * 500 + b"\n")
    assert end.link not in end.lines._ports


# ---- the broker's access list ----


async def test_a_pad_can_neither_hear_nor_speak_for_another(tmp_path: Path) -> None:
    air = Air(tmp_path)
    ears = Ears()
    task = asyncio.create_task(air.lines.run(ears.line, ears.links.append))
    await air.plug()
    assert air._session is not None
    await air._session.subscribe("mc/pad/pad-2/down")
    await air._session.subscribe("#")
    for topic in ("mc/pad/pad-2/up", "mc/pad/pad-1/down"):
        with contextlib.suppress(MqttError):  # MQTT 5 says so, 3.1.1 keeps silent
            await air._session.publish(topic, LINE)
    await air.lines.send("pad-2", b"for somebody else\n")
    await air.lines.send("pad-1", ANSWER)
    await air.say(LINE + b"\n")
    await until_async(lambda: ears.lines and air._heard)
    assert ears.lines == [("pad-1", LINE)]
    assert await air.heard() in (ANSWER, ANSWER * 2)  # two filters may both match
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await air.unplug()


async def test_a_wrong_password_is_shown_the_door(tmp_path: Path) -> None:
    air = Air(tmp_path)
    await asyncio.to_thread(air.broker.start)
    for user, password in (("pad-1", "wrong"), ("pad-9", "hidden"), ("pad-1", "")):
        with pytest.raises(MqttError):
            async with air.connector(user, password).connect():
                pass
    air.broker.kill()
