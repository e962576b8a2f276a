"""All cameras of an office: what each says, and what many say together."""

import logging
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.camera.look import Look
from motcua_edge.domain.camera.site import Members, camera_reading, site_reading, together
from motcua_edge.domain.steady import Reading
from motcua_edge.services.cameras.watcher import Watcher
from motcua_edge.services.devices.component import Reporter

SITE: Final = "camera"
"""The component that speaks for the cameras as a whole."""
_SHOWN: Final = 6
"""Pictures of a camera that the technician's page offers."""
_LOG: Final = logging.getLogger(__name__)
_NO_MEMBERS: Final[Members] = frozenset()


class NoSuchCameraError(LookupError):
    """No camera is called so; str() names those that are."""


class Cameras:
    """Reports every camera's lasting changes, those of many as one of the site.

    Args:
        reporter: Told of changes.
    """

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._watchers: dict[str, Watcher] = {}
        self._members = _NO_MEMBERS
        self._said: dict[str, Reading] = {}

    def add(self, watcher: Watcher) -> None:
        """One more camera; its name is its component."""
        self._watchers[watcher.plan.name] = watcher

    async def run(self, name: str) -> None:
        """Watch one camera until cancelled; raises CameraDriverError."""
        # whoever restarts it has told that the camera is unknown
        self._said.pop(name, None)
        await self._watchers[name].run()

    async def told(self) -> None:
        """Report what has changed."""
        watches = {name: watcher.watch for name, watcher in self._watchers.items()}
        self._members = together(watches, self._members)
        if len(watches) > 1:
            await self._say(SITE, site_reading(watches, self._members))
        for name, watch in watches.items():
            reading = camera_reading(name, watch, self._members)
            if reading is not None:
                await self._say(name, reading)

    async def _say(self, component: str, reading: Reading) -> None:
        before = self._said.get(component)
        if before is not None and before.key == reading.key:
            return
        self._said[component] = reading
        if reading.code:
            _LOG.warning("%s: %s %s (%s)", component, reading.state, reading.code, reading.detail)
        elif before is not None:
            _LOG.info("%s: %s after %s", component, reading.state, before.code or before.state)
        await self._reporter.report(component, reading.state, reading.code, reading.detail)

    async def snapshot(self, component: str, reason: str, by: str) -> Path:
        """Store one masked picture, on record as asked for by `by`.

        Raises:
            NoSuchCameraError: (a LookupError) no camera is called so.
            NoPictureError: (a RuntimeError) the camera gives none.
            OSError: It cannot be stored.
            Refusal: `reason` is empty or too long.
        """
        return await self._find(component).snapshot(reason, by)

    async def relearn(self, component: str, by: str) -> None:
        """Make the present view the reference, because `by` says that it is good.

        Raises:
            NoSuchCameraError: (a LookupError) no camera is called so.
            NoPictureError: (a RuntimeError) there is no good picture to learn from.
        """
        await self._find(component).relearn(by)
        await self.told()

    def stored_names(self) -> dict[str, tuple[str, ...]]:
        """By camera: file names of its newest pictures, newest first."""
        return {name: w.pictures.names()[:_SHOWN] for name, w in self._watchers.items()}

    def stored(self, component: str, file: str) -> Path:
        """Where a stored picture is; LookupError when there is none such."""
        return self._find(component).pictures.find(file)

    def _find(self, component: str) -> Watcher:
        watcher = self._watchers.get(component)
        if watcher is None:
            known = ", ".join(sorted(self._watchers)) or "none"
            msg = f"no camera is called {component!r}; there are: {known}"
            raise NoSuchCameraError(msg)
        return watcher

    def counts(self) -> Mapping[str, int]:
        """Since the start: looks, those with a fresh and with a usable picture; pictures stored."""
        total: Counter[str] = Counter(looks=0, running=0, usable=0)
        for watcher in self._watchers.values():
            total.update(watcher.counts)
        return total

    def numbers(self) -> dict[str, float]:
        """The last looks by `COMPONENT.QUANTITY`; `running` and `usable` are 0 or 1."""
        return {
            f"{name}.{quantity}": value
            for name, watcher in self._watchers.items()
            for quantity, value in _figures(watcher).items()
        }


def _figures(watcher: Watcher) -> Mapping[str, float]:
    told, look = watcher.watch.told, watcher.last
    good = told is not None and told.state is HealthState.OK
    state = {
        "running": float(look is not None),
        "usable": float(look is not None and good),
        "pictures": float(len(watcher.pictures)),
    }
    return state | (_numbers(look, watcher) if look is not None else {})


def _numbers(look: Look, watcher: Watcher) -> dict[str, float]:
    known = watcher.watch.references.day.sharpness
    numbers = {
        "mean": look.mean,
        "deviation": look.std,
        "bright_share": look.bright,
        "sharpness": look.sharpness,
        "reference_sharpness": known,
        "difference": look.diff,
        "likeness": look.peak,
        "shift_right": look.dx,
        "shift_down": look.dy,
    }
    return {name: float(value) for name, value in numbers.items() if value is not None}
