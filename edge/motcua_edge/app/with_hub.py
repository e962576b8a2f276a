"""The office and its hub: what goes up by itself, and what the hub may ask for."""

from collections.abc import Callable, Coroutine

import msgspec

from motcua_contract.messages import About
from motcua_contract.topics import Down
from motcua_edge.app.core import Core
from motcua_edge.app.devices import build_clock, build_connector
from motcua_edge.app.hub_line import HubLine
from motcua_edge.app.identity import hardware_model
from motcua_edge.app.with_commands import Abilities, Diagnostics
from motcua_edge.app.with_devices import Devices
from motcua_edge.app.with_evidence import Evidence
from motcua_edge.config import AgentConfig, MqttSection
from motcua_edge.services.health import HealthBook
from motcua_edge.services.remote import RemoteCommands
from motcua_edge.services.uplink import (
    FloorRaiser,
    Surroundings,
    Uplink,
    UplinkSettings,
    numbers,
)
from motcua_edge.web.deps import Controls


class Introduction(msgspec.Struct, frozen=True):
    """What the office says of itself when it meets the hub."""

    agent: AgentConfig
    core: Core
    health: HealthBook

    def about(self) -> About:
        """As of now."""
        site, origin = self.core.office.site, self.core.origin
        return About(
            device=self.agent.device,
            model=hardware_model(),
            serial=origin.hardware,
            name=site.name,
            versions={"motcua-edge": origin.version},
            config_version=site.version,
            components={
                name: health.code or health.state for name, health in self.health.current.items()
            },
        )


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub's commands work with."""

    controls: Controls
    devices: Devices
    lines: Callable[[], list[str]]


class Hub(msgspec.Struct, frozen=True, kw_only=True):
    """The ways to the hub and back; no uplink in an office without a hub."""

    uplink: Uplink | None
    remote: RemoteCommands

    @property
    def parts(self) -> dict[str, Callable[[], Coroutine[None, None, None]]]:
        """Long-running coroutines by a name for their task."""
        if self.uplink is None:
            return {}
        return {"uplink": self.uplink.run, "remote commands": self.remote.run}


def build_hub(
    introduction: Introduction,
    line: HubLine,
    asked: Asked,
    evidence: Evidence,
    minute: Callable[[], dict[str, float]],
) -> Hub:
    """Everything between the office and its hub; from now on the line has its uplink.

    Args:
        introduction: Who we are.
        line: Given the uplink.
        asked: For the hub's commands.
        evidence: Told when the hub has answered.
        minute: Numbers that go up each minute.
    """
    agent, core = introduction.agent, introduction.core
    remote = _remote(introduction, line, asked)
    if agent.mqtt is not None:
        around = Surroundings(
            about=introduction.about,
            numbers=lambda: numbers(core.office.state),
            metrics=minute,
            health=introduction.health,
            on_floor=FloorRaiser(core.office),
            on_resumed=lambda: _resumed(core, evidence),
            on_skew=line.learn_skew,
            on_met=evidence.vigil.met,
            handlers={Down.COMMAND: remote.take, Down.CONFIG: evidence.take},
        )
        line.uplink = _uplink(agent, agent.mqtt, core, around)
    return Hub(uplink=line.uplink, remote=remote)


def _resumed(core: Core, evidence: Evidence) -> None:
    core.first_numbers.open()
    evidence.resumed()


def _remote(introduction: Introduction, line: HubLine, asked: Asked) -> RemoteCommands:
    devices = asked.devices
    abilities = Abilities(
        controls=asked.controls,
        health=introduction.health,
        diagnostics=Diagnostics(
            about=introduction.about, figures=asked.controls.figures, lines=asked.lines
        ),
        drivers=devices.drivers,
        cameras=devices.cameras.cameras if introduction.agent.cameras else None,
        self_test=devices.power.self_test if devices.power else None,
    )
    doers = abilities.doers() | (devices.pads.doers if devices.pads else {})
    return RemoteCommands(introduction.core.office, doers, line.tell)


def _uplink(agent: AgentConfig, mqtt: MqttSection, core: Core, around: Surroundings) -> Uplink:
    return Uplink(
        settings=UplinkSettings(
            site=agent.site,
            device=agent.device,
            hardware=core.origin.hardware,
            hello_every_s=agent.hello_every_s,
            health_every_s=agent.health_every_s,
            reconnect_cap_s=mqtt.reconnect_cap_s,
        ),
        around=around,
        journal=core.journal,
        connector=build_connector(mqtt, agent.device),
        clock=build_clock(agent.clock),
    )
