"""Room on the disk: the ballast that gets a full one going again, and the lock of one writer."""

import errno
import fcntl
import os
import shutil
from pathlib import Path
from typing import Final

from motcua_edge.journal.errors import JournalBrokenError, JournalFullError, JournalLockedError

_CHUNK: Final = 64 * 1024


class Ballast:
    """A file whose only use is to be deleted: a full disk blocks DELETE and checkpoints too."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._size = size

    @property
    def whole(self) -> bool:
        """Whether it is there in its full size (a size of 0 is always there)."""
        try:
            return self._size == 0 or self._path.stat().st_size >= self._size
        except OSError:
            return False

    def lay(self) -> bool:
        """Write it if it is not there and the disk has room for twice as much; True if whole."""
        if self.whole:
            return True
        if free_bytes(self._path.parent) < 2 * self._size:
            return False
        try:
            _fill(self._path, self._size)
        except OSError:
            self._path.unlink(missing_ok=True)
            return False
        return True

    def drop(self) -> bool:
        """Delete it; True if that made room."""
        if self._size == 0 or not self._path.exists():
            return False
        self._path.unlink(missing_ok=True)
        return True


def _fill(path: Path, size: int) -> None:
    """Write real blocks: a sparse file holds no room."""
    with path.open("wb") as file:
        for start in range(0, size, _CHUNK):
            file.write(b"\xff" * min(_CHUNK, size - start))
        file.flush()
        os.fsync(file.fileno())


def free_bytes(folder: Path) -> int:
    """What an ordinary user may still write on the folder's file system."""
    return shutil.disk_usage(folder).free


def full(path: Path) -> JournalFullError:
    """What to say when there is no room for `path`, and what to do about it."""
    return JournalFullError(
        f"{path}: the disk is full; delete files that are not the office's (see df {path.parent}),"
        " then start again"
    )


def sync_folder(folder: Path) -> None:
    """Make created and renamed files of a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Lock:
    """Held for as long as a journal is open: two writers would give out the same numbers."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("ab")
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise full(path) from error
            msg = f"{path}: {error.strerror}; the office's disk must be writable, see dmesg"
            raise JournalBrokenError(msg) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            msg = f"{path}: another process has this journal open; stop it first"
            raise JournalLockedError(msg) from error

    def release(self) -> None:
        """Let others open the journal; harmless when repeated."""
        self._file.close()
