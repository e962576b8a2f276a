"""Signs of life for the watchman on a second machine: he speaks up when they stop."""

import logging
from collections.abc import Callable

import msgspec
from prometheus_client import Gauge

from motcua_hub.config_sending import PingSection
from motcua_hub.sending.channels.http import Http, expect
from motcua_hub.sending.channels.port import SendError
from motcua_hub.sending.channels.webhook.signing import SIGNATURE, TIMESTAMP, sign

log = logging.getLogger(__name__)
_MOST_S = 10.0


class Pinger:
    """Says “I am here”, signed, so that nobody else can say it for us."""

    def __init__(self, config: PingSection, now_ms: Callable[[], int], heard: Gauge) -> None:
        self._config = config
        self._now_ms = now_ms
        self._heard = heard
        self._http = Http(min(config.every_s, _MOST_S), config.ca)
        self._failing = False

    def ping(self) -> bool:
        """One sign of life; False when the watchman did not take it."""
        now = self._now_ms()
        timestamp = str(now // 1000)
        body = msgspec.json.encode({"name": self._config.name, "at": now})
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: sign(self._config.secret, timestamp, body),
        }
        try:
            expect(self._http.post(self._config.url, body, headers))
        except SendError as error:
            if not self._failing:
                log.warning("the watchman does not hear us: %s", error)
            self._failing = True
        else:
            if self._failing:
                log.info("the watchman hears us again")
            self._failing = False
        self._heard.set(int(not self._failing))
        return not self._failing
