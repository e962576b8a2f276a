"""Serving the pages with waitress: plain threads, and an end within seconds when told to."""

import contextlib
import socket
import threading
import time
from typing import Final

from flask import Flask
from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]

from motcua_hub.config import WebSection
from motcua_hub.web.slow import SlowSenders

_TURN_S: Final = 1.0
_MOST_CONNECTIONS: Final = 2000
"""An open connection costs a few kB; waitress's own 100 are held by 100 idle sockets."""
_SILENT_S: Final = 30
_LAST_REQUESTS_S: Final = 2


class WebServer:
    """A bound server. `run` blocks until `close` is called, from any thread or a signal handler.

    The loop is turned here: waitress's own ends only when the last browser lets go.
    """

    def __init__(self, app: Flask, config: WebSection) -> None:
        family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
        self._socket = socket.create_server((config.host, config.port), family=family)
        # inherited by every connection: an answer that nobody reads does not keep its place
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SILENT_S * 1000)
        self._map: dict[int, object] = {}
        self._server = create_server(
            app,
            map=self._map,
            sockets=[self._socket],
            threads=config.threads,
            ident="motcua",
            connection_limit=_MOST_CONNECTIONS,
            channel_timeout=_SILENT_S,
            cleanup_interval=5,
            max_request_body_size=1 << 20,
            clear_untrusted_proxy_headers=True,
        )
        self._closing = threading.Event()

    @property
    def port(self) -> int:
        """The port really bound (the configuration may say 0)."""
        return int(self._socket.getsockname()[1])

    def run(self) -> None:
        """Answer requests until closed, then give those under way two seconds."""
        slow, next_sweep = SlowSenders(), 0.0
        while not self._closing.is_set():
            wasyncore.loop(timeout=_TURN_S, use_poll=True, map=self._map, count=1)
            if (now := time.monotonic()) >= next_sweep:
                slow.sweep(list(self._server.active_channels.values()), now)
                next_sweep = now + _TURN_S
        self._server.task_dispatcher.shutdown(timeout=_LAST_REQUESTS_S)
        wasyncore.close_all(self._map)
        self._socket.close()

    def close(self) -> None:
        """End `run` soon. May be called more than once."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._server.pull_trigger()
