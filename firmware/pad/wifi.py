"""Wi-Fi that is asked for again and again."""

import network

_AGAIN_MS = 15000


class Wifi:
    """`up(now)` says whether there is a network, and asks for it when there is none."""

    def __init__(self, ssid, password):
        self._login = ssid, password
        self._asked_at = None
        self._radio = network.WLAN(network.STA_IF)
        self._radio.active(True)

    def up(self, now):
        """Whether frames can travel."""
        if self._radio.isconnected():
            return True
        if self._asked_at is None or now - self._asked_at >= _AGAIN_MS:
            self._asked_at = now
            self._radio.disconnect()
            self._radio.connect(*self._login)
        return False
