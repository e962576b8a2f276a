"""Batches and answers dropped, doubled, late, in another order and replayed; then U1 to U6."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.offices import OFFICES
from demo.stack import running
from support.faults import count, tell
from support.invariants import check_all
from support.ledgers import acknowledged, drained
from support.meddler import FAULTS, Meddler, SplitStack
from support.office_work import Crowd
from support.waiting import until

EACH = count(4, 40)
SEED = 3
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240 + 6 * EACH)]
SMALL = OFFICES[0]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[SplitStack]:
    with running(SplitStack(tmp_path / "province", [SMALL])) as started:
        assert isinstance(started, SplitStack)
        yield started


def test_dropped_doubled_late_and_replayed_messages_lose_and_double_nothing(
    stack: SplitStack,
) -> None:
    site = stack.sites[SMALL.site]
    with Meddler(stack, site, SEED) as meddler:
        with Crowd(site, SEED, every_s=0.1) as crowd:
            until(
                lambda: all(meddler.count(fault) >= EACH // 2 for fault in FAULTS), within=60 + EACH
            )
            # what was recorded before is replayed to another incarnation, too
            site.edge.kill()
            site.start_edge()
            until(lambda: all(meddler.count(fault) >= EACH for fault in FAULTS), within=60 + EACH)
        meddler.rate = 0
        until(lambda: drained(stack, site) and acknowledged(site), within=60, every=0.2)
        tell(f"carried {meddler.carried}, tickets {crowd.taken}, seed {SEED}: {meddler.done}")
        check_all(stack, site)
