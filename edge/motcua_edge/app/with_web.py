"""The pages and the API of the office, and its figures for Prometheus."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import aiohttp.web
import msgspec
from prometheus_client import CollectorRegistry

from motcua_edge.app.core import Core
from motcua_edge.app.metrics import AgentCollector
from motcua_edge.app.with_devices import Devices
from motcua_edge.app.with_evidence import Evidence
from motcua_edge.app.with_hall import Hall
from motcua_edge.config import AgentConfig
from motcua_edge.services.sessions import Sessions
from motcua_edge.services.uplink import Uplink
from motcua_edge.web.deps import Controls, Deps
from motcua_edge.web.server import build_app, build_runner


class Pages(msgspec.Struct, frozen=True):
    """What is shown."""

    agent: AgentConfig
    core: Core
    hall: Hall
    devices: Devices


def build_web(
    pages: Pages, controls: Controls, registry: CollectorRegistry
) -> aiohttp.web.AppRunner:
    """The web server; it listens when it is told to."""
    agent, core, devices = pages.agent, pages.core, pages.devices
    deps = Deps(
        office=core.office,
        sessions=Sessions(core.office),
        desk=pages.hall.desk,
        controls=controls,
        registry=registry,
        lan=agent.web.lan,
        software=core.origin.version,
        photos=Path(agent.site_file).parent / "photos",
        cameras=devices.cameras.cameras if agent.cameras else None,
        pads=devices.pads.bench if devices.pads else None,
    )
    return build_runner(build_app(deps))


def build_registry(
    pages: Pages,
    evidence: Evidence,
    uplink: Uplink | None,
    numbers: Callable[[], Mapping[str, float]],
) -> CollectorRegistry:
    """Figures of all parts; `numbers` are the devices' newest."""
    office, journal = pages.core.office, pages.core.journal
    hall, devices, cameras = pages.hall, pages.devices, pages.devices.cameras.cameras
    collector = AgentCollector(
        facts=lambda: office.counts,
        slips=lambda: hall.printing.counts,
        announcements=lambda: hall.announcing.counts,
        buttons=lambda: hall.buttons.counts,
        pads=lambda: devices.pads.counts() if devices.pads else {},
        journal=lambda: {"events": journal.last_seq, "free_bytes": journal.free_bytes()},
        uplink=lambda: uplink.figures() if uplink else {},
        devices=numbers,
        cameras=cameras.counts,
        views=cameras.numbers,
        inside=lambda: office.load() | {"tasks": len(asyncio.all_tasks())},
        ups=lambda: devices.power.counts() if devices.power else {},
        vigil=evidence.counts,
    )
    registry = CollectorRegistry()
    registry.register(collector)
    return registry
