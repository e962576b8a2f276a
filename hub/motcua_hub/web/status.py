"""Whether the hub itself hears: while it is deaf, nothing is known of anybody."""

from typing import Final

import msgspec

DEAF_AFTER_MS: Final = 30_000


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """The last sign of life of a hub process."""

    process: str
    at: int
    connected: bool
    lag_s: float


def hub_hears(ingest: Beat | None, now: int) -> bool:
    """Whether silence of a site means anything: ingest runs and is connected to the broker."""
    return ingest is not None and ingest.connected and now - ingest.at <= DEAF_AFTER_MS
