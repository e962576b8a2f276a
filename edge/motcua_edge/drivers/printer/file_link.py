"""A file: `/dev/usb/lp0`, or a plain file that another program picks up. It reports nothing."""

import contextlib
import errno
import os
import select
import stat
from pathlib import Path
from typing import Final

from motcua_edge.drivers.printer.links import LinkDownError, LinkStalledError

_CHUNK: Final = 4096


class FileLink:
    """Implements `Link`. A complete write and flush is all that can be known.

    A missing device node is not created: a slip written into a new file under /dev would be lost
    in silence. A plain file elsewhere is created and appended to.
    """

    reports = False
    keep_open = False

    def __init__(self, path: str, write_timeout_s: float) -> None:
        self._path = path
        self._write_timeout_s = write_timeout_s
        self._file: int | None = None
        self._plain = True

    def open(self) -> None:
        """Open for writing, without waiting."""
        if self._file is not None:
            return
        flags = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC
        if Path("/dev") not in Path(self._path).parents:
            flags |= os.O_CREAT
        try:
            self._file = os.open(self._path, flags, 0o640)
            self._plain = stat.S_ISREG(os.fstat(self._file).st_mode)
        except OSError as error:
            raise LinkDownError(self._told(error)) from error

    def write(self, data: bytes) -> None:
        """Write all and, for a plain file, flush to the disk."""
        view = memoryview(data)
        while view:
            view = view[self._write_some(view[:_CHUNK]) :]
        self._flush()

    def _write_some(self, chunk: memoryview) -> int:
        file = self._opened()
        try:
            _, ready, _ = select.select([], [file], [], self._write_timeout_s)
            if ready:
                return os.write(file, chunk)
        except BlockingIOError:
            return 0
        except OSError as error:
            if error.errno == errno.ENOSPC and not self._plain:
                # usblp's word for "no paper": the driver waits, which is a stall to us
                raise LinkStalledError(self._told(error)) from error
            raise LinkDownError(self._told(error)) from error
        raise LinkStalledError(self._told(f"takes no bytes for {self._write_timeout_s} s"))

    def _flush(self) -> None:
        if not self._plain:
            return
        try:
            os.fsync(self._opened())
        except OSError as error:
            raise LinkDownError(self._told(error)) from error

    def read(self, timeout: float) -> bytes:  # noqa: ARG002  part of the port
        """Nothing ever comes back."""
        return b""

    def drop_unsent(self) -> None:
        """What is written is written."""

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                os.close(file)

    def _opened(self) -> int:
        if self._file is None:
            raise LinkDownError(self._told("not open"))
        return self._file

    def _told(self, what: object) -> str:
        return f"{self._path}: {what}"
