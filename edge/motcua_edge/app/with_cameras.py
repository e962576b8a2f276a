"""The office's cameras, from their sections of the configuration."""

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from motcua_edge.config import AgentConfig
from motcua_edge.config_cameras import CameraBox, CameraSection
from motcua_edge.domain.camera.look import Box
from motcua_edge.drivers.camera import Camera, ProcessCamera, Settings
from motcua_edge.services.cameras import Cameras, Memory, PictureFolder, Plan, Watcher
from motcua_edge.services.devices import Supervised
from motcua_edge.services.health import HealthBook
from motcua_edge.services.office import OfficeService

_HOUR_MS: Final = 3_600_000
_FRESH_SHARE: Final = 0.8
_FRESH_LEAST_S: Final = 3.0
"""Share of the time between two looks that one of them may wait for a new picture, and least."""
_ANSWER_S: Final = 4.0
"""What the program may take beyond that wait."""
Build = Callable[[Settings], Camera]


class CameraParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent runs, shows and lets the hub ask."""

    cameras: Cameras
    parts: Mapping[str, Callable[[], Coroutine[None, None, None]]]
    drivers: Mapping[str, Supervised]


def build_cameras(
    agent: AgentConfig,
    office: OfficeService,
    health: HealthBook,
    build: Build = ProcessCamera,
) -> CameraParts:
    """Every configured camera; without any there is nothing to run."""
    cameras = Cameras(health)
    folder = Path(agent.state_dir) / "cameras"
    drivers = {}
    for section in agent.cameras:
        name = f"camera-{section.name}"
        camera = build(_settings(section, folder / section.name))
        cameras.add(_watcher(section, folder / section.name, camera, office, cameras))
        drivers[name] = Supervised(
            name, partial(cameras.run, name), health, lambda: office.now().mono
        )
    parts = {name: driver.run for name, driver in drivers.items()}
    return CameraParts(cameras=cameras, parts=parts, drivers=drivers)


def _watcher(
    section: CameraSection, folder: Path, camera: Camera, office: OfficeService, cameras: Cameras
) -> Watcher:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Watcher(
        plan=Plan(name=f"camera-{section.name}", hours=_hours(section), every_s=section.every_s),
        camera=camera,
        office=office,
        memory=Memory(folder / "learnt.json"),
        pictures=PictureFolder(folder / "pictures", section.keep_hours * _HOUR_MS),
        on_step=cameras.told,
    )


def _hours(section: CameraSection) -> tuple[tuple[str, str], ...]:
    pairs = (span.partition("-") for span in section.lighting)
    return tuple((begin, end) for begin, _, end in pairs)


def _settings(section: CameraSection, folder: Path) -> Settings:
    fresh_s = max(_FRESH_LEAST_S, section.every_s * _FRESH_SHARE)
    return Settings(
        source=section.source,
        login_file=section.login_file,
        folder=str(folder),
        clock=_boxes(section.clock),
        privacy=_boxes(section.privacy),
        fresh_s=fresh_s,
        answer_s=fresh_s + _ANSWER_S,
        memory_mb=section.memory_mb,
    )


def _boxes(boxes: tuple[CameraBox, ...]) -> tuple[Box, ...]:
    return tuple(Box(box.left, box.top, box.width, box.height) for box in boxes)
