"""What the kernel knows of this machine's network."""

import socket
import struct
from pathlib import Path
from typing import Final

_UP_GATEWAY: Final = 0x0003
"""RTF_UP and RTF_GATEWAY (man 7 rtnetlink)."""
_FIELDS: Final = 4


def default_gateway(routes: Path = Path("/proc/net/route")) -> str:
    """The IPv4 address of the default gateway; empty when there is none."""
    for line in _lines(routes)[1:]:
        fields = line.split()
        if len(fields) < _FIELDS:
            continue
        to, gateway, flags = fields[1], fields[2], int(fields[3], 16)
        if to == "00000000" and flags & _UP_GATEWAY == _UP_GATEWAY:
            return socket.inet_ntoa(struct.pack("<L", int(gateway, 16)))
    return ""


def traffic(devices: Path = Path("/proc/net/dev")) -> tuple[int, int]:
    """Bytes received and sent since boot, over all interfaces but the loopback."""
    received = sent = 0
    for line in _lines(devices)[2:]:
        name, _, numbers = line.partition(":")
        fields = numbers.split()
        if name.strip() != "lo" and len(fields) > 8:  # noqa: PLR2004 - 8 of reception, then sent
            received += int(fields[0])
            sent += int(fields[8])
    return received, sent


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
