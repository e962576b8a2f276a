"""Edges in a quarter of the time: one process loads the libraries, its children are the offices."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self


class Edge:
    """One forked edge; it does nothing before `go`, so that a tracer can be attached first."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self._nursery = nursery
        self.pid = pid
        self.code: int | None = None

    def go(self) -> None:
        """Let it run."""
        self._nursery.ask(f"go {self.pid}")

    def wait(self) -> int:
        """Wait for its end; its exit code, or minus the signal that ended it."""
        if self.code is None:
            self.code = os.waitstatus_to_exitcode(int(self._nursery.ask(f"wait {self.pid}")))
        return self.code

    @property
    def running(self) -> bool:
        """Whether it has not ended (a zombie has)."""
        try:
            status = Path(f"/proc/{self.pid}/stat").read_text()
        except FileNotFoundError:
            return False
        return status.rpartition(")")[2].split()[0] != "Z"

    def end(self, sign: signal.Signals) -> int:
        """Send a signal and wait."""
        if self.code is None:
            os.kill(self.pid, sign)
        return self.wait()


class Nursery:
    """A context manager; `fork` as many edges as you like, one after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("nursery_program.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._edges: list[Edge] = []
        assert self._line() == "ready"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for edge in self._edges:
            edge.end(signal.SIGKILL)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)

    def fork(self, config: Path, log: Path) -> Edge:
        """An edge with this configuration that waits for `go`; paths must have no spaces."""
        return self._born(f"fork {config} {log}")

    def doomed(self, config: Path, log: Path, call: str, n: int) -> Edge:
        """An edge that runs at once and is killed in place of its n-th such call."""
        return self._born(f"doomed {config} {log} {call} {n}")

    def _born(self, command: str) -> Edge:
        edge = Edge(self, int(self.ask(command)))
        self._edges.append(edge)
        return edge

    def ask(self, command: str) -> str:
        """One command, one answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery ended"
        return line.strip()
