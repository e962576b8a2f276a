"""Thousands of simulated sites in one process: MQTT 3.1.1 by hand, a journal each, for benches."""

import asyncio
import random
import struct
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from motcua_contract import topics
from motcua_contract.messages import Ack, Resume, decode
from motcua_contract.topics import Up
from support.broker import HOST
from support.hubload import site_name
from support.hubsite import Journal

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 0x10, 0x20, 0x30, 0x40, 0x82, 0x90
ROWS = 20


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">H", len(raw)) + raw


def _packet(head: int, body: bytes) -> bytes:
    size, length = len(body), bytearray()
    while True:
        size, low = divmod(size, 128)
        length.append(low | (0x80 if size else 0))
        if not size:
            return bytes([head]) + bytes(length) + body


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._number = 0

    @classmethod
    async def open(cls, port: int, name: str, heard: str) -> "Wire":
        """Connect as `name` and subscribe to `heard`; OSError when that fails."""
        wire = cls(*await asyncio.open_connection(HOST, port))
        wire.send(CONNECT, _text("MQTT") + b"\x04\x02" + struct.pack(">H", 0) + _text(name))
        await wire.expect(CONNACK)
        wire.send(SUBSCRIBE, struct.pack(">H", 1) + _text(heard) + b"\x01")
        await wire.expect(SUBACK)
        return wire

    def send(self, head: int, body: bytes) -> None:
        self._writer.write(_packet(head, body))

    def say(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1."""
        self._number = self._number % 60_000 + 1
        self.send(PUBLISH | 2, _text(topic) + struct.pack(">H", self._number) + payload)

    async def read(self) -> tuple[int, bytes]:
        """The next packet; EOFError or OSError at the end of the connection."""
        head, size, shift = (await self._reader.readexactly(1))[0], 0, 0
        while True:
            byte = (await self._reader.readexactly(1))[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return head, await self._reader.readexactly(size)

    async def expect(self, kind: int) -> None:
        head, _ = await self.read()
        if head & 0xF0 != kind:
            msg = f"packet {head:#x} where {kind:#x} belongs"
            raise OSError(msg)

    async def hear(self) -> tuple[str, bytes]:
        """The next message said to us: the last part of its topic, and its payload."""
        while True:
            head, body = await self.read()
            if head & 0xF0 != PUBLISH:
                continue
            size = struct.unpack_from(">H", body)[0]
            topic, rest = body[2 : 2 + size].decode(), body[2 + size :]
            if head & 0x06:
                self.send(PUBACK, rest[:2])
                rest = rest[2:]
            return topic.rpartition("/")[2], rest

    def close(self) -> None:
        self._writer.close()


class SimSite:
    """Connects after a jittered pause, says hello, sends what the hub lacks, and stays."""

    def __init__(self, number: int, rng: random.Random, spread: float) -> None:
        self.name = site_name(number)
        self.journal = Journal(f"sim-{number}")
        self._rng, self._spread = rng, spread
        self.connected = False
        self.acked = 0

    @property
    def done(self) -> bool:
        """Whether all it has is acknowledged over the connection of now."""
        return self.connected and self.acked == self.journal.last

    async def run(self, port: int, connects: Counter[int], *, talk: bool) -> None:
        """For ever; `connects` counts connections by second. Without `talk` it only listens."""
        while True:
            await asyncio.sleep(self._rng.uniform(0, self._spread))
            with suppress(OSError, EOFError):
                wire = await Wire.open(port, self.name, topics.down_filter(self.name))
                connects[int(time.monotonic())] += 1
                self.connected = True
                try:
                    await self._talk(wire, talk=talk)
                finally:
                    self.connected = False
                    wire.close()

    async def _talk(self, wire: Wire, *, talk: bool) -> None:
        if not talk:
            await wire.read()
        resume = await self._asked(wire)
        self.acked = resume.streams[0].have
        while True:
            if self.acked < self.journal.last:
                last = min(self.acked + ROWS, self.journal.last)
                batch = self.journal.batch(self.acked + 1, last)
                wire.say(topics.up(self.name, Up.BATCH), batch)
            kind, payload = await self._heard(wire)
            if kind == "ack":
                self.acked = max(self.acked, decode(Ack, payload).upto)

    async def _asked(self, wire: Wire) -> Resume:
        """Say hello until the hub answers: it may not be back yet."""
        while True:
            wire.say(topics.up(self.name, Up.HELLO), self.journal.hello())
            kind, payload = await self._heard(wire)
            if kind == "resume":
                return decode(Resume, payload)

    async def _heard(self, wire: Wire) -> tuple[str, bytes]:
        """What the hub says; ("", b"") after 10 to 15 s of silence."""
        with suppress(TimeoutError):
            async with asyncio.timeout(10 + self._rng.uniform(0, 5)):
                return await wire.hear()
        return "", b""


def crowd(count: int, seed: int, spread: float) -> Iterator[SimSite]:
    """Sites with a journal of some tickets each."""
    for number in range(count):
        site = SimSite(number, random.Random(seed + number), spread)
        for ticket in range(1, 6):
            site.journal.serve(ticket)
        yield site
