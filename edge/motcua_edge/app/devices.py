"""Drivers from their sections of the configuration."""

from pathlib import Path

from motcua_edge.config import ButtonsSection, ClockSection, MqttSection
from motcua_edge.drivers.buttons import GpioButtons
from motcua_edge.drivers.clock import Clock, SystemClock
from motcua_edge.drivers.mqtt import AiomqttConnector, BrokerAddress, Connector, TlsFiles


def build_clock(section: ClockSection) -> Clock:
    """The machine's clock; its trust from the kernel or from a file, and so its boot."""
    return SystemClock(
        Path(section.file) if section.trust == "file" else None,
        Path(section.boot_file) if section.boot_file else None,
    )


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
