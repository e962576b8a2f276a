"""Forks edges that need not load their libraries again.

Commands on stdin, an answer each on stdout: `fork CONFIG LOG` -> pid (the edge waits); `go PID`;
`doomed CONFIG LOG CALL N` -> pid (runs at once, is killed at its n-th such call); `wait PID` ->
wait status. A child does what `motcua-edge run --config CONFIG` does.
"""

import gc
import os
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

import motcua_edge.cli.run_command  # noqa: F401  loaded once, for all children
from motcua_edge.cli.main import run_cli
from motcua_edge.drivers.printer.library import blank_page

sys.path.insert(0, str(Path(__file__).parents[1]))
from support.guard import hand_over, stand_guard, watched

_LATCHES: dict[int, int] = {}
_GUARDS: dict[int, int] = {}


def _edge(config: str, log: str) -> None:
    sink = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (sink, 1), (sink, 2)):
        os.dup2(source, target)
    status = run_cli(["run", "--config", config])
    sys.stderr.flush()
    os._exit(status)


def _forked(task: Callable[[], None]) -> int:
    assert threading.active_count() == 1, "a fork keeps only one thread"
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            task()
        except BaseException:  # noqa: BLE001  a child must never come back into the loop
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    return pid


def _fork(config: str, log: str) -> int:
    read, write = os.pipe()

    def latched() -> None:
        for other in (*_LATCHES.values(), write):
            os.close(other)
        if os.read(read, 1):
            _edge(config, log)

    pid = _forked(latched)
    os.close(read)
    _LATCHES[pid] = write
    return pid


def _doomed(config: str, log: str, call: str, n: int) -> int:
    ours, theirs = socket.socketpair()

    def watched_edge() -> None:
        ours.close()
        hand_over(theirs, watched(call))
        theirs.close()
        _edge(config, log)

    def standing_guard() -> None:
        theirs.close()
        stand_guard(ours, n)

    guard = _forked(standing_guard)
    pid = _forked(watched_edge)
    ours.close()
    theirs.close()
    _GUARDS[pid] = guard
    return pid


def _wait(pid: int) -> int:
    status = os.waitpid(pid, 0)[1]
    guard = _GUARDS.pop(pid, None)
    if guard is not None:
        os.waitpid(guard, 0)
    return status


def _go(pid: int) -> int:
    latch = _LATCHES.pop(pid)
    os.write(latch, b"!")
    os.close(latch)
    return 0


def main() -> None:
    """Serve until stdin ends."""
    blank_page("TM-T20II")
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        match line.split():
            case ["fork", config, log]:
                answer = _fork(config, log)
            case ["go", pid]:
                answer = _go(int(pid))
            case ["doomed", config, log, call, n]:
                answer = _doomed(config, log, call, int(n))
            case ["wait", pid]:
                answer = _wait(int(pid))
            case _:
                answer = -1
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
