"""What each of the hub's commands does at this office."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import Final, Protocol

import msgspec

from motcua_contract.faults import find
from motcua_contract.messages import Command
from motcua_contract.sentences import say
from motcua_edge.services.devices import Supervised
from motcua_edge.services.health import HealthBook
from motcua_edge.services.remote import Doer, DoFailedError, Done
from motcua_edge.web.deps import Controls, UnavailableError

Lines = Callable[[], list[str]]
_JSON: Final = "application/json"
_PICTURE: Final = "image/jpeg"


class Cameras(Protocol):
    """What commands need of the office's cameras."""

    async def snapshot(self, component: str, reason: str, by: str) -> Path:
        """Take and log one masked picture; LookupError when there is no such camera."""
        ...

    async def relearn(self, component: str, by: str) -> None:
        """Make the present view the reference; LookupError when there is no such camera."""
        ...


class Diagnostics(msgspec.Struct, frozen=True, kw_only=True):
    """Where diagnostics come from. Nothing here may name a secret."""

    about: Callable[[], object]
    figures: Callable[[], Mapping[str, object]]
    lines: Lines


class Abilities:
    """What this office can do when the hub asks; a device that is not there has no entry.

    Args:
        controls: Test print and test sound.
        health: Drills, and what is there.
        diagnostics: Sources of `diagnostics.collect`.
        drivers: Supervised drivers by component.
        self_test: Starts the UPS's battery test and returns the UPS's own words.
        cameras: Snapshots and references.
    """

    def __init__(
        self,
        *,
        controls: Controls,
        health: HealthBook,
        diagnostics: Diagnostics,
        drivers: Mapping[str, Supervised],
        self_test: Callable[[], Awaitable[str]] | None = None,
        cameras: Cameras | None = None,
    ) -> None:
        self._controls = controls
        self._health = health
        self._diagnostics = diagnostics
        self._drivers = drivers
        self._self_test = self_test
        self._cameras = cameras
        self._drill_ends: dict[str, asyncio.TimerHandle] = {}
        self._ending: set[asyncio.Task[bool]] = set()

    def doers(self) -> dict[str, Doer]:
        """By command name."""
        always: dict[str, Doer] = {
            "printer.test": self._print,
            "sound.test": self._sound,
            "driver.restart": self._restart,
            "diagnostics.collect": self._collect,
            "drill.start": self._drill,
            "drill.end": self._end_drill,
        }
        ups: dict[str, Doer] = {"ups.self_test": self._test_ups} if self._self_test else {}
        views: dict[str, Doer] = (
            {"camera.snapshot": self._snapshot, "camera.relearn": self._relearn}
            if self._cameras
            else {}
        )
        return always | ups | views

    async def _print(self, _command: Command) -> Done:
        await _available(self._controls.test_print())
        return Done(detail="a test slip was given to the printer")

    async def _sound(self, _command: Command) -> Done:
        await _available(self._controls.test_sound())
        return Done(detail="the test sentence was played in every zone")

    async def _restart(self, command: Command) -> Done:
        component = command.arguments["component"]
        driver = self._drivers.get(component)
        if driver is None:
            known = ", ".join(sorted(self._drivers)) or "none"
            msg = f"{component} has no driver that can be restarted; there are: {known}"
            raise DoFailedError(msg)
        driver.restart()
        return Done(detail=f"{component} starts again")

    async def _collect(self, _command: Command) -> Done:
        what = {
            "about": self._diagnostics.about(),
            "health": self._health.current,
            "figures": dict(self._diagnostics.figures()),
            "log": self._diagnostics.lines(),
        }
        text = msgspec.json.format(msgspec.json.encode(what)).decode()
        return Done(detail=f"{len(text)} characters", media=_JSON, data=text)

    async def _test_ups(self, _command: Command) -> Done:
        if self._self_test is None:
            msg = "this office has no UPS"
            raise DoFailedError(msg)
        try:
            return Done(detail=await self._self_test())
        except RuntimeError as error:
            raise DoFailedError(str(error)) from error

    async def _snapshot(self, command: Command) -> Done:
        if self._cameras is None:
            msg = "this office has no camera"
            raise DoFailedError(msg)
        asked = command.arguments
        try:
            path = await self._cameras.snapshot(asked["component"], asked["reason"], command.actor)
        except (LookupError, RuntimeError, OSError) as error:
            raise DoFailedError(str(error)) from error
        picture = base64.b64encode(await asyncio.to_thread(path.read_bytes)).decode()
        return Done(detail=path.name, media=_PICTURE, data=picture)

    async def _relearn(self, command: Command) -> Done:
        if self._cameras is None:
            msg = "this office has no camera"
            raise DoFailedError(msg)
        try:
            await self._cameras.relearn(command.arguments["component"], command.actor or "hub")
        except (LookupError, RuntimeError) as error:
            raise DoFailedError(str(error)) from error
        return Done(detail="the reference is learnt anew")

    async def _drill(self, command: Command) -> Done:
        asked = command.arguments
        fault = find(asked["component"], asked["code"])
        if fault is None:
            msg = f"{asked['component']} cannot have the fault {asked['code']}"
            raise DoFailedError(msg)
        detail = say("drill", actor=command.actor, minutes=asked["minutes"])
        try:
            await self._health.drill(asked["component"], fault.state, fault.code, detail)
        except LookupError as error:
            raise DoFailedError(str(error.args[0])) from error
        self._end_later(asked["component"], int(asked["minutes"]) * 60)
        return Done(detail=str(detail))

    def _end_later(self, component: str, seconds: float) -> None:
        before = self._drill_ends.pop(component, None)
        if before is not None:
            before.cancel()
        loop = asyncio.get_running_loop()
        self._drill_ends[component] = loop.call_later(seconds, self._time_is_up, component)

    def _time_is_up(self, component: str) -> None:
        ending = asyncio.ensure_future(self._health.end_drill(component))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _end_drill(self, command: Command) -> Done:
        component = command.arguments["component"]
        if not await self._health.end_drill(component):
            msg = f"{component} has no drill"
            raise DoFailedError(msg)
        return Done(detail=f"the drill of {component} has ended")


async def _available(work: Coroutine[object, object, None] | Awaitable[None]) -> None:
    try:
        await work
    except UnavailableError as error:
        raise DoFailedError(str(error)) from error
