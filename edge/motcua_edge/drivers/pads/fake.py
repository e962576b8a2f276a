"""Lines that tests speak. They arrive at once and in order; nothing is ever cut or slow."""

import asyncio

from motcua_edge.drivers.pads.port import OnLine, OnLink


class FakeLines:
    """Implements `PadLines`. `plug` a link, `say` lines on it, read `sent`, `unplug` it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self._plugged: set[str] = set()
        self._told: tuple[OnLine, OnLink] | None = None

    async def run(self, on_line: OnLine, on_link: OnLink) -> None:
        """Serve until cancelled."""
        self._told = on_line, on_link
        for link in sorted(self._plugged):
            on_link(link)
        try:
            await asyncio.Event().wait()
        finally:
            self._told = None

    async def send(self, link: str, line: bytes) -> bool:
        """Keep the line in `sent` if the link is plugged."""
        if link not in self._plugged:
            return False
        self.sent.append((link, line))
        return True

    def plug(self, link: str) -> None:
        """The link becomes usable."""
        self._plugged.add(link)
        if self._told is not None:
            self._told[1](link)

    def unplug(self, link: str) -> None:
        """The link is gone."""
        self._plugged.discard(link)

    def say(self, link: str, line: bytes) -> None:
        """A line comes from the other end."""
        if self._told is not None and link in self._plugged:
            self._told[0](link, line.rstrip(b"\n"))
