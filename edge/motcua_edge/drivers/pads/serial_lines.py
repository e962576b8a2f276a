"""Pads on USB serial ports, found by name and plugged in and out at any time."""

import asyncio
import contextlib
import glob
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from serial import Serial, SerialException

from motcua_edge.drivers.pads.port import OnLine, OnLink

_LOG: Final = logging.getLogger(__name__)
_LONGEST: Final = 1024
_AT_ONCE: Final = 4096
_WRITE_TIMEOUT_S: Final = 1.0


class SerialLines:
    """Implements `PadLines`; a link is the path of a port.

    Args:
        patterns: Paths with wildcards, such as `/dev/serial/by-path/*`.
        baudrate: Of ports that have one; USB itself does not care.
        besides: Paths of ports that belong to other devices.
        every_s: Between looks for new ports.
    """

    def __init__(
        self,
        patterns: Sequence[str],
        *,
        baudrate: int = 115200,
        besides: Sequence[str] = (),
        every_s: float = 1.0,
    ) -> None:
        self._patterns = tuple(patterns)
        self._baudrate = baudrate
        self._besides = tuple(besides)
        self._every_s = every_s
        self._ports: dict[str, _Port] = {}
        self._failed: set[str] = set()

    async def run(self, on_line: OnLine, on_link: OnLink) -> None:
        """See `PadLines.run`."""
        try:
            while True:
                for path in self._new():
                    if await self._open(path, on_line):
                        on_link(path)
                await asyncio.sleep(self._every_s)
        finally:
            for path in tuple(self._ports):
                self._close(path)

    async def send(self, link: str, line: bytes) -> bool:
        """See `PadLines.send`."""
        port = self._ports.get(link)
        if port is None:
            return False
        try:
            async with port.writing:
                await asyncio.to_thread(port.serial.write, line)
        except (SerialException, OSError) as error:
            _LOG.warning("pad port %s cannot be written: %s", link, error)
            self._close(link)
            return False
        return True

    def _new(self) -> list[str]:
        """Ports that have appeared; what has gone may fail anew."""
        found = {path for pattern in self._patterns for path in glob.glob(pattern)}  # noqa: PTH207  absolute patterns
        self._failed &= found
        for path in set(self._ports) - found:
            self._close(path)
        others = {_device(path) for path in (*self._besides, *self._ports)}
        return sorted(path for path in found - set(self._ports) if _device(path) not in others)

    async def _open(self, path: str, on_line: OnLine) -> bool:
        try:
            serial = await asyncio.to_thread(self._serial, path)
        except (SerialException, OSError) as error:
            if path not in self._failed:
                _LOG.warning("pad port %s cannot be opened: %s", path, error)
            self._failed.add(path)
            return False
        self._failed.discard(path)
        self._ports[path] = port = _Port(serial)
        loop = asyncio.get_running_loop()
        loop.add_reader(serial.fileno(), self._readable, path, port, on_line)
        _LOG.info("pad port %s is open", path)
        return True

    def _serial(self, path: str) -> Serial:
        return Serial(
            path, self._baudrate, timeout=0, write_timeout=_WRITE_TIMEOUT_S, exclusive=True
        )

    def _readable(self, path: str, port: "_Port", on_line: OnLine) -> None:
        try:
            data = port.serial.read(_AT_ONCE)
        except (SerialException, OSError, TypeError) as error:
            # TypeError: pyserial's way of meeting a port that is being closed
            _LOG.warning("pad port %s is gone: %s", path, error)
            self._close(path)
            return
        for line in port.lines(data):
            on_line(path, line)

    def _close(self, path: str) -> None:
        port = self._ports.pop(path, None)
        if port is None:
            return
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError, SerialException, ValueError):
            loop.remove_reader(port.serial.fileno())
        with contextlib.suppress(OSError, SerialException):
            port.serial.close()


class _Port:
    """One open port and the line that is not whole yet."""

    def __init__(self, serial: Serial) -> None:
        self.serial = serial
        self.writing = asyncio.Lock()
        self._rest = b""

    def lines(self, data: bytes) -> list[bytes]:
        """Whole lines; a line that never ends is cut off and forgotten."""
        *whole, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-_LONGEST:]
        return [line for line in whole if line]


def _device(path: str) -> str:
    """What is behind a name: a port must not be opened under two."""
    return str(Path(path).resolve())
