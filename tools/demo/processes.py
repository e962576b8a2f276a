"""Child processes: started with a log file each, waited for, killed by their own pid."""

import functools
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path


class ProcessError(RuntimeError):
    """A program did not come up; the message ends with the last lines of its log."""


FIRST_PORT, LAST_PORT, APART = 20_000, 32_000, 64
"""Below the ports that Linux hands out by itself; each process takes every 64th of them."""


def free_port() -> int:
    """A TCP port on loopback that nobody uses right now, nor is given before it is used."""
    for port in itertools.islice(_candidates(os.getpid()), (LAST_PORT - FIRST_PORT) // APART):
        with socket.socket() as probe:
            if _bound(probe, port):
                return port
    msg = f"none of our ports between {FIRST_PORT} and {LAST_PORT} is free"
    raise ProcessError(msg)


@functools.cache
def _candidates(pid: int) -> Iterator[int]:
    """The ports of one process, round and round; another process begins elsewhere."""
    mine = range(FIRST_PORT + pid % APART, LAST_PORT, APART)
    start = pid // APART % len(mine)
    return itertools.cycle((*mine[start:], *mine[:start]))


def _bound(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def wait_until(true: Callable[[], bool], complaint: str, within: float = 30.0) -> None:
    """Wait; TimeoutError with the complaint when it does not come true."""
    deadline = time.monotonic() + within
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(complaint)
        time.sleep(0.02)


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs one of our modules with this interpreter."""
    return [sys.executable, "-m", module, *arguments]


class Program:
    """One program with its log; can be killed and started again."""

    def __init__(
        self, name: str, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self._env = {**os.environ, **(env or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while running."""
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def returncode(self) -> int | None:
        """Its exit code once it has ended; negative for a signal."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start it; its output is appended to the log."""
        with self.log.open("ab") as sink:
            self._process = subprocess.Popen(
                self.command,
                stdout=sink,
                stderr=sink,
                stdin=subprocess.DEVNULL,
                env=self._env,
                start_new_session=True,
            )

    def stop(self, within: float = 8.0) -> int | None:
        """SIGTERM, then SIGKILL when it does not end in time; returns the exit code."""
        return self._end(signal.SIGTERM, within)

    def kill(self) -> int | None:
        """SIGKILL: the power is gone."""
        return self._end(signal.SIGKILL, 5.0)

    def _end(self, sign: signal.Signals, within: float) -> int | None:
        process = self._process
        if process is None or process.poll() is not None:
            return self.returncode
        process.send_signal(sign)
        try:
            return process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait(5.0)

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def wait_port(self, port: int, within: float = 60.0) -> None:
        """Wait until it listens; raise ProcessError with the end of its log otherwise."""
        deadline = time.monotonic() + within
        while not _listens(port):
            if not self.running or time.monotonic() > deadline:
                msg = f"{self.name} does not listen on port {port}:\n{self.tail()}"
                raise ProcessError(msg)
            time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
