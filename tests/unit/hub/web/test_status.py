"""While the hub is deaf, silence means nothing."""

import pytest

from motcua_hub.web.status import DEAF_AFTER_MS, Beat, hub_hears

NOW = 1_795_395_600_000


def beat(ago=1000, connected=True):
    return Beat(process="ingest", at=NOW - ago, connected=connected, lag_s=0)


@pytest.mark.parametrize("ingest", [None, beat(connected=False), beat(ago=DEAF_AFTER_MS + 1)])
def test_a_hub_that_hears_nobody_says_so(ingest):
    assert not hub_hears(ingest, NOW)


def test_a_hub_with_a_fresh_heartbeat_hears():
    assert hub_hears(beat(), NOW)
