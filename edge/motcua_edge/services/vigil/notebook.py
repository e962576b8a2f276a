"""What the vigil has not told yet, on the card: two places written in turn, each with its sum.

A place that was being written when the power went does not have its sum, and the other one counts.
The file keeps its size, so that one note costs one page and no change of the file system's books.
"""

import contextlib
import logging
import os
import struct
import zlib
from pathlib import Path
from typing import Final

import msgspec

from motcua_contract.facts.evidence import ProbeRun
from motcua_edge.domain.vigil.spans import Spans

_LOG: Final = logging.getLogger(__name__)
PLACE: Final = 256 * 1024
"""Room for the runs of more than a thousand targets."""
_HEAD: Final = struct.Struct(">8sQII")
"""Mark, number of the note, its length, CRC-32 of both and of the note."""
_COUNTED: Final = struct.Struct(">QI")
_MARK: Final = b"motcuaV1"
_PLACES: Final = 2


class Notes(msgspec.Struct, frozen=True, kw_only=True):
    """What must outlive a power cut.

    Attributes:
        spans: Ticks that no fact tells of yet, and the number of the next one.
        version: Of the list by which the runs were probed.
        runs: Probes that no fact tells of yet; of the boot of `spans`.
        met: Round trip (ms) of this boot's meeting with the hub that a fact tells of.
    """

    spans: Spans
    version: int = 0
    runs: tuple[ProbeRun, ...] = ()
    met: int | None = None


class Notebook:
    """The file. `write` may be called from any one thread at a time; it never raises."""

    def __init__(self, path: Path) -> None:
        self.bytes_written = 0
        self.failures = 0
        self._path = path
        self._number = 0
        self._broken = False

    def read(self) -> Notes | None:
        """The newest note that is whole; None when there is none, whatever the reason."""
        try:
            raw = self._path.read_bytes()
        except OSError:
            return None
        found = [each for each in map(_note, _places(raw)) if each is not None]
        if not found:
            _LOG.warning("%s holds no whole note; what was not told is lost", self._path)
            return None
        self._number, text = max(found)
        try:
            return msgspec.json.decode(text, type=Notes)
        except msgspec.MsgspecError as error:
            _LOG.warning("%s was written by another version: %s", self._path, error)
            return None

    def write(self, notes: Notes) -> None:
        """Keep a note durably instead of the older one of both."""
        text = msgspec.json.encode(notes)
        if len(text) > PLACE - _HEAD.size:
            # the ticks are worth more than the probes
            text = msgspec.json.encode(msgspec.structs.replace(notes, runs=()))
        self._number += 1
        try:
            self._put(_framed(self._number, text))
        except OSError as error:
            self.failures += 1
            if not self._broken:
                _LOG.error("%s cannot be written: %s; going on without it", self._path, error)
            self._broken = True
        else:
            self._broken = False

    def _put(self, framed: bytes) -> None:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size < _PLACES * PLACE:
                os.posix_fallocate(descriptor, 0, _PLACES * PLACE)
                os.fsync(descriptor)
            os.pwrite(descriptor, framed, self._number % _PLACES * PLACE)
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
        self.bytes_written += len(framed)


def _places(raw: bytes) -> tuple[bytes, ...]:
    return tuple(raw[start : start + PLACE] for start in range(0, _PLACES * PLACE, PLACE))


def _framed(number: int, text: bytes) -> bytes:
    return _HEAD.pack(_MARK, number, len(text), _sum(number, text)) + text


def _sum(number: int, text: bytes) -> int:
    return zlib.crc32(text, zlib.crc32(_COUNTED.pack(number, len(text))))


def _note(place: bytes) -> tuple[int, bytes] | None:
    with contextlib.suppress(struct.error):
        mark, number, length, told = _HEAD.unpack_from(place)
        text = place[_HEAD.size : _HEAD.size + length]
        if mark == _MARK and len(text) == length and told == _sum(number, text):
            return number, text
    return None
