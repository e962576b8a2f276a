"""Rating pads and counter keypads of one office, built from its configuration."""

import secrets
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Final

import msgspec

from motcua_contract.siteconfig import SiteConfig
from motcua_edge.config import AgentConfig, ConfigError, PadBroker, PadsSection
from motcua_edge.drivers.mqtt import AiomqttConnector, BrokerAddress
from motcua_edge.drivers.pads import MqttLines, PadLines, SerialLines
from motcua_edge.services.devices import Supervised
from motcua_edge.services.health import HealthBook
from motcua_edge.services.office import OfficeService
from motcua_edge.services.pads import Exchange, Peer, Presses, Unit
from motcua_edge.services.rating_desk import RatingDesk

KEYS: Final = "pad-keys"
LINKS: Final = "pad-links"
"""The component that speaks for all links when the driver itself fails."""
_KEY_BYTES: Final = 32


class Pads(msgspec.Struct, frozen=True):
    """What the agent needs of the pads."""

    parts: dict[str, Callable[[], Coroutine[None, None, None]]]
    counts: Callable[[], Mapping[str, float]]
    drivers: dict[str, Supervised]
    exchange: Exchange


def build_pads(
    agent: AgentConfig, office: OfficeService, health: HealthBook, desk: RatingDesk
) -> Pads | None:
    """The pads, None when none are configured; ConfigError for what cannot be used."""
    section = agent.pads
    if not section.units:
        return None
    presses = Presses(office, desk)
    exchange = Exchange(
        office=office,
        desk=desk,
        presses=presses,
        peers=_peers(agent, office, health),
        lines=_lines(agent),
        fresh=secrets.token_hex,
    )
    driver = Supervised(LINKS, exchange.run, health, lambda: office.now().mono)
    return Pads(
        parts={"pads": driver.run},
        counts=lambda: presses.counts | exchange.counts,
        drivers={LINKS: driver},
        exchange=exchange,
    )


def key_file(state_dir: Path, name: str) -> Path:
    """Where a pad's key lies."""
    return state_dir / KEYS / f"{name}.key"


def read_key(path: Path) -> bytes:
    """A pad's key; ConfigError when there is none or it is none."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        msg = f"{path}: {error}; make the key with: motcua-edge pads enroll {path.stem}"
        raise ConfigError(msg) from error
    if len(key) != _KEY_BYTES:
        msg = f"{path}: {len(key)} bytes, a key has {_KEY_BYTES}; enroll the pad again"
        raise ConfigError(msg)
    return key


def _peers(agent: AgentConfig, office: OfficeService, health: HealthBook) -> dict[str, Peer]:
    return {
        name: Peer(
            Unit(name, _counter(office.site, name, unit.counter)),
            read_key(key_file(Path(agent.state_dir), name)),
            health,
            lambda: office.now().mono,
            _shipped(agent.pads),
        )
        for name, unit in agent.pads.units.items()
    }


def _counter(site: SiteConfig, name: str, counter: int) -> int:
    if site.counter(counter) is None:
        msg = f"counter {counter} is not in the site file - at `$.pads.units.{name}.counter`"
        raise ConfigError(msg)
    return counter


def _shipped(section: PadsSection) -> str:
    return ""


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
