"""Servers to be probed, and sinks that remember what a prober said."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

import dns.message
import dns.name
import dns.rcode
import dns.rrset

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_probes.clock import ClockStep
from motcua_probes.judging import Change, Judged, Spell
from motcua_probes.results import Sample

HOST = "127.0.0.1"
QUICK = {"interval": 400, "retry": 100, "timeout": 300}
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def spec(kind: ProbeKind, host: str = HOST, **more: object) -> ProbeSpec:
    """A probe of the target `t` that gives up soon."""
    return ProbeSpec(target="t", kind=kind, host=host, **{"timeout": 1_000, **more})


@contextlib.asynccontextmanager
async def serving(
    talk: Talk, context: ssl.SSLContext | None = None, host: str = HOST, port: int = 0
) -> AsyncIterator[int]:
    """A server on loopback that talks so; its port."""

    async def polite(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        # whoever probes leaves when it knows enough
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            try:
                await talk(reader, writer)
            finally:
                writer.close()
                talks.discard(task)

    talks: set[asyncio.Task[None]] = set()
    server = await asyncio.start_server(polite, host, port, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        ending = [*talks]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await asyncio.sleep(0)


def answering(answer: bytes, *, pieces: int = 0) -> Talk:
    """Reads a request and answers with these bytes, in pieces of so many if given."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        step = pieces or max(1, len(answer))
        for start in range(0, len(answer), step):
            writer.write(answer[start : start + step])
            await writer.drain()
            await asyncio.sleep(0)

    return talk


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Accepts, and never says anything."""
    await reader.read()


class NameServer(asyncio.DatagramProtocol):
    """A real DNS server over UDP: `records` by name, `code` for all others."""

    def __init__(self) -> None:
        self.records: dict[str, str] = {}
        self.code = dns.rcode.NXDOMAIN
        self.mute = False
        self.asked = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    @property
    def port(self) -> int:
        return int(self.transport.get_extra_info("sockname")[1])

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked += 1
        if self.mute:
            return
        query = dns.message.from_wire(data)
        question = query.question[0]
        answer = dns.message.make_response(query)
        text = self.records.get(question.name.to_text(omit_final_dot=True))
        if text is None:
            answer.set_rcode(self.code)
        elif question.rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(question.name, 5, "IN", "A", text))
        self.transport.sendto(answer.to_wire(), addr)


@contextlib.asynccontextmanager
async def name_server(port: int = 0) -> AsyncIterator[NameServer]:
    """A name server on loopback."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(NameServer, local_addr=(HOST, port))
    try:
        yield server
    finally:
        transport.close()
        await asyncio.sleep(0)


class Hands:
    """A clock that a test moves."""

    def __init__(self, wall: int = 500_000) -> None:
        self.m, self.w = 1_000, wall

    def mono(self) -> int:
        return self.m

    def wall(self) -> int:
        return self.w

    def passed(self, ms: int, wall: int | None = None) -> None:
        self.m += ms
        self.w += ms if wall is None else wall


@dataclass
class Notes:
    """A sink that remembers."""

    samples: list[Sample] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    spells: dict[str, list[Spell]] = field(default_factory=dict)
    steps: list[ClockStep] = field(default_factory=list)

    def told(self, sample: Sample, judged: Judged) -> None:
        self.samples.append(sample)
        self.changes += [judged.change] if judged.change else []
        self.closed(sample.target, judged.closed)

    def closed(self, target: str, spells: tuple[Spell, ...]) -> None:
        self.spells.setdefault(target, []).extend(spells)

    def stepped(self, step: ClockStep) -> None:
        self.steps.append(step)

    def of(self, target: str) -> list[Sample]:
        return [each for each in self.samples if each.target == target]
