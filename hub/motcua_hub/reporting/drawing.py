"""The hub's side of drawing: one process at a time, started when something is due, and watched.

What is due follows from the database, so a hub that was killed goes on with it after its start.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import msgspec
from sqlalchemy import Connection, Engine

from motcua_hub.reporting import duties
from motcua_hub.reporting.child import Made, Task, alone
from motcua_hub.store import archive, drawings
from motcua_hub.store.engine import reading, writing

log = logging.getLogger(__name__)
WITHIN_S: Final = 3_600
"""A process that draws for longer is ended, and counts as failed."""
_ENDS_WITHIN_S: Final = 2


class Counted(Protocol):
    """Who wants to know."""

    def done(self, made: Made) -> None:
        """A version is in the archive."""

    def failed(self) -> None:
        """A process ended without having done what it had begun."""


class Drawing:
    """Looks what is due and has it drawn; call `work` again and again, `stop` from elsewhere.

    Args:
        engine: The hub's database.
        task: What a process is told.
        counted: Who wants to know.
        clock: UTC ms.
        within_s: How long a process may take.
    """

    def __init__(
        self,
        engine: Engine,
        task: Task,
        counted: Counted,
        clock: Callable[[], int],
        within_s: float = WITHIN_S,
    ) -> None:
        self._engine, self._task, self._counted = engine, task, counted
        self._clock, self._within_s = clock, within_s
        self._process: subprocess.Popen[bytes] | None = None
        self._lock, self._ending = threading.Lock(), False

    def work(self) -> None:
        """One round: nothing, or one process from its start to its end."""
        now = self._clock()
        duties.prepare(self._engine, now)
        with reading(self._engine) as connection:
            due = duties.due(connection, now)
        process = self._start() if due else None
        if process is None:
            return
        code = self._watch(process)
        if code != 0 and not self._ending:
            self._crashed(_why(code), due[0])

    def _start(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._ending:
                return None
            self._process = subprocess.Popen(
                [sys.executable, "-m", "motcua_hub.reporting.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
            return self._process

    def _watch(self, process: subprocess.Popen[bytes]) -> int:
        """Hear what a process makes until it ends; its exit code."""
        late = threading.Timer(self._within_s, _end, (process, signal.SIGKILL))
        late.daemon = True
        late.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                self._tell(process)
            for line in process.stdout or ():
                self._counted.done(msgspec.json.decode(line, type=Made))
            return process.wait()
        finally:
            late.cancel()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()

    def _tell(self, process: subprocess.Popen[bytes]) -> None:
        task = msgspec.structs.replace(self._task, now=self._clock())
        if process.stdin is not None:
            process.stdin.write(msgspec.json.encode(task) + b"\n")
            process.stdin.flush()

    def _crashed(self, why: str, first: str) -> None:
        """What was begun failed, or the `first` that was due; unless another process is at it."""
        self._counted.failed()
        with alone(Path(self._task.state_dir)) as nobody_draws:
            if nobody_draws:
                with writing(self._engine) as connection:
                    for what in drawings.interrupted(connection) or (first,):
                        self._failed(connection, what, why)

    def _failed(self, connection: Connection, what: str, why: str) -> None:
        """A person who waits is told when there is no use in waiting."""
        now = self._clock()
        many = drawings.fail(connection, what, now, why)
        log.error("drawing of %s ended: %s (failure %d)", what, why, many)
        kind, _, number = what.partition("/")
        if kind == "request" and many >= duties.TRIES:
            archive.end_request(connection, int(number), now, trouble="reports.fault.crashed")
            drawings.end(connection, what)

    @property
    def process_id(self) -> int:
        """The process of the round under way, or of the last one; 0 before the first."""
        return self._process.pid if self._process is not None else 0

    def stop(self) -> None:
        """End the process under way; what it was at is done after the next start."""
        with self._lock:
            self._ending, process = True, self._process
        if process is None or process.poll() is not None:
            return
        _end(process, signal.SIGTERM)
        try:
            process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            _end(process, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """End a process and those that it started."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)


def _why(code: int) -> str:
    """An exit code in words."""
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return f"exit code {code}"
