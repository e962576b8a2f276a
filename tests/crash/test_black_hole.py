"""A broker that is silent but not gone, and a line that is cut with a reset; then U1 to U6.

SIGSTOP stands for a black hole: connections stay open and nothing moves. Packet filters would do
the same below TCP; nft is not among the packages of the project.
"""

import os
import random
import signal
import time

import pytest

from demo.stack import SiteStack, Stack
from support.faults import count, tell
from support.invariants import check_all
from support.ledgers import acknowledged, at_hub, drained, edge_keys
from support.office_work import Crowd
from support.waiting import until

HOLES = count(1, 6)
RESETS = count(3, 20)
SILENT_S = count(8, 75)
SEED = 8
pytestmark = [pytest.mark.slow, pytest.mark.timeout(150 + 140 * HOLES + 40 * RESETS)]


def _silence(stack: Stack, crowd: Crowd, seconds: float) -> None:
    """The broker neither answers nor hangs up; tickets are given out all the while."""
    pid = stack.broker.pid
    assert pid is not None
    before, end = crowd.taken, time.monotonic() + seconds
    os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: time.monotonic() > end, within=seconds + 5)
        assert crowd.taken > before + seconds
    finally:
        os.kill(pid, signal.SIGCONT)


def test_silence_and_resets_cost_nothing(stack: Stack, site: SiteStack) -> None:
    chance = random.Random(SEED)
    cable = site.cable
    assert cable is not None
    took = []
    with Crowd(site, SEED) as crowd:
        for n in range(HOLES + RESETS):
            if n < HOLES:
                _silence(stack, crowd, chance.uniform(0.3, 1) * SILENT_S)
            else:
                cable.pull()
                cable.plug()
            held, back = edge_keys(site), time.monotonic()
            until(lambda held=held: at_hub(stack, site, held), within=60, every=0.1)
            took.append(round(time.monotonic() - back, 1))
    until(lambda: drained(stack, site) and acknowledged(site), within=60, every=0.2)
    tell(f"{HOLES} silences, {RESETS} resets, tickets {crowd.taken}, drained after {took} s")
    check_all(stack, site)
