"""ICMP echo through icmplib: unprivileged sockets where the kernel has them, raw ones as root."""

import asyncio
import os
from typing import Final

from icmplib import async_ping
from icmplib.exceptions import (
    DestinationUnreachable,
    ICMPLibError,
    NameLookupError,
    SocketPermissionError,
    SocketUnavailableError,
)

from motcua_edge.drivers.net.port import PingUnavailableError

_SLACK_S: Final = 1.0


class IcmpPinger:
    """Implements `Pinger`; one echo request of 56 bytes at a time and address."""

    async def ping(self, address: str, timeout_s: float) -> float | None:
        """The round trip in ms; None when nothing came back, or nobody has this address."""
        try:
            async with asyncio.timeout(timeout_s + _SLACK_S):
                host = await async_ping(
                    address, count=1, timeout=timeout_s, privileged=os.geteuid() == 0
                )
        except (SocketPermissionError, SocketUnavailableError) as error:
            msg = f"pings cannot be sent: {error}; set net.ipv4.ping_group_range for this user"
            raise PingUnavailableError(msg) from error
        except (NameLookupError, DestinationUnreachable, ICMPLibError, OSError, TimeoutError):
            return None
        return float(host.avg_rtt) if host.is_alive else None
