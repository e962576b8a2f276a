"""A serial line, by pyserial. Also what udev calls a USB-to-serial cable, and a pty in tests."""

import contextlib
import termios
from typing import Final

import serial

from motcua_edge.drivers.printer.links import LinkDownError, LinkStalledError

_CHUNK: Final = 256
"""Bytes a write: 0.27 s at 9600 baud, so that the write timeout measures progress."""
_ERRORS: Final = (serial.SerialException, OSError, ValueError, termios.error)


class SerialLink:
    """Implements `Link`."""

    reports = True
    keep_open = True

    def __init__(self, path: str, baudrate: int, write_timeout_s: float) -> None:
        self._path = path
        self._baudrate = baudrate
        self._write_timeout_s = write_timeout_s
        self._port: serial.Serial | None = None

    def open(self) -> None:
        """Open the device; `exclusive` keeps a second agent from mixing its bytes in."""
        if self._port is not None:
            return
        try:
            self._port = serial.Serial(
                self._path,
                baudrate=self._baudrate,
                timeout=0,
                write_timeout=self._write_timeout_s,
                exclusive=True,
                # For printers set to XON/XOFF; others never send those two bytes: they are not
                # among the answers to status questions.
                xonxoff=True,
            )
        except _ERRORS as error:
            msg = f"{self._path}: {error}"
            raise LinkDownError(msg) from error

    def write(self, data: bytes) -> None:
        """Write in chunks, each with the write timeout."""
        port = self._opened()
        for start in range(0, len(data), _CHUNK):
            self._write_chunk(port, data[start : start + _CHUNK])

    def _write_chunk(self, port: serial.Serial, chunk: bytes) -> None:
        try:
            port.write(chunk)
        except serial.SerialTimeoutException as error:
            msg = f"{self._path}: takes no bytes for {self._write_timeout_s} s"
            raise LinkStalledError(msg) from error
        except _ERRORS as error:
            msg = f"{self._path}: {error}"
            raise LinkDownError(msg) from error

    def read(self, timeout: float) -> bytes:
        """Wait for a first byte, then take what is there."""
        port = self._opened()
        try:
            port.timeout = timeout
            first: bytes = port.read(1)
            return first + port.read(port.in_waiting) if first else b""
        except _ERRORS as error:
            msg = f"{self._path}: {error}"
            raise LinkDownError(msg) from error

    def drop_unsent(self) -> None:
        """Empty the kernel's buffer towards the printer."""
        if self._port is not None:
            with contextlib.suppress(*_ERRORS):
                self._port.reset_output_buffer()

    def close(self) -> None:
        """Close without waiting for bytes that nobody takes."""
        self.drop_unsent()
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(*_ERRORS):
                port.close()

    def _opened(self) -> serial.Serial:
        if self._port is None:
            msg = f"{self._path}: not open"
            raise LinkDownError(msg)
        return self._port
