"""Every device that is watched: each family is built by its own module, here they are one."""

from collections.abc import Callable, Coroutine

import msgspec

from motcua_edge.app.core import Core
from motcua_edge.app.hub_line import HubLine
from motcua_edge.app.with_cameras import CameraParts, build_cameras
from motcua_edge.app.with_pads import Pads, build_pads
from motcua_edge.app.with_ups import UpsParts, build_ups
from motcua_edge.app.with_watches import Builder, Watches
from motcua_edge.config import AgentConfig
from motcua_edge.services.devices import Supervised
from motcua_edge.services.health import HealthBook
from motcua_edge.services.link_watch import LinkWatch
from motcua_edge.services.rating_desk import RatingDesk
from motcua_edge.services.screens import Screens


class Devices(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent needs of the devices; None for what this office has not.

    Attributes:
        screens: Takes the heartbeats of displays and kiosks.
        link: The way to the hub.
        drivers: What can be restarted, by component.
    """

    screens: Screens
    link: LinkWatch | None
    watches: Watches
    power: UpsParts | None
    cameras: CameraParts
    pads: Pads | None
    drivers: dict[str, Supervised]

    @property
    def parts(self) -> dict[str, Callable[[], Coroutine[None, None, None]]]:
        """Long-running coroutines by a name for their task."""
        pads = self.pads.parts if self.pads else {}
        power = {"power": self.power.driver.run} if self.power else {}
        return {**self.cameras.parts, **pads, **power, **self.watches.parts}

    def numbers(self) -> dict[str, float]:
        """The newest numbers, by `COMPONENT.QUANTITY`."""
        power = self.power.numbers() if self.power else {}
        ups = {f"ups.{name}": value for name, value in power.items()}
        return ups | dict(self.cameras.cameras.numbers()) | self.watches.numbers()


def build_devices(
    agent: AgentConfig, core: Core, desk: RatingDesk, health: HealthBook, line: HubLine
) -> Devices:
    """All devices of the configuration."""
    office = core.office
    builder = Builder(agent, office, health)
    screens, watched_screens = builder.screens()
    link, watched_link = builder.link(line.online) if agent.mqtt else (None, None)
    watches = Watches(
        [
            builder.controller(lambda: line.skew_ms),
            *([watched_link] if watched_link else []),
            watched_screens,
            *builder.gear(),
            *builder.contacts(),
        ]
    )
    power = build_ups(agent.ups, office, health, core.journal.opened)
    cameras = build_cameras(agent, office, health)
    pads = build_pads(agent, office, health, desk)
    return Devices(
        screens=screens,
        link=link,
        watches=watches,
        power=power,
        cameras=cameras,
        pads=pads,
        drivers={**watches.drivers, **cameras.drivers, **(pads.drivers if pads else {})},
    )
