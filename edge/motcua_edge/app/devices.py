"""Drivers from their sections of the configuration."""

import logging
from pathlib import Path

from motcua_edge.config import ButtonsSection, ClockSection, MqttSection, VoiceSection
from motcua_edge.drivers.buttons import GpioButtons
from motcua_edge.drivers.clock import Clock, SystemClock
from motcua_edge.drivers.mqtt import AiomqttConnector, BrokerAddress, Connector, TlsFiles
from motcua_edge.drivers.voice import AplayPlayer, ClipPack, FilePlayer, PackError, Player

_FILE = "file:"
_LOG = logging.getLogger(__name__)


def build_clock(section: ClockSection) -> Clock:
    """The machine's clock; its trust from the kernel or from a file."""
    return SystemClock(Path(section.file) if section.trust == "file" else None)


def build_players(section: VoiceSection) -> dict[str, Player]:
    """One player for each zone; none when the voice is switched off."""
    if not section.enabled:
        return {}
    if section.player.startswith(_FILE):
        folder = Path(section.player.removeprefix(_FILE))
        return {zone: FilePlayer(folder / zone) for zone in section.zones}
    return {
        zone: AplayPlayer(device, program=section.player, patience_s=section.clip_timeout_s)
        for zone, device in section.zones.items()
    }


def build_clips(section: VoiceSection) -> ClipPack | None:
    """The voice pack; an unusable one is logged and the synthesiser speaks instead."""
    if not section.pack:
        return None
    try:
        return ClipPack(Path(section.pack))
    except PackError as error:
        _LOG.warning("voice pack cannot be used, the synthesiser speaks: %s", error)
        return None


def build_buttons(section: ButtonsSection) -> GpioButtons:
    """The buttons wired to this controller."""
    return GpioButtons(section.factory)


def build_connector(section: MqttSection, device: str) -> Connector:
    """The way to the hub's broker, with our certificate."""
    return AiomqttConnector(
        BrokerAddress(
            host=section.host,
            port=section.port,
            client_id=device,
            tls=TlsFiles(ca=section.ca, cert=section.cert, key=section.key),
            keepalive_s=section.keepalive_s,
            timeout_s=section.timeout_s,
        )
    )
