"""Serving the pages with waitress: plain threads, ends at once when told to."""

import threading

from flask import Flask
from waitress.server import create_server  # type: ignore[import-untyped]

from motcua_hub.config import WebSection


class WebServer:
    """A bound server. `run` blocks until `close` is called from another thread or a signal."""

    def __init__(self, app: Flask, config: WebSection) -> None:
        self._server = create_server(
            app,
            host=config.host,
            port=config.port,
            threads=config.threads,
            ident="motcua",
            channel_timeout=60,
            max_request_body_size=1 << 20,
            clear_untrusted_proxy_headers=True,
        )
        self._closing = threading.Event()

    @property
    def port(self) -> int:
        """The port really bound (the configuration may say 0)."""
        return int(self._server.effective_port)

    def run(self) -> None:
        """Answer requests until closed."""
        try:
            self._server.run()
        except OSError:
            if not self._closing.is_set():
                raise

    def close(self) -> None:
        """Stop listening and end `run`."""
        self._closing.set()
        self._server.close()
