"""What every channel can do, and the three ways in which it can fail."""

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A message for one address. `key` stays the same when it is sent again."""

    key: str
    address: str
    subject: str
    body: str
    kind: str = "notice"
    data: Mapping[str, str] = {}


class SendError(Exception):
    """It was not sent. The text has no secrets and no addresses of servers with secrets in them."""


class RefusedError(SendError):
    """The receiving server will never take this message: a wrong address, a text it forbids."""


class FailedError(SendError):
    """It was not taken now. `after_s`: when the server wants to be asked again."""

    def __init__(self, why: str, after_s: float | None = None) -> None:
        super().__init__(why)
        self.after_s = after_s


class UncertainError(SendError):
    """No answer came after the message had been handed over: its reader may have it."""


class Channel(Protocol):
    """A way to reach people. One thread at a time uses it."""

    name: str

    def send(self, message: Outgoing) -> str:
        """Hand a message over within a limited time; the receiver's own name for it, or nothing.

        Raises:
            RefusedError: Never.
            FailedError: Not now.
            UncertainError: Perhaps.
        """
