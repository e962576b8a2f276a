"""The line of announcements of one zone: strictly in call order, and recalls merge."""

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec

from motcua_edge.domain.speech import Sentence
from motcua_edge.drivers.voice import Tones
from motcua_edge.services.announcing.ports import Uttered


class CallJob(msgspec.Struct, frozen=True, kw_only=True):
    """A call to be spoken. `expires` is a boot-time ms after which it is worth nothing."""

    ticket: str
    call: str
    times: int
    counter: int
    zone: str
    expires: int


class SayJob(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement about no ticket, after a chime of `tones`; `done` gets how it went."""

    sentence: Sentence
    done: asyncio.Future[Uttered]
    tones: Tones


Job = CallJob | SayJob


class ZoneQueue:
    """First in, first out. Only the zone's own worker takes jobs out."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._jobs)

    def put(self, job: Job) -> CallJob | None:
        """Add a job; return the queued call that it replaces, at whose place it then stands."""
        self._filled.set()
        if isinstance(job, CallJob):
            for index, queued in enumerate(self._jobs):
                if isinstance(queued, CallJob) and queued.call == job.call:
                    self._jobs[index] = job
                    return queued
        self._jobs.append(job)
        return None

    def drop(self, unwanted: Callable[[CallJob], bool]) -> list[CallJob]:
        """Take out and return the calls that are no longer wanted."""
        gone = [job for job in self._jobs if isinstance(job, CallJob) and unwanted(job)]
        for job in gone:
            self._jobs.remove(job)
        return gone

    def clear(self) -> list[Job]:
        """Take out and return everything."""
        jobs = list(self._jobs)
        self._jobs.clear()
        return jobs

    async def next(self) -> Job:
        """Wait for the first job and take it out."""
        while not self._jobs:
            self._filled.clear()
            await self._filled.wait()
        return self._jobs.popleft()
