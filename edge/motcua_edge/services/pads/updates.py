"""A pad gets the shipped firmware over its own link; the pad decides whether to take it."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from motcua_edge.domain.pads.frames import Begin, End, Saying, Took
from motcua_edge.domain.pads.release import Release
from motcua_edge.services.pads.exchange import Exchange
from motcua_edge.services.pads.peer import Peer

_ANSWER_S: Final = 5.0
_TRIES: Final = 5
_LOG: Final = logging.getLogger(__name__)


class UpdateFailedError(RuntimeError):
    """The pad still runs what it ran; str() says why it did not take the update."""


class Updates:
    """Updates one pad at a time."""

    def __init__(
        self, exchange: Exchange, peers: Mapping[str, Peer], release: Release | None
    ) -> None:
        self._exchange = exchange
        self._peers = peers
        self._release = release
        self._one = asyncio.Lock()

    async def update(self, name: str) -> str:
        """Hand the shipped firmware to a pad, which restarts; returns the version.

        Raises:
            LookupError: There is no such pad.
            UpdateFailedError: No release is shipped, or the pad did not take it.
        """
        peer = self._peers[name]
        if self._release is None:
            msg = "no firmware is shipped with this controller; see `pads.firmware`"
            raise UpdateFailedError(msg)
        async with self._one:
            await self._hand_over(peer, self._release)
        _LOG.info("%s took firmware %s", name, self._release.fw)
        return self._release.fw

    async def _hand_over(self, peer: Peer, release: Release) -> None:
        size = len(release.package)
        answer = await self._asked(peer, Begin(size=size, fw=release.fw), "begin", 0)
        while answer.at < size:
            before = answer.at
            answer = await self._asked(peer, release.part(before), "part", before + 1)
        await self._asked(peer, End(), "end", size)

    async def _asked(self, peer: Peer, saying: Saying, of: str, least: int) -> Took:
        """The pad's answer to a frame, which is said again until there is one.

        `least` is the offset that the answer must have reached; older ones are of frames before.
        """
        answers = self._exchange.took[peer.unit.name]
        for _ in range(_TRIES):
            await self._exchange.say(peer, saying)
            try:
                async with asyncio.timeout(_ANSWER_S):
                    return await _fitting(answers, of, least)
            except TimeoutError:
                continue
        msg = f"{peer.unit.name} gave no answer to `{of}`"
        raise UpdateFailedError(msg)


async def _fitting(answers: asyncio.Queue[Took], of: str, least: int) -> Took:
    while True:
        took = await answers.get()
        if took.of != of:
            continue
        if not took.ok:
            msg = f"the pad refused the update: {took.why}"
            raise UpdateFailedError(msg)
        if took.at >= least:
            return took
