"""What goes in and out of the receiver, and the transaction it works in."""

import time

import msgspec
from sqlalchemy import Connection

from motcua_contract import topics
from motcua_contract.messages import WINDOW, Message, encode
from motcua_contract.topics import Down, Up
from motcua_hub.ingest.pending import Pending


def now_ms() -> int:
    """UTC milliseconds."""
    return time.time_ns() // 1_000_000


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a site; `site` comes from the topic and from nowhere else.

    `retained` ones are what the broker remembers: they say nothing of now.
    """

    site: str
    kind: Up
    payload: bytes
    at: int
    component: str | None = None
    retained: bool = False

    @property
    def topic(self) -> str:
        """Where it was said."""
        if self.component is not None:
            return topics.health(self.site, self.component)
        return topics.up(self.site, self.kind)


class Reply(msgspec.Struct, frozen=True):
    """One message to a site, to be sent after the commit.

    The broker forgets it after `expiry_s` seconds; None leaves that to the session. What it is to
    remember is retained.
    """

    site: str
    kind: Down
    message: Message
    expiry_s: int | None = None
    retain: bool = False

    @property
    def topic(self) -> str:
        """Where to say it."""
        return topics.down(self.site, self.kind)

    @property
    def payload(self) -> bytes:
        """What to say."""
        return encode(self.message)


class Tally(msgspec.Struct):
    """What one transaction did; counted in the metrics only once it is committed."""

    events: int = 0
    duplicates: int = 0
    quarantined: int = 0
    poison: int = 0
    conflicts: int = 0
    gaps: int = 0
    lags_ms: list[int] = []


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction under way. `credit` and `generation` go out with every answer."""

    connection: Connection
    now: int
    generation: int = 0
    credit: int = WINDOW
    keep_poison: int = 200
    pending: Pending = msgspec.field(default_factory=Pending)
    tally: Tally = msgspec.field(default_factory=Tally)
