"""Waiting with a deadline instead of sleeping and hoping."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(probe: Callable[[], T], *, within: float = 30.0, every: float = 0.02) -> T:
    """Return the first truthy answer of `probe`; fail with its last answer after `within` s."""
    deadline = time.monotonic() + within
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > deadline:
            msg = f"not within {within} s; last answer: {answer!r}"
            raise AssertionError(msg)
        time.sleep(every)


async def until_async(probe: Callable[[], T], *, within: float = 30.0, every: float = 0.01) -> T:
    """As `until`, for a probe that other tasks of this loop make true."""
    deadline = time.monotonic() + within
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > deadline:
            msg = f"not within {within} s; last answer: {answer!r}"
            raise AssertionError(msg)
        await asyncio.sleep(every)
