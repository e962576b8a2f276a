"""Was it heard? A loop-back or microphone listens at opening, or a person says so (R48)."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from motcua_contract.sentences import say
from motcua_edge.domain.hearing import heard
from motcua_edge.drivers.voice import Ear, EarError
from motcua_edge.services.announcing.service import AnnouncingService

_LOG: Final = logging.getLogger(__name__)
_BEFORE_S: Final = 1
_WHILE_S: Final = 6
_TEST: Final = "test"


class SoundCheck:
    """Says the test sentence and listens.

    Args:
        announcing: Speaks, and is told the outcome.
        ears: What listens, by zone; a zone without one is judged by people only.
    """

    def __init__(self, announcing: AnnouncingService, ears: Mapping[str, Ear]) -> None:
        self._announcing = announcing
        self._ears = ears
        self.counts = {"heard": 0, "not_heard": 0, "not_listened": 0}

    def listens(self, zone: str) -> bool:
        """Whether a microphone or loop-back hears this zone."""
        return zone in self._ears

    async def check(self, zone: str) -> bool | None:
        """Test one zone: whether it was heard, None when nobody could listen.

        Raises:
            NoSuchZoneError: The zone has no loudspeaker.
        """
        ear = self._ears.get(zone)
        if ear is None:
            await self._announcing.say(_TEST, zone)
            return None
        try:
            return await self._listen(zone, ear)
        except EarError as error:
            self.counts["not_listened"] += 1
            _LOG.warning("zone %s: nobody could listen: %s", zone, error)
            return None

    async def _listen(self, zone: str, ear: Ear) -> bool | None:
        quiet = await ear.loudest(_BEFORE_S)
        listening = asyncio.ensure_future(ear.loudest(_WHILE_S))
        try:
            uttered = await self._announcing.say(_TEST, zone)
            loud = await listening
        finally:
            listening.cancel()
        if not uttered.spoken:
            return None  # a player that failed has told so by itself
        found = heard(quiet, loud)
        detail = say("sound.unheard", loud=loud, quiet=quiet)
        await self.judged(zone, heard=found, detail=detail)
        return found

    async def judged(self, zone: str, *, heard: bool, detail: str) -> None:
        """Somebody, or a microphone, says whether a zone was heard."""
        self.counts["heard" if heard else "not_heard"] += 1
        await self._announcing.judged(zone, heard=heard, detail=detail)

    async def check_all(self) -> None:
        """Every zone, one after the other: two at once would hear each other."""
        for zone in self._announcing.zones:
            await self.check(zone)

    async def judged_by(self, officer: str, *, heard: bool) -> None:
        """A person in the hall says whether the last test was heard, in every zone."""
        for zone in self._announcing.zones:
            await self.judged(zone, heard=heard, detail=say("sound.judged", officer=officer))
