"""Pings and the machine's own network: a port, the real one, and a fake."""

from motcua_edge.drivers.net.fake import FakePinger
from motcua_edge.drivers.net.icmp import IcmpPinger
from motcua_edge.drivers.net.kernel import default_gateway, traffic
from motcua_edge.drivers.net.port import Pinger, PingUnavailableError

__all__ = [
    "FakePinger",
    "IcmpPinger",
    "PingUnavailableError",
    "Pinger",
    "default_gateway",
    "traffic",
]
