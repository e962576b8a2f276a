"""The room that every test of the exchange with pads is in."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from support.padroom import Room


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    await room.hall.staff()
    task = asyncio.create_task(room.exchange.run())
    await room.settled()
    yield room
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
