"""A pad gets the shipped firmware over its own link; the pad decides whether to take it."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from motcua_contract.sentences import Sentence, say
from motcua_edge.domain.pads.frames import Begin, End, Saying, Took
from motcua_edge.domain.pads.release import Release
from motcua_edge.services.pads.exchange import Exchange
from motcua_edge.services.pads.peer import Peer

_ANSWER_S: Final = 5.0
_TRIES: Final = 5
_LOG: Final = logging.getLogger(__name__)


class UpdateFailedError(RuntimeError):
    """The pad still runs what it ran; str() says why, `why` the same for people of the office."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(str(why))
        self.why = why


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an update is: `state` is `running`, `done` or `failed`, `why` says why it failed.

    `sent` of `size` bytes are with the pad. A pad that took all of it starts anew by itself.
    """

    state: Literal["running", "done", "failed"]
    firmware: str
    size: int
    sent: int = 0
    why: str = ""


class Updates:
    """Updates one pad at a time."""

    def __init__(
        self, exchange: Exchange, peers: Mapping[str, Peer], release: Release | None
    ) -> None:
        self._exchange = exchange
        self._peers = peers
        self._release = release
        self._one = asyncio.Lock()
        self._progress: dict[str, Progress] = {}

    @property
    def shipped(self) -> str:
        """The version at hand; empty for none."""
        return self._release.fw if self._release else ""

    @property
    def progress(self) -> Mapping[str, Progress]:
        """The last update of each pad since this program started."""
        return self._progress

    async def update(self, name: str) -> str:
        """Hand the shipped firmware to a pad, which restarts; returns the version.

        Raises:
            LookupError: There is no such pad.
            UpdateFailedError: No release is shipped, or the pad did not take it.
        """
        peer = self._peers[name]
        if self._release is None:
            raise UpdateFailedError(say("update.no_release"))
        async with self._one:
            await self._watched(peer, self._release)
        _LOG.info("%s took firmware %s", name, self._release.fw)
        return self._release.fw

    async def _watched(self, peer: Peer, release: Release) -> None:
        """Hand over, and keep on record how it goes; whatever ends it early is a failure."""
        name, size = peer.unit.name, len(release.package)
        self._progress[name] = Progress(state="running", firmware=release.fw, size=size)
        why: str = say("update.cut_short")
        try:
            await self._hand_over(peer, release)
        except UpdateFailedError as error:
            why = error.why
            raise
        else:
            self._note(name, state="done", sent=size)
        finally:
            if self._progress[name].state == "running":
                self._note(name, state="failed", why=why)

    def _note(self, name: str, **changes: object) -> None:
        self._progress[name] = msgspec.structs.replace(self._progress[name], **changes)

    async def _hand_over(self, peer: Peer, release: Release) -> None:
        size = len(release.package)
        answer = await self._asked(peer, Begin(size=size, fw=release.fw), "begin", 0)
        while answer.at < size:
            before = answer.at
            self._note(peer.unit.name, sent=before)
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
        raise UpdateFailedError(say("update.no_answer", pad=peer.unit.name, of=of))


async def _fitting(answers: asyncio.Queue[Took], of: str, least: int) -> Took:
    while True:
        took = await answers.get()
        if took.of != of:
            continue
        if not took.ok:
            raise UpdateFailedError(say("update.refused", why=took.why))
        if took.at >= least:
            return took
