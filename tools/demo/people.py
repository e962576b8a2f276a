"""Citizens who come, wait and rate; officers who call and serve."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable

import aiohttp

from demo.client import Json, OfficeClient, RefusedError, Seat
from demo.offices import PIN, Office

_DAY_S = 8 * 3600
_LONGEST_GAP_S = 900
"""Even the quietest office of the demo has something to look at."""
_ASLEEP = (aiohttp.ClientError, TimeoutError, OSError)
"""What a person sees while the office's program is restarting."""


class OfficePeople:
    """Everybody at one office. `speed` is how many seconds of a day pass in one second."""

    def __init__(self, office: Office, url: str, speed: float, seed: int) -> None:
        self.office = office
        self.count: Counter[str] = Counter()
        self._client = OfficeClient(url)
        self._speed = speed
        self._technician = ""
        self._machines: set[str] = set()
        # invented people, not secrets
        self._random = random.Random(seed)  # noqa: S311

    async def run(self) -> None:
        """Until cancelled; a person whom the office refuses or cannot hear tries again."""
        async with self._client, asyncio.TaskGroup() as group:
            group.create_task(self._citizens(), name=f"citizens {self.office.site}")
            for number in range(1, self.office.counters + 1):
                group.create_task(self._officer(number), name=f"officer {number}")

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(max(0.05, seconds / self._speed * self._random.uniform(0.6, 1.4)))

    async def _citizens(self) -> None:
        gap = min(_DAY_S / self.office.tickets_a_day, _LONGEST_GAP_S)
        while True:
            await self._patiently(self._one_citizen)
            await self._pause(gap)

    async def _one_citizen(self) -> None:
        priority = self._random.choice(["none"] * 8 + ["elderly", "child"])
        await self._client.take_ticket(self._random.choice(self.office.fields), priority)
        self.count["issued"] += 1

    async def _officer(self, counter: int) -> None:
        seat: Seat | None = None
        while True:
            seat = seat or await self._sit_down(counter)
            if seat is None:
                await asyncio.sleep(1)
                continue
            try:
                await self._serve_one(counter, seat)
            except RefusedError as refused:
                seat = None if refused.status in (401, 403) else seat
                await self._pause(60)
            except _ASLEEP:
                await asyncio.sleep(1)

    async def _sit_down(self, counter: int) -> Seat | None:
        with contextlib.suppress(RefusedError, *_ASLEEP):
            self._technician = self._technician or await self._client.technician(PIN)
            at = await self._client.machine_at(counter, self._technician)
            if at and at not in self._machines:
                return None  # a person took the counter over: it is theirs until they close it
            seat = await self._client.sit_down(counter, f"cb{counter:02d}", PIN, self._technician)
            self._machines.add(seat.machine)
            return seat
        self._technician = ""
        return None

    async def _serve_one(self, counter: int, seat: Seat) -> None:
        token = seat.session
        ticket = await self._current(counter, seat.device)
        ticket = ticket or await self._client.call_next(counter, token)
        if ticket["state"] == "called":
            self.count["called"] += 1
            await self._pause(40)
            if self._random.random() < 0.05:  # noqa: PLR2004  one in twenty does not come
                await self._miss(counter, token, ticket)
                return
            await self._client.step(counter, "start", ticket["id"], token)
        await self._pause(7 * 60)
        await self._client.step(counter, "finish", ticket["id"], token)
        self.count["served"] += 1
        await self._pause(20)
        await self._maybe_rate(counter)

    async def _current(self, counter: int, device: str) -> Json | None:
        """What this counter had in hand before a restart or a refusal."""
        view = await self._client.get(f"/api/v1/snapshot/counter/{counter}", device)
        card = view.get("current")
        return dict(card["ticket"]) if card else None

    async def _miss(self, counter: int, token: str, ticket: Json) -> None:
        while True:
            try:
                await self._client.step(counter, "miss", ticket["id"], token)
            except RefusedError as refused:
                # not heard yet: wait for the voice, as the rules ask
                if refused.code not in ("not_announced", "too_soon"):
                    raise
                await asyncio.sleep(1)
            else:
                self.count["missed"] += 1
                return

    async def _maybe_rate(self, counter: int) -> None:
        if self._random.random() < 0.4:  # noqa: PLR2004  far more than in a real office
            level = self._random.choice([3, 3, 3, 2, 2, 1])
            if await self._client.rate(counter, level):
                self.count["rated"] += 1

    async def _patiently(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except RefusedError:
            self.count["refused"] += 1
        except _ASLEEP:
            self.count["unheard"] += 1
            await asyncio.sleep(1)
