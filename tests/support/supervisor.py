"""What systemd does with Restart=always, RestartSec=1 and no start limit."""

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self


class Exit(NamedTuple):
    """An end of the program: time.monotonic() and the exit code."""

    at: float
    code: int


class Supervisor:
    """Keeps a program running between entry and exit. `command` is asked before every start."""

    def __init__(
        self, command: Callable[[], list[str]], log: Path, restart_after_s: float = 1.0
    ) -> None:
        self.exits: list[Exit] = []
        self._command = command
        self._log = log
        self._restart_after_s = restart_after_s
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_running, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> int | None:
        """No more starts; SIGTERM to the program that runs; its exit code. Harmless again."""
        self._ended.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
        self._thread.join(20)
        return self.exits[-1].code if self.exits else None

    def _keep_running(self) -> None:
        while not self._ended.is_set():
            with self._log.open("ab") as sink:
                self._process = subprocess.Popen(self._command(), stdout=sink, stderr=sink)
            while self._process.poll() is None:
                if self._ended.is_set():
                    self._let_go(self._process)
                time.sleep(0.01)  # either may end it: the program or the test
            self.exits.append(Exit(time.monotonic(), self._process.returncode))
            self._ended.wait(self._restart_after_s)

    @staticmethod
    def _let_go(process: subprocess.Popen[bytes]) -> None:
        try:
            process.terminate()
            process.wait(8)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
