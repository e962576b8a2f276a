"""Views as JSON bytes, made at most once per state version and second."""

from collections.abc import Callable
from typing import Final

import msgspec

from motcua_edge.services.office import OfficeService

FRESH_MS: Final = 1000
_KEEP: Final = 256


class _Entry(msgspec.Struct, frozen=True):
    version: int
    at: int
    body: bytes


class SnapshotCache:
    """Many pages ask for the same view at the same moment: it is computed once."""

    def __init__(self, office: OfficeService) -> None:
        self._office = office
        self._entries: dict[str, _Entry] = {}

    def body(self, name: str, make: Callable[[], object]) -> bytes:
        """The JSON of `make()`, reused while nothing changed and it is younger than a second."""
        version = self._office.state.office.version
        mono = self._office.now().mono
        entry = self._entries.get(name)
        if entry and entry.version == version and mono - entry.at < FRESH_MS:
            return entry.body
        if len(self._entries) >= _KEEP:
            self._entries.clear()
        body = msgspec.json.encode(make())
        self._entries[name] = _Entry(version, mono, body)
        return body
