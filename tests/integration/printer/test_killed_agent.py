"""The whole agent printing on the emulator's pty, killed at random: U1 and U2 on real paper."""

import contextlib
import http.client
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.processes import free_port
from support.printer import paper
from support.waiting import until

SITE = """
name = "Trung tâm Phục vụ hành chính công xã Na Son"
services = [{code = "HT", name = "Hộ tịch – Chứng thực", series = "A"}]
counters = [{number = 1, services = ["HT"]}]
calendar = {always_open = true}
queue = {device_cooldown_s = 0, capacity_check = false}
"""
AGENT = """
site = "na-son"
device = "d-na-son-1"
site_file = "site.toml"
state_dir = "state"
web = {{port = {port}}}
printer = {{kind = "serial", path = "tty", stale_after_s = 60}}
voice = {{enabled = false}}
clock = {{trust = "file", file = "clock"}}
"""


class Office:
    """One agent with its configuration in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        (folder / "site.toml").write_text(SITE)
        (folder / "edge.toml").write_text(AGENT.format(port=self.port))
        (folder / "clock").write_text("ntp")

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "motcua_edge", *words, "--config", f"{self.folder}/edge.toml"]

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        log = (self.folder / "edge.log").open("ab")
        with log, subprocess.Popen(self.command("run"), stdout=log, stderr=log) as agent:
            try:
                until(self.answers, within=30)
                yield agent
            finally:
                agent.kill()

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        key = f"{random.getrandbits(128):032x}"
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return reply.status, reply.read()

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return self.ask("GET", "/healthz")[0] == 200
        return False

    def take_number(self) -> None:
        status, body = self.ask("POST", "/api/v1/tickets", '{"service": "HT"}')
        assert status == 201, body

    def events(self) -> list[dict]:
        command = self.command("journal", "export", "--jsonl")
        lines = subprocess.run(command, check=True, capture_output=True).stdout
        return [json.loads(line) for line in lines.splitlines()]


@contextlib.contextmanager
def emulator(folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "motcua_edge.drivers.printer.emulator"]
    where = ["--link", f"{folder}/tty", "--out", f"{folder}/out"]
    with subprocess.Popen([*command, *where], stderr=subprocess.DEVNULL) as process:
        try:
            until((folder / "tty").exists)
            yield
        finally:
            process.terminate()
            process.wait(5)


@pytest.mark.slow
def test_a_killed_agent_never_puts_a_number_on_paper_twice_or_out_of_the_journal(tmp_path: Path):
    office = Office(tmp_path)
    with emulator(tmp_path):
        for kill in range(4):
            with office.running() as agent:
                for _ in range(3):
                    office.take_number()
                time.sleep(random.uniform(0, 0.05))  # where the kill falls, not a wait
                if kill == 3:
                    until(lambda: _settled(office.events()), every=0.3)
                agent.kill()
    slips = paper(tmp_path / "out")
    events = office.events()
    issued = [e["body"]["label"] for e in events if e["type"] == "ticket.issued/1"]
    unmarked = [slip.label for slip in slips if not slip.reprint]
    assert issued == [f"A{n:03}" for n in range(1, 13)]
    assert set(unmarked) <= set(issued)
    assert len(unmarked) == len(set(unmarked))
    printed = {e["body"]["ticket"] for e in events if e["type"] == "print.printed/1"}
    assert printed <= {slip.ticket for slip in slips if slip.whole}


def _settled(events: list[dict]) -> bool:
    """Whether every slip that was sent has an end, and every ticket a slip."""
    ends = ("print.printed/1", "print.unknown/1", "print.failed/1", "print.dropped/1")
    ended = {e["body"]["ticket"] for e in events if e["type"] in ends}
    return {e["body"]["ticket"] for e in events if e["type"] == "ticket.issued/1"} == ended
