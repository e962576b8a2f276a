"""An office with fake cameras, built as the agent builds them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from motcua_contract.facts import Fact
from motcua_contract.facts.office import HealthChanged
from motcua_edge.app.with_cameras import CameraParts, build_cameras
from motcua_edge.config import AgentConfig
from motcua_edge.config_cameras import CameraSection
from motcua_edge.drivers.camera import FakeCamera, Settings
from motcua_edge.services.cameras import Watcher
from motcua_edge.services.health import HealthBook
from support.hall import Hall

LOOK_MS = 10_000


class Bench:
    """Steps cameras by hand; ten seconds pass with each round."""

    def __init__(self, folder: Path, names: tuple[str, ...], **more: object) -> None:
        self.hall = Hall()
        self.health = HealthBook(self.hall.office)
        self.fakes: dict[str, FakeCamera] = {}
        self.settings: dict[str, Settings] = {}
        self.folder = folder
        sections = tuple(
            CameraSection(name=name, source=f"rtsp://u:p@10.0.0.9/{name}", **more) for name in names
        )
        agent = AgentConfig(
            site="q1-ben-nghe",
            device="pi-1",
            site_file="",
            state_dir=str(folder),
            cameras=sections,
        )
        self.built: CameraParts = build_cameras(agent, self.hall.office, self.health, self._fake)
        self.cameras = self.built.cameras

    def _fake(self, settings: Settings) -> FakeCamera:
        name = f"camera-{settings.source.rpartition('/')[2]}"
        self.settings[name] = settings
        self.fakes[name] = FakeCamera()
        return self.fakes[name]

    @property
    def watchers(self) -> dict[str, Watcher]:
        return self.cameras._watchers

    async def look(self, times: int = 1) -> None:
        for _ in range(times):
            self.hall.clock.advance(LOOK_MS)
            for watcher in self.watchers.values():
                await watcher.step()

    def changes(self, component: str) -> list[str]:
        """What was told of a component: codes, or states without a code."""
        found: list[Fact] = self.hall.facts(HealthChanged)
        return [f.code or f.state.value for f in found if f.component == component]


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    """Make an office with cameras of these names."""
    return lambda *names, **more: Bench(tmp_path, names or ("hall",), **more)
