"""Citizens who keep coming, in a thread, whatever happens to the network."""

import asyncio
import random
import threading
from types import TracebackType
from typing import Self

import aiohttp

from demo.client import Json, OfficeClient, RefusedError
from demo.stack import SiteStack


def take(site: SiteStack, service: str = "CT", key: str = "") -> Json:
    """One citizen at the kiosk; the ticket."""

    async def act() -> Json:
        async with OfficeClient(site.url) as client:
            return await client.take_ticket(service, key=key)

    return asyncio.run(act())


class Crowd:
    """`with Crowd(site, seed, every_s):` a ticket about every `every_s` seconds until the end.

    Attributes:
        taken: How many tickets were given out.
        failed: How many requests the office did not answer with a ticket.
    """

    def __init__(self, site: SiteStack, seed: int, every_s: float = 0.15) -> None:
        self.taken = 0
        self.failed = 0
        self._site = site
        self._chance = random.Random(seed)
        self._every_s = every_s
        self._ending = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._come()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        self._thread.join(20)

    async def _come(self) -> None:
        async with OfficeClient(self._site.url) as client:
            while not self._ending.is_set():
                try:
                    await client.take_ticket(self._chance.choice(self._site.office.fields))
                    self.taken += 1
                except (RefusedError, aiohttp.ClientError, TimeoutError):
                    self.failed += 1
                await asyncio.sleep(self._chance.uniform(0.3, 1.7) * self._every_s)
