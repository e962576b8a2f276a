"""The real program under a service manager: ready once it answers, then alive, then ending."""

import asyncio
import os
import socket
import sys
from pathlib import Path

from demo.processes import free_port
from support.killed_office import EDGE, SITE
from support.waiting import until_async


def listener(path: Path) -> socket.socket:
    """A service manager's end of the socket."""
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(path))
    heard.setblocking(False)
    return heard


def drain(heard: socket.socket, told: list[str]) -> list[str]:
    """Everything told so far."""
    while True:
        try:
            told.append(heard.recv(4096).decode())
        except BlockingIOError:
            return told


async def answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def test_the_manager_hears_ready_only_when_the_pages_answer_and_signs_of_life_until_the_end(
    tmp_path: Path,
):
    port, told = free_port(), []
    (tmp_path / "site.toml").write_text(SITE)
    (tmp_path / "clock").write_text("ntp")
    config = tmp_path / "edge.toml"
    config.write_text(EDGE.format(port=port, ballast=0).replace("printer =", "# printer ="))
    with listener(tmp_path / "notify") as heard:
        environ = os.environ | {
            "NOTIFY_SOCKET": str(tmp_path / "notify"),
            "WATCHDOG_USEC": "300000",
        }
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "motcua_edge", "run", "--config", str(config), env=environ
        )
        try:
            await until_async(lambda: drain(heard, told))
            assert told[0] == "READY=1"
            assert await answers(port)
            await until_async(
                lambda: sum(t.startswith("WATCHDOG=1") for t in drain(heard, told)) >= 3
            )
        finally:
            program.terminate()
            assert await program.wait() == 0
        assert drain(heard, told)[-1] == "STOPPING=1"
