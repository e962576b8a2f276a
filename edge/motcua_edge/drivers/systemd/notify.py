"""sd_notify (man 3 sd_notify): datagrams to the socket that systemd names in the environment."""

import socket
from collections.abc import Mapping
from typing import Final

_ABSTRACT: Final = "@"


class Notifier:
    """Tells systemd; without a socket in the environment every call does nothing.

    Args:
        environ: Where NOTIFY_SOCKET and WATCHDOG_USEC are looked up.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        # an abstract address is written with an @ and begins with a NUL
        self._address = "\0" + address[1:] if address.startswith(_ABSTRACT) else address
        usec = environ.get("WATCHDOG_USEC", "")
        self.watchdog_s: Final = int(usec) / 1_000_000 if usec.isdigit() else 0.0
        """Silence after which systemd restarts us; 0: it does not watch."""

    def tell(self, *assignments: str) -> bool:
        """Send `KEY=value` lines; False when nobody listens. Never raises, never blocks."""
        if not self._address:
            return False
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
                speaker.setblocking(False)
                speaker.sendto("\n".join(assignments).encode(), self._address)
        except OSError:
            return False
        return True
