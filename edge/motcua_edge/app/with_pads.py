"""Rating pads and counter keypads of one office, built from its configuration."""

import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Final

import msgspec

from motcua_contract.faults import DRIVER_FAILED
from motcua_contract.messages import Command
from motcua_contract.sentences import say
from motcua_contract.siteconfig import SiteConfig
from motcua_contract.vocabulary import HealthState
from motcua_edge.config import AgentConfig, ConfigError, PadBroker
from motcua_edge.domain.pads.release import PACKAGE, Release, ReleaseError, read
from motcua_edge.drivers.mqtt import AiomqttConnector, BrokerAddress
from motcua_edge.drivers.pads import MqttLines, PadLines, SerialLines
from motcua_edge.services.devices import Supervised
from motcua_edge.services.health import HealthBook
from motcua_edge.services.office import OfficeService
from motcua_edge.services.pads import (
    Exchange,
    PadBench,
    Peer,
    Presses,
    Unit,
    UpdateFailedError,
    Updates,
)
from motcua_edge.services.pads.bench import UPDATE
from motcua_edge.services.pads.keys import KeyFileError, key_file, read_key
from motcua_edge.services.rating_desk import RatingDesk
from motcua_edge.services.remote import Doer, DoFailedError, Done

LINKS: Final = "pad-links"
"""The component that speaks for all links when the driver itself fails."""
_LOG: Final = logging.getLogger(__name__)


class Pads(msgspec.Struct, frozen=True):
    """What the agent needs of the pads."""

    parts: dict[str, Callable[[], Coroutine[None, None, None]]]
    counts: Callable[[], Mapping[str, float]]
    drivers: dict[str, Supervised]
    doers: dict[str, Doer]
    bench: PadBench


def build_pads(
    agent: AgentConfig, office: OfficeService, health: HealthBook, desk: RatingDesk
) -> Pads | None:
    """The pads, None when none are configured; ConfigError for what cannot be used."""
    if not agent.pads.units:
        return None
    release = _release(agent.pads.firmware)
    peers, keyless = _peers(agent, office, health, release.fw if release else "")
    presses = Presses(office, desk)
    exchange = Exchange(
        office=office,
        desk=desk,
        presses=presses,
        peers=peers,
        lines=_lines(agent),
        fresh=secrets.token_hex,
    )

    async def run() -> None:
        await health.report(LINKS, HealthState.OK)
        for name, why in keyless.items():
            await health.report(
                name, HealthState.UNKNOWN, DRIVER_FAILED, say("pad.keyless", error=why)
            )
        await exchange.run()

    updates = Updates(exchange, peers, release)
    driver = Supervised(LINKS, run, health, lambda: office.now().mono)
    return Pads(
        parts={"pads": driver.run},
        counts=lambda: {
            **presses.counts,
            **exchange.counts,
            "lost_for_room": sum(peer.lost for peer in peers.values()),
        },
        drivers={LINKS: driver},
        doers={UPDATE: _updater(updates)},
        bench=PadBench(office, peers, updates),
    )


def _updater(updates: Updates) -> Doer:
    """What the hub's command `pad.update` does here."""

    async def update(command: Command) -> Done:
        name = command.arguments["component"]
        try:
            fw = await updates.update(name)
        except UpdateFailedError as error:
            raise DoFailedError(str(error)) from error
        except LookupError as error:
            msg = f"{name} is no pad of this site"
            raise DoFailedError(msg) from error
        return Done(detail=f"{name} took firmware {fw} and starts it")

    return update


def _peers(
    agent: AgentConfig, office: OfficeService, health: HealthBook, shipped: str
) -> tuple[dict[str, Peer], dict[str, str]]:
    """The pads, and why others cannot be spoken to: a lost key must not keep an office closed."""
    peers, keyless = {}, {}
    for name, configured in agent.pads.units.items():
        if name == LINKS:
            msg = f"{LINKS} is the name of the links; give the pad another - at `$.pads.units`"
            raise ConfigError(msg)
        unit = Unit(name, _counter(office.site, name, configured.counter))
        try:
            key = read_key(key_file(Path(agent.state_dir), name))
        except KeyFileError as error:
            _LOG.error("%s", error)
            keyless[name] = str(error)
        else:
            peers[name] = Peer(
                unit,
                key,
                health,
                lambda: office.now().mono,
                shipped,
                silent_ms=round(configured.silent_s * 1000),
            )
    return peers, keyless


def _counter(site: SiteConfig, name: str, counter: int) -> int:
    if site.counter(counter) is None:
        msg = f"counter {counter} is not in the site file - at `$.pads.units.{name}.counter`"
        raise ConfigError(msg)
    return counter


def _release(folder: str) -> Release | None:
    """The shipped firmware; ConfigError when it is said to be there and is not."""
    if not folder:
        return None
    path = Path(folder) / PACKAGE
    try:
        return read(path.read_bytes())
    except (OSError, ReleaseError) as error:
        msg = f"{path}: {error} - at `$.pads.firmware`"
        raise ConfigError(msg) from error


def _lines(agent: AgentConfig) -> list[PadLines]:
    section = agent.pads
    lines: list[PadLines] = []
    if section.serial:
        printer = (agent.printer.path,) if agent.printer.kind == "serial" else ()
        lines.append(SerialLines(section.serial, baudrate=section.baudrate, besides=printer))
    if section.broker is not None:
        lines.append(MqttLines(_connector(section.broker)))
    return lines


def _connector(broker: PadBroker) -> AiomqttConnector:
    try:
        password = Path(broker.password_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        msg = f"{broker.password_file}: {error}; write it with: motcua-edge pads broker"
        raise ConfigError(msg) from error
    return AiomqttConnector(
        BrokerAddress(
            host=broker.host,
            port=broker.port,
            client_id="motcua-edge",
            user=broker.user,
            password=password,
        )
    )
