"""The tree is read once for each file of these tests, and then let go."""

from collections.abc import Iterator

import pytest

from support import tree


@pytest.fixture(scope="module", autouse=True)
def syntax() -> Iterator[None]:
    """Millions of nodes in memory slow every later test of the same worker down."""
    yield
    tree.parsed.cache_clear()
