"""Faults at chosen system calls, injected by strace into a program that knows nothing of it."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from support.waiting import until

_STRACE = shutil.which("strace") or ""


def _allowed() -> bool:
    """Whether strace is here and may trace a child."""
    if not _STRACE:
        return False
    tried = subprocess.run(
        [_STRACE, "-qq", "-e", "trace=none", "true"], capture_output=True, timeout=20, check=False
    )
    return tried.returncode == 0


needs_strace = pytest.mark.skipif(
    not _allowed(), reason="needs strace and the right to trace (apt-get install strace)"
)


def kill_at(call: str, n: int) -> str:
    """SIGKILL instead of the n-th such call; calls are counted in each thread for itself."""
    return f"{call}:signal=KILL:when={n}"


def fail_from(calls: Sequence[str], error: str, n: int = 1) -> str:
    """Every such call fails with `error` from the n-th on, in each thread."""
    return f"{','.join(calls)}:error={error}:when={n}+"


def options(fault: str, log: Path) -> list[str]:
    """strace with this fault, its record of the calls concerned (with times) in `log`."""
    calls = fault.partition(":")[0]
    return [_STRACE, "-f", "-ttt", "-o", str(log), "-e", f"trace={calls}", "-e", f"inject={fault}"]


def command(program: list[str], fault: str, log: Path) -> list[str]:
    """The program from its first call under strace, at nearly full speed."""
    return [*options(fault, log), "--seccomp-bpf", *program]


def record(log: Path) -> Iterator[tuple[float, str]]:
    """(Unix time in s, what happened) of each line that strace wrote."""
    for line in log.read_text(errors="replace").splitlines():
        _, at, what = line.split(None, 2)
        yield float(at), what


def attach(pid: int, fault: str, log: Path) -> subprocess.Popen[bytes]:
    """A tracer on a waiting process; it ends with the process."""
    tracer = subprocess.Popen(
        [*options(fault, log), "-p", str(pid)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: _tracer_of(pid) == tracer.pid or tracer.poll() is not None, every=0.002)
    assert tracer.poll() is None, "strace could not attach"
    return tracer


def _tracer_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("TracerPid:")[1].split()[0])
