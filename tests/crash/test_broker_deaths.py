"""A broker that dies and forgets all it had acknowledged, again and again; then U1 to U6."""

import random
import time

import pytest

from demo.stack import SiteStack, Stack
from support.faults import count, tell
from support.invariants import check_all
from support.ledgers import acknowledged, at_hub, drained, edge_keys
from support.office_work import Crowd
from support.waiting import until

DEATHS = count(2, 20)
WITHIN_S = 30.0
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + 60 * DEATHS)]


def _die_and_return(stack: Stack, site: SiteStack, away_s: float) -> float:
    """Kill the broker, delete its database, bring it back; seconds until all is at the hub."""
    stack.broker.kill()
    (stack.folder / "broker" / "mosquitto.db").unlink(missing_ok=True)
    before = len(edge_keys(site))
    away_until = time.monotonic() + away_s
    # the office works on: that is what must drain afterwards
    until(lambda: time.monotonic() > away_until and len(edge_keys(site)) > before, within=60)
    stack.start_broker()
    back = time.monotonic()
    held = edge_keys(site)
    until(lambda: at_hub(stack, site, held), within=WITHIN_S, every=0.1)
    return time.monotonic() - back


def test_a_broker_that_dies_and_forgets_costs_nothing_and_drains_within_30_s(
    stack: Stack, site: SiteStack
) -> None:
    chance = random.Random(20)
    away = [chance.choice((0.2, 1, 3, 8, 15)) for _ in range(DEATHS)]
    with Crowd(site, seed=20) as crowd:
        took = [_die_and_return(stack, site, seconds) for seconds in away]
    until(lambda: drained(stack, site) and acknowledged(site), within=WITHIN_S)
    assert crowd.taken > DEATHS
    tell(f"broker deaths {DEATHS}: drained after {[round(t, 1) for t in took]} s")
    check_all(stack, site)
