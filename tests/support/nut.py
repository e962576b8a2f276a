"""A real upsd with the driver dummy-ups on loopback: a UPS whose words a test writes."""

import contextlib
from collections.abc import Iterator

from demo.nut import NAME, PASSWORD, USER, Nut

__all__ = ["NAME", "PASSWORD", "USER", "Nut", "running"]


@contextlib.contextmanager
def running(account: str = "") -> Iterator[Nut]:
    """A started NUT that ends with the block, also when it could not start."""
    nut = Nut(account)
    try:
        yield nut.start()
    finally:
        nut.close()
