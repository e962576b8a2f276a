"""One province for all tests of a file: it is worked out once."""

import os

import pytest

from province.script import Size, drawn
from province.world import built
from support.province.feed import Feed, fed

SEEDS = (1, 2, 3, 4, 5, 6) if os.environ.get("MOTCUA_FAULTS") == "full" else (1,)


@pytest.fixture(scope="session", params=SEEDS, ids=lambda seed: f"seed{seed}")
def quarter(request: pytest.FixtureRequest) -> Feed:
    """A quarter of a province: 150 sites, 8 servers, 92 days."""
    return fed(built(drawn(Size(seed=request.param))))
