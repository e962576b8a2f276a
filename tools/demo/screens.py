"""Displays and kiosks of the demo: what the pages in browsers would say of themselves."""

import json
import threading
import urllib.request
from typing import Final

_EVERY_S: Final = 1.0


class Screen:
    """One screen, named as its component. It speaks while it is lit, from `start` to `close`."""

    def __init__(self, url: str, component: str) -> None:
        self.component = component
        self.lit = True
        self._url = f"{url}/api/v1/presence"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=component, daemon=True)

    def start(self) -> None:
        """Switch it on."""
        self._thread.start()

    def close(self) -> None:
        """Take it away; harmless when it was never switched on."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        while not self._stop.wait(_EVERY_S):
            if self.lit:
                self._beat()

    def _beat(self) -> None:
        body = {"screen": self.component, "painted_ms": 300, "touched_ms": 300}
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(self._url, json.dumps(body).encode(), headers)  # noqa: S310  our own loopback address
        try:
            urllib.request.urlopen(asked, timeout=5).close()  # noqa: S310
        except OSError:
            return  # the office restarts; a page tries again as well
