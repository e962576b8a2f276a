"""The emulator's sockets: a pseudo-terminal under a stable name, or a TCP port."""

import contextlib
import os
import socket
import tty
from pathlib import Path
from typing import Protocol

_READ = 4096


class Cable(Protocol):
    """One way to reach the printer. Used by the serving thread only."""

    def plug(self) -> None:
        """Make the printer reachable; harmless when repeated."""
        ...

    def unplug(self) -> None:
        """Pull the cable; whoever uses it sees it gone."""
        ...

    def readable(self) -> list[int]:
        """File descriptors to wait for."""
        ...

    def read(self, count: int) -> bytes:
        """Up to `count` bytes that came, b"" when none."""
        ...

    def write(self, data: bytes) -> None:
        """Answer whoever is there."""
        ...


class PtyCable:
    """A pty whose other end is found under `link`, as udev would name a serial port."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self._master: int | None = None
        self._slave: int | None = None

    def plug(self) -> None:
        """Open a pty; the slave stays open here, so that clients may come and go."""
        if self._master is not None:
            return
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        fresh = self._link.with_name(f"{self._link.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self._link)

    def unplug(self) -> None:
        """Close both ends: clients get a hang-up."""
        self._link.unlink(missing_ok=True)
        for end in (self._master, self._slave):
            if end is not None:
                os.close(end)
        self._master = self._slave = None

    def readable(self) -> list[int]:
        """The master end."""
        return [] if self._master is None else [self._master]

    def read(self, count: int) -> bytes:
        """Bytes from the slave."""
        if self._master is None:
            return b""
        try:
            return os.read(self._master, min(count, _READ))
        except (BlockingIOError, OSError):
            return b""

    def write(self, data: bytes) -> None:
        """Bytes to the slave; lost when its buffer is full, as on a wire."""
        if self._master is not None:
            with contextlib.suppress(OSError):
                os.write(self._master, data)


class TcpCable:
    """A TCP port that serves one connection at a time, as printers do."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._address = (host, port)
        self._server: socket.socket | None = None
        self._client: socket.socket | None = None
        self.port = port

    def plug(self) -> None:
        """Listen; port 0 picks one, which stays the same after an unplug."""
        if self._server is not None:
            return
        server = socket.create_server(self._address, backlog=4, reuse_port=False)
        server.setblocking(False)
        self._server = server
        self.port = server.getsockname()[1]
        self._address = (self._address[0], self.port)

    def unplug(self) -> None:
        """Stop listening and drop the client."""
        for end in (self._client, self._server):
            if end is not None:
                end.close()
        self._client = self._server = None

    def readable(self) -> list[int]:
        """The client, or the door while nobody is in."""
        end = self._client or self._server
        return [] if end is None else [end.fileno()]

    def read(self, count: int) -> bytes:
        """Bytes of the client; lets the next one in when it left."""
        if self._client is None:
            self._let_in()
            return b""
        try:
            data = self._client.recv(min(count, _READ))
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._client.close()
            self._client = None
        return data

    def _let_in(self) -> None:
        if self._server is not None:
            with contextlib.suppress(OSError):
                self._client, _ = self._server.accept()
                self._client.setblocking(False)

    def write(self, data: bytes) -> None:
        """Answer the client."""
        if self._client is not None:
            with contextlib.suppress(OSError):
                self._client.sendall(data)
