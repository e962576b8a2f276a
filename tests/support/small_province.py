"""A hub, a broker and one small office as real programs, for tests that need no more than that."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from demo.offices import OFFICES
from demo.stack import SiteStack, Stack, running

SMALL: Final = OFFICES[0]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A province of the test's own."""
    with running(Stack(tmp_path / "province", [SMALL])) as started:
        yield started


@pytest.fixture
def site(stack: Stack) -> SiteStack:
    """Its office."""
    return stack.sites[SMALL.site]
