"""Port of the ways to pads: lines come and go, and nothing on them can be trusted."""

from collections.abc import Callable
from typing import Protocol

OnLine = Callable[[str, bytes], None]
"""Called in the event loop with a link's name and one line without its newline."""
OnLink = Callable[[str], None]
"""Called in the event loop with the name of a link that has just become usable."""


class PadLines(Protocol):
    """Links of one kind. A link is named by text that only its own kind understands."""

    async def run(self, on_line: OnLine, on_link: OnLink) -> None:
        """Look after the links until cancelled; what is unplugged is waited for."""
        ...

    async def send(self, link: str, line: bytes) -> bool:
        """Hand a line (with its newline) to a link; False when the link is gone or stalled."""
        ...
