"""A network switch of the demo: an address of this machine that answers pings until it is off.

Switching it off needs root: a route of this machine then leads nowhere. Nothing but this address,
which nobody else uses, is touched, and it is as before when the demo ends.
"""

import os
import random
import shutil
import subprocess
from typing import Final

_IP: Final = shutil.which("ip") or "/sbin/ip"


class Switch:
    """Always answers, until `off`."""

    def __init__(self) -> None:
        # no secret: two demos on one machine should not share a switch
        here = random.SystemRandom()
        self.address = f"127.77.{here.randrange(1, 255)}.{here.randrange(1, 255)}"
        self._is_off = False

    def can_be_switched_off(self) -> bool:
        """Whether this machine lets us; it is tried."""
        if os.geteuid() != 0 or not self._route("add"):
            return False
        return self._route("del")

    def off(self) -> None:
        """No answer any more."""
        self._is_off = self._route("add") or self._is_off

    def on(self) -> None:
        """It answers; harmless when repeated."""
        if self._is_off:
            self._route("del")
        self._is_off = False

    def _route(self, verb: str) -> bool:
        words = [_IP, "route", verb, "blackhole", f"{self.address}/32", "table", "local"]
        try:
            return subprocess.run(words, capture_output=True, check=False).returncode == 0
        except OSError:
            return False
