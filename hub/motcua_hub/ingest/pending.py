"""What a transaction has accepted and not yet written: all its batches are written together."""

from collections.abc import Mapping

import msgspec

from motcua_contract.facts import Fact
from motcua_hub.domain.envelope import Row
from motcua_hub.store.streams import Stream

Read = Mapping[int, Fact | str | None]
"""By seq: the fact, the reason for quarantine, or None for a stub."""
Key = tuple[str, str]
"""Site and incarnation."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of one batch that change the replica, and the batch as it came.

    `fresh` rows are not held; `refilled` ones are held, and their body was written already.
    """

    stream: Stream
    fresh: tuple[Row, ...]
    refilled: tuple[Row, ...]
    read: Read
    first: int
    last: int
    payload: bytes

    @property
    def key(self) -> Key:
        """Whose rows they are."""
        return (self.stream.site, self.stream.jid)


class Pending(msgspec.Struct):
    """`streams` are as they will be once `taken` is written; `grown` are those that differ."""

    taken: list[Taken] = []
    streams: dict[Key, Stream] = {}
    grown: set[Key] = set()
