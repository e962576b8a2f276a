"""A printer on the office LAN: raw TCP, usually port 9100."""

import contextlib
import select
import socket
from typing import Final

from motcua_edge.drivers.printer.links import LinkDownError, LinkStalledError

_CHUNK: Final = 4096
_CONNECT_S: Final = 2.0
_READ: Final = 256


class NetworkLink:
    """Implements `Link`. One connection a job: printers forget idle ones without saying so."""

    reports = True
    keep_open = False

    def __init__(self, host: str, port: int, write_timeout_s: float) -> None:
        self._address = (host, port)
        self._write_timeout_s = write_timeout_s
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Connect within two seconds."""
        if self._socket is not None:
            return
        try:
            connection = socket.create_connection(self._address, timeout=_CONNECT_S)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(self._write_timeout_s)
        except OSError as error:
            raise LinkDownError(self._told(error)) from error
        self._socket = connection

    def write(self, data: bytes) -> None:
        """Send in chunks, each with the write timeout."""
        view = memoryview(data)
        while view:
            try:
                view = view[self._opened().send(view[:_CHUNK]) :]
            except TimeoutError as error:
                told = self._told(f"takes no bytes for {self._write_timeout_s} s")
                raise LinkStalledError(told) from error
            except OSError as error:
                raise LinkDownError(self._told(error)) from error

    def read(self, timeout: float) -> bytes:
        """Wait for bytes; an orderly end of the connection is a link that is down."""
        connection = self._opened()
        try:
            ready, _, _ = select.select([connection], [], [], timeout)
            data = connection.recv(_READ) if ready else None
        except OSError as error:
            raise LinkDownError(self._told(error)) from error
        if data == b"":
            raise LinkDownError(self._told("the printer closed the connection"))
        return data or b""

    def drop_unsent(self) -> None:
        """TCP takes nothing back; closing is all there is."""

    def close(self) -> None:
        """Close the connection."""
        connection, self._socket = self._socket, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise LinkDownError(self._told("not connected"))
        return self._socket

    def _told(self, what: object) -> str:
        host, port = self._address
        return f"{host}:{port}: {what}"
