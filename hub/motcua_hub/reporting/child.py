"""The process that draws reports, so that pages and ingest never wait for one.

`python -m motcua_hub.reporting.child` reads a `Task` in one line of JSON from its standard input
and makes what is due, or checks one version and says its `Verdict`. It says on its standard output
what it made, one `Made` a line, and what that cost. When its standard input ends, the hub that
started it is gone, and it ends too, with whatever it started: nothing is half done, for a version
is archived in one transaction.
"""

import contextlib
import fcntl
import gc
import logging
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Engine

from motcua_hub.reporting.checking import check
from motcua_hub.reporting.schedule import Schedule
from motcua_hub.store import archive
from motcua_hub.store.archive import Entry
from motcua_hub.store.engine import open_engine, reading

log = logging.getLogger(__name__)
MOST_BYTES: Final = 3 * 2**30
"""Of memory; what needs more fails, instead of taking it from ingest and pages."""
NICE: Final = 10
_NEW_OBJECTS: Final = 200_000
_KIB: Final = 1024
_STDIN: Final = 0


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a drawing process is told. `url` holds a password, so it is no argument.

    `now` is the hub's time (UTC ms), filled in when the process is started: there is one clock.
    `check` is the version that is to be checked; then nothing is drawn.
    """

    url: str
    state_dir: str
    now: int = 0
    log_level: str = "info"
    most_bytes: int = MOST_BYTES
    check: int | None = None


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """One version in the archive: its kind, how long it took, and the most memory so far."""

    kind: str
    seconds: float
    peak_bytes: int


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether this process is the only one of its hub that draws; it stays so inside."""
    with (folder / "reports.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def draw(engine: Engine, folder: Path, now: int) -> Iterator[Entry]:
    """Make everything that is due at `now` (UTC ms), unless another process is at it."""
    with alone(folder) as mine:
        if not mine:
            log.info("another process is drawing reports")
            return
        yield from Schedule(engine).work(now)


def modest(most_bytes: int = MOST_BYTES) -> None:
    """Go behind everything else that wants the processor, and take no more memory than that."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))
    # what is loaded stays; a report's rows are no reason to search for cycles
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


def peak_bytes() -> int:
    """The most memory that this process, or one that it started, has had."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in whose) * _KIB


def _leash() -> None:
    """Wait for the end of the standard input, then end everything at once."""
    # not by `sys.stdin`: its lock would be held when the interpreter ends
    while os.read(_STDIN, 1):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _main() -> int:
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=task.log_level.upper(), stream=sys.stderr, format=form)
    modest(task.most_bytes)
    engine = open_engine(task.url)
    if task.check is not None:
        return _check(engine, task.check)
    threading.Thread(target=_leash, name="leash", daemon=True).start()
    return _draw(engine, task)


def _check(engine: Engine, number: int) -> int:
    with reading(engine) as connection:
        verdict = check(connection, archive.entry(connection, number))
    sys.stdout.buffer.write(msgspec.json.encode(verdict))
    return 0


def _draw(engine: Engine, task: Task) -> int:
    begun = time.monotonic()
    for entry in draw(engine, Path(task.state_dir), task.now):
        seconds = time.monotonic() - begun
        said = Made(kind=entry.kind, seconds=seconds, peak_bytes=peak_bytes())
        sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
        sys.stdout.buffer.flush()
        begun = time.monotonic()
    engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(_main())
