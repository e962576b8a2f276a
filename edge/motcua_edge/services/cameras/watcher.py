"""One camera, looked at again and again."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import msgspec

from motcua_contract.siteconfig import Calendar
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.camera.commands import RecordPicture, RenewReference
from motcua_edge.domain.camera.lighting import Hours, lit
from motcua_edge.domain.camera.look import Look
from motcua_edge.domain.camera.reference import References
from motcua_edge.domain.camera.rules import OFFLINE
from motcua_edge.domain.camera.watch import (
    Watch,
    begun,
    missed,
    profile_of,
    renewed,
    rested,
    saw,
)
from motcua_edge.domain.steady import Reading
from motcua_edge.drivers.camera import Camera, CameraDriverError, CameraOfflineError
from motcua_edge.services.cameras.memory import Memory
from motcua_edge.services.cameras.pictures import PictureFolder
from motcua_edge.services.office import OfficeService

_PAUSE_MS: Final = 10 * 60_000
"""Between two pictures that faults ask for: a camera that flutters fills no disk."""
_TIDY_MS: Final = 10 * 60_000
_NOT_LEARNT_FROM: Final = frozenset({"offline", "frozen", "dark", "covered", "overexposed"})
"""What no technician's word makes a good picture."""


class NoPictureError(RuntimeError):
    """The camera gives no picture now, or none to learn from; str() says why, in English."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How a camera is watched.

    Attributes:
        name: The component, `camera-NAME`.
        hours: Lighting hours; empty means the office's working days.
        every_s: Seconds from look to look.
    """

    name: str
    hours: Hours = ()
    every_s: float = 10.0


class Watcher:
    """Looks, remembers, takes pictures of faults. `on_step` is awaited after every look."""

    def __init__(
        self,
        *,
        plan: Plan,
        camera: Camera,
        office: OfficeService,
        memory: Memory,
        pictures: PictureFolder,
        on_step: Callable[[], Awaitable[None]],
    ) -> None:
        self.plan: Final = plan
        self.pictures: Final = pictures
        self.counts: Final[Counter[str]] = Counter()
        self.last: Look | None = None
        self._camera = camera
        self._office = office
        self._memory = memory
        self._on_step = on_step
        self._turn = asyncio.Lock()
        self._pictured: int | None = None
        self._tidied: int | None = None
        self.watch = Watch(references=memory.load())

    @property
    def calendar(self) -> Calendar:
        """The office's, which may change while it runs."""
        return self._office.site.calendar

    async def run(self) -> None:
        """Look until cancelled; raises CameraDriverError when our own program fails."""
        self.watch = begun(self.watch)
        loop = asyncio.get_running_loop()
        try:
            while True:
                began = loop.time()
                await self.step()
                await asyncio.sleep(max(0.0, began + self.plan.every_s - loop.time()))
        finally:
            await self._camera.close()

    async def step(self) -> None:
        """One look and what follows from it."""
        if self._office.state.office.power.mode.sheds:
            await self._rest()
            return
        before = self.watch.told
        async with self._turn:
            await self._look()
        self._count()
        self._tidy()
        await self._on_step()
        await self._picture_of_fault(before)

    async def _rest(self) -> None:
        """Shed load: citizens can do without this."""
        self.watch, self.last = rested(self.watch), None
        async with self._turn:
            await self._camera.close()
        self._tidy()
        await self._on_step()

    async def _look(self) -> None:
        now = self._office.now()
        light = lit(self.plan.hours, self.calendar, now.wall)
        samples = _samples(self.watch.references)
        try:
            look = await self._camera.look(profile_of(lit=light))
            self.watch = saw(self.watch, look, lit=light, mono=self._office.now().mono)
            self.last = look
            if self.watch.learns:
                await self._camera.learn(profile_of(lit=light))
        except CameraOfflineError as error:
            self.last = None
            self.watch = missed(self.watch, str(error), mono=self._office.now().mono)
        if _samples(self.watch.references) != samples:
            await asyncio.to_thread(self._memory.save, self.watch.references)

    def _count(self) -> None:
        """For the SLIs: running is a fresh picture, usable one that shows what it should."""
        self.counts["looks"] += 1
        if self.last is None:
            return
        told = self.watch.told
        self.counts["running"] += 1
        self.counts["usable"] += told is not None and told.state is HealthState.OK

    def _tidy(self) -> None:
        now = self._office.now()
        if self._tidied is None or now.mono - self._tidied >= _TIDY_MS:
            self._tidied = now.mono
            self.counts["pictures_deleted"] += self.pictures.tidy(now.wall)

    async def _picture_of_fault(self, before: Reading | None) -> None:
        told = self.watch.told
        if told is None or not told.code or told.code == OFFLINE:
            return
        mono = self._office.now().mono
        recent = self._pictured is not None and mono - self._pictured < _PAUSE_MS
        if recent or (before is not None and before.key == told.key):
            return
        self._pictured = mono
        try:
            await self.snapshot(told.code, "")
        except (NoPictureError, OSError):
            self.counts["pictures_failed"] += 1

    async def snapshot(self, reason: str, by: str) -> Path:
        """Store the newest picture, masked, on record as asked for by `by`.

        Raises:
            NoPictureError: The camera gives none.
            OSError: It cannot be stored.
            Refusal: `reason` is empty or too long.
        """
        wall = self._office.now().wall
        draft = self.pictures.draft(wall)
        try:
            async with self._turn:
                picture = await self._camera.picture(draft)
        except (CameraOfflineError, CameraDriverError) as error:
            raise NoPictureError(str(error)) from error
        record = RecordPicture(
            camera=self.plan.name,
            reason=reason,
            actor=by,
            sha256=picture.sha256,
            size=picture.size,
            keep_until=wall + self.pictures.keep_ms,
        )
        try:
            await self._office.execute(record)
        except BaseException:
            # what is not on record does not exist
            draft.unlink(missing_ok=True)
            raise
        self.counts["pictures"] += 1
        return self.pictures.keep(draft)

    async def relearn(self, by: str) -> None:
        """Take the present view for good, because `by` says so.

        Raises:
            NoPictureError: There is no good picture to learn from.
            Refusal: Nobody says so.
        """
        newest = self.watch.newest
        if newest is None or newest.code in _NOT_LEARNT_FROM:
            why = newest.code if newest else "no look yet"
            msg = f"nothing good to learn from ({why}); mend the picture first"
            raise NoPictureError(msg)
        try:
            async with self._turn:
                await self._camera.forget()
        except (CameraOfflineError, CameraDriverError) as error:
            raise NoPictureError(str(error)) from error
        await self._office.execute(RenewReference(camera=self.plan.name, actor=by))
        self.watch = renewed(self.watch)
        await asyncio.to_thread(self._memory.save, self.watch.references)


def _samples(references: References) -> int:
    """What is worth a write: that only a count rose is not."""
    return len(references.day.samples) + len(references.night.samples)
