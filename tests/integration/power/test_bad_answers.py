"""upsd that speaks nonsense, hangs or hangs up: always a typed error within the deadline.

A scripted server says what a real one cannot be brought to say.
"""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from motcua_edge.domain.power.readings import UpsReading, read
from motcua_edge.drivers.ups import (
    NutUps,
    UpsDriverGoneError,
    UpsError,
    UpsGarbledError,
    UpsRefusedError,
    UpsStaleError,
    UpsUnknownError,
    UpsUnreachableError,
)
from support.waiting import until_async

TIMEOUT_S = 0.5
BEGIN, END = b"BEGIN LIST VAR ups1\n", b"END LIST VAR ups1\n"
ALIVE = b'VAR ups1 ups.status "OL"\n'
HANG = b"<hang>"
Script = Callable[[bytes], bytes]


class Server:
    """Answers each line by the script; `HANG` at the end of an answer keeps the line open."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.connections = 0
        self.asked: list[bytes] = []
        self.left: set[asyncio.Task[None]] = set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.left.add(asyncio.create_task(self._talk(reader, writer)))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                self.asked.append(line)
                answer = self.script(line)
                writer.write(answer.removesuffix(HANG))
                await writer.drain()
                if answer.endswith(HANG):
                    await reader.read()
                if not answer.endswith(b"\n"):
                    break
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def serving(script: Script, **more: object) -> AsyncIterator[tuple[NutUps, Server]]:
    server = Server(script)
    listening = await asyncio.start_server(server.accept, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield NutUps("ups1", port=port, timeout_s=TIMEOUT_S, **more), server
    finally:
        listening.close()
        # a client that left a connection open keeps its task here from ending
        await asyncio.wait_for(asyncio.gather(*server.left), TIMEOUT_S * 4)
        gc.collect()  # and would warn now, and a warning fails a test


def variables(*lines: bytes) -> Script:
    return lambda _line: b"".join([BEGIN, *lines, END])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"ERR DATA-STALE\n", UpsStaleError),
        (b"ERR DRIVER-NOT-CONNECTED\n", UpsDriverGoneError),
        (b"ERR UNKNOWN-UPS\n", UpsUnknownError),
        (b"ERR ACCESS-DENIED\n", UpsRefusedError),
        (b"ERR SOMETHING-NEW\n", UpsRefusedError),
        (b"<html>\n", UpsUnreachableError),
        (b"\xff\xfe\n", UpsUnreachableError),
        (b"", UpsUnreachableError),
        (HANG, UpsUnreachableError),
        (BEGIN + ALIVE, UpsUnreachableError),
        (BEGIN + ALIVE + HANG, UpsUnreachableError),
        (BEGIN + ALIVE + b"VAR ups1", UpsGarbledError),
        (BEGIN + b"VAR ups1 lonely\n" + END, UpsGarbledError),
        (BEGIN + b"x" * 200_000 + b"\n" + END, UpsGarbledError),
        (b"BEGIN LIST VAR other\n" + ALIVE + b"END LIST VAR other\n", UpsUnreachableError),
    ],
)
async def test_whatever_else_comes_is_a_typed_error(answer: bytes, error: type[UpsError]) -> None:
    async with serving(lambda _line: answer) as (ups, _):
        with pytest.raises(error) as caught:
            await ups.read()
        assert str(caught.value)


async def test_a_server_that_drips_is_left_at_the_deadline() -> None:
    async with serving(lambda _line: BEGIN + ALIVE + HANG) as (ups, _):
        began = asyncio.get_running_loop().time()
        with pytest.raises(UpsUnreachableError):
            await ups.read()
        assert asyncio.get_running_loop().time() - began < TIMEOUT_S * 1.5


async def test_half_an_answer_is_never_taken_for_the_next_one() -> None:
    """The rest of an answer that came too late must not be read as news."""
    answers = [BEGIN + ALIVE + HANG, BEGIN + b'VAR ups1 ups.status "OB"\n' + END]
    async with serving(lambda _line: answers.pop(0)) as (ups, server):
        with pytest.raises(UpsError):
            await ups.read()
        assert (await ups.read())["ups.status"] == "OB"
        assert server.connections == 2


async def test_letters_of_any_language_do_not_spoil_a_reading() -> None:
    script = variables(
        'VAR ups1 device.location "Phòng máy – tầng 2"\n'.encode(),
        b'VAR ups1 ups.mfr "Caf\xe9"\n',  # Latin-1, as some firmware has it
        b'VAR ups1 ups.status "OB LB"\n',
    )
    async with serving(script) as (ups, _):
        found = await ups.read()
    assert found["device.location"] == "Phòng máy – tầng 2"
    assert found["ups.mfr"] == "Caf\N{REPLACEMENT CHARACTER}"
    look = read(found)
    assert isinstance(look, UpsReading)
    assert look.tokens == {"OB", "LB"}


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        (rb'"Smart \"X\" 1000"', 'Smart "X" 1000'),
        (rb'"ends with \"X\""', 'ends with "X"'),
        (rb'"\"X\" begins"', '"X" begins'),
        (rb'"C:\\ups\\"', "C:\\ups\\"),
        (rb'""', ""),
        (rb'"\""', '"'),
    ],
)
async def test_escapes_are_undone(sent: bytes, value: str) -> None:
    async with serving(variables(b"VAR ups1 ups.model " + sent + b"\n")) as (ups, _):
        assert (await ups.read())["ups.model"] == value


async def test_a_server_that_is_not_there_is_unreachable_at_once() -> None:
    async with serving(variables(ALIVE)) as (ups, _):
        pass
    with pytest.raises(UpsUnreachableError):
        await ups.read()


# ---- commands ----


def commanded(answer: bytes) -> Script:
    def script(line: bytes) -> bytes:
        return b"OK\n" if line.startswith((b"USERNAME", b"PASSWORD")) else answer

    return script


async def test_a_command_is_sent_with_the_login_and_ends_with_ok() -> None:
    async with serving(commanded(b"OK\n"), login=("motcua", "geheim")) as (ups, server):
        await ups.run("test.battery.start.quick")
    assert server.asked == [
        b"USERNAME motcua\n",
        b"PASSWORD geheim\n",
        b"INSTCMD ups1 test.battery.start.quick\n",
    ]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"ERR ACCESS-DENIED\n", UpsRefusedError),
        (b"ERR USERNAME-REQUIRED\n", UpsRefusedError),
        (b"ERR CMD-NOT-SUPPORTED\n", UpsRefusedError),
        (b"ERR DRIVER-NOT-CONNECTED\n", UpsDriverGoneError),
        (b"MAYBE\n", UpsGarbledError),
    ],
)
async def test_a_command_that_was_not_done_is_never_taken_for_done(
    answer: bytes, error: type[UpsError]
) -> None:
    async with serving(commanded(answer), login=("motcua", "geheim")) as (ups, _):
        with pytest.raises(error):
            await ups.run("test.battery.start.quick")


@pytest.mark.parametrize("hangs_at", [b"USERNAME", b"PASSWORD"])
async def test_a_login_that_is_not_answered_leaves_no_connection_behind(hangs_at: bytes) -> None:
    def script(line: bytes) -> bytes:
        return HANG if line.startswith(hangs_at) else b"OK\n"

    async with serving(script, login=("motcua", "geheim")) as (ups, _):
        with pytest.raises(UpsUnreachableError):
            await ups.read()


async def test_a_look_that_is_cancelled_leaves_no_connection_behind() -> None:
    async with serving(lambda _line: HANG) as (ups, server):
        looking = asyncio.create_task(ups.read())
        await until_async(lambda: server.asked)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
