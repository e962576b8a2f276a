"""Ways to reach people: one folder each, with the real thing and a server to try it against."""

from motcua_hub.sending.channels.opening import Missing, open_channels
from motcua_hub.sending.channels.port import (
    Channel,
    FailedError,
    Outgoing,
    RefusedError,
    SendError,
    UncertainError,
)

__all__ = [
    "Channel",
    "FailedError",
    "Missing",
    "Outgoing",
    "RefusedError",
    "SendError",
    "UncertainError",
    "open_channels",
]
