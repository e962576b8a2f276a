"""The hub's program killed with SIGKILL around its commits and its answers; then U1 to U6.

strace delivers the signal as a chosen thread enters its n-th write, fsync or send, so that the
moments between a commit and its acknowledgement are met again and again.
"""

import os
import random
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.stack import SiteStack, Stack
from support.faults import count, tell
from support.invariants import check_all
from support.ledgers import acknowledged, drained, hub_haves, streams
from support.office_work import Crowd
from support.waiting import until

DEATHS = count(3, 60)
SEED = 50
STRACE = shutil.which("strace")
SYSCALLS = ("fdatasync", "sendto", "fdatasync", "write", "pwrite64")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120 + 40 * DEATHS),
    pytest.mark.skipif(STRACE is None, reason="strace is not installed"),
]


def _traced(pid: int) -> bool:
    tasks = Path(f"/proc/{pid}/task")
    states = [(task / "status").read_text() for task in tasks.iterdir()]
    return all("TracerPid:\t0" not in state for state in states)


@contextmanager
def _doomed(pid: int, syscall: str, when: int) -> Iterator[None]:
    """The process dies as one of its threads enters its `when`-th `syscall` from now."""
    inject = ("-e", f"trace={syscall}", "-e", f"inject={syscall}:signal=KILL:when={when}")
    tracer = subprocess.Popen(
        [str(STRACE), "-f", "-qq", "-o", os.devnull, "-p", str(pid), *inject],
        stderr=subprocess.PIPE,
    )
    try:
        until(lambda: tracer.poll() is not None or _traced(pid))
        if tracer.poll() is not None and tracer.stderr is not None:
            told = tracer.stderr.read().decode(errors="replace")
            if "not permitted" in told:
                pytest.skip(f"strace may not attach here: {told.strip()}")
        yield
    finally:
        tracer.kill()
        tracer.wait()
        assert tracer.stderr is not None
        tracer.stderr.close()


def _unacknowledged_at_hub(stack: Stack, site: SiteStack) -> int:
    """Rows that the hub has committed and the office does not know to be there."""
    held = hub_haves(stack, site.office.site)
    return sum(max(0, held.get(jid, 0) - acked) for jid, (acked, _, _) in streams(site).items())


def _die(stack: Stack, syscall: str, when: int) -> None:
    pid = stack.hub.pid
    assert pid is not None
    try:
        with _doomed(pid, syscall, when):
            until(lambda: not stack.hub.running, within=30)
    except FileNotFoundError:
        # it died while we looked whether it was traced
        until(lambda: not stack.hub.running)
    assert stack.hub.returncode == -signal.SIGKILL


def test_a_hub_killed_between_commit_and_answer_loses_and_doubles_nothing(
    stack: Stack, site: SiteStack
) -> None:
    chance = random.Random(SEED)
    met: Counter[str] = Counter()
    between = 0
    with Crowd(site, SEED) as crowd:
        # three deaths may all miss the moment that this is about: then it goes on
        while met.total() < DEATHS or not between:
            syscall = SYSCALLS[met.total() % len(SYSCALLS)]
            _die(stack, syscall, chance.randint(1, 8))
            # acknowledgements that got out are written down within a moment
            _settled(site)
            met[syscall] += 1
            between += _unacknowledged_at_hub(stack, site) > 0
            stack.hub.start()
            stack.hub.wait_port(stack.hub_port, within=40)
    until(lambda: drained(stack, site) and acknowledged(site), within=60, every=0.2)
    tell(f"hub deaths {dict(met)}, {between} of them between commit and answer;")
    tell(f"tickets {crowd.taken}, seed {SEED}")
    assert between >= DEATHS // 3
    check_all(stack, site)


def _settled(site: SiteStack) -> None:
    """Wait until what the office knows of the hub no longer changes."""
    seen: list[dict[str, tuple[int, int, int]]] = []

    def same() -> bool:
        seen.append(streams(site))
        return len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]

    until(same, every=0.3)
