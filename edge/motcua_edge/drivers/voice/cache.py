"""Rendered clauses kept on disk, so that the first word of a call does not wait for a synthesiser.

It is a cache of things that can be made again: nothing is synced, a file that a power cut tore is
thrown away by its checksum, and a disk that refuses only makes calls slower.
"""

import hashlib
import logging
import os
import threading
import zlib
from pathlib import Path

from motcua_edge.drivers.voice.sound import WIDTH, Sound

_LOG = logging.getLogger(__name__)
_CRC_BYTES = 4
_SUFFIX = ".pcm"


class SoundCache:
    """Least recently used first out; at most `max_bytes` in `folder`. Never raises."""

    def __init__(self, folder: Path, max_bytes: int = 64 * 1024 * 1024) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._total: int | None = None
        self._refused = False
        self.hits = 0
        self.misses = 0

    def get(self, key: str) -> Sound | None:
        """The sound kept under `key`, or None."""
        path = self._path(key)
        sound = _read(path)
        if sound is None:
            self.misses += 1
            return None
        self.hits += 1
        try:
            os.utime(path)
        except OSError as error:
            self._refuse(error)
        return sound

    def put(self, key: str, sound: Sound) -> None:
        """Keep a sound; the oldest ones go when there is no room."""
        # two zones often render the same clause at the same time, in two threads
        with self._lock:
            try:
                self._write(self._path(key), sound)
            except OSError as error:
                self._refuse(error)
            else:
                self._refused = False

    def _write(self, path: Path, sound: Sound) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(zlib.crc32(sound.data).to_bytes(_CRC_BYTES, "big") + sound.data)
        unfinished.replace(path)
        self._make_room(len(sound.data) + _CRC_BYTES)

    def _path(self, key: str) -> Path:
        return self._folder / (hashlib.sha256(key.encode()).hexdigest() + _SUFFIX)

    def _make_room(self, added: int) -> None:
        self._total = self._measure() if self._total is None else self._total + added
        if self._total <= self._max_bytes:
            return
        # down to three quarters at once, so that the folder is not read again for every clause
        target = self._max_bytes * 3 // 4
        files = sorted(self._folder.glob(f"*{_SUFFIX}"), key=lambda file: file.stat().st_mtime_ns)
        total = self._measure()
        for file in files:
            if total <= target:
                break
            total -= file.stat().st_size
            file.unlink(missing_ok=True)
        self._total = total

    def _measure(self) -> int:
        return sum(file.stat().st_size for file in self._folder.glob(f"*{_SUFFIX}"))

    def _refuse(self, error: OSError) -> None:
        if not self._refused:
            _LOG.warning("voice cache %s cannot be used: %s; going on without", self._folder, error)
        self._refused = True


def _read(path: Path) -> Sound | None:
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    crc, data = kept[:_CRC_BYTES], kept[_CRC_BYTES:]
    if not data or len(data) % WIDTH or crc != zlib.crc32(data).to_bytes(_CRC_BYTES, "big"):
        path.unlink(missing_ok=True)
        return None
    return Sound(data)
