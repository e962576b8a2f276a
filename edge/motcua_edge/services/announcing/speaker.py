"""One loudspeaker zone's way down the ladder: clips, synthesiser, chime, and then only light."""

import asyncio
from pathlib import Path

from motcua_contract.siteconfig import VoicePolicy
from motcua_contract.vocabulary import Rung
from motcua_edge.domain.speech import Sentence
from motcua_edge.drivers.voice import (
    CALL,
    RECALL,
    NoOutputError,
    Player,
    PlayerError,
    Sound,
    chime,
    join,
    silence,
    write_wav,
)
from motcua_edge.services.announcing.ports import Fault, Uttered, Wanted
from motcua_edge.services.announcing.rendering import Renderer, Voiced

_BETWEEN_MS = 700
"""Silence between a call and its repetition."""


class Speaker:
    """Speaks in one zone, one utterance at a time. `spool` is the file handed to the player."""

    def __init__(self, player: Player, renderer: Renderer, spool: Path) -> None:
        self._player = player
        self._renderer = renderer
        self._spool = spool
        self._chimes: dict[tuple[bool, int], Sound] = {}

    async def utter(
        self,
        sentence: Sentence | Fault,
        policy: VoicePolicy,
        volume_db: int,
        *,
        repeat: int = 1,
        again: bool = False,
        wanted: Wanted = lambda: True,
    ) -> Uttered:
        """Chime, then the sentence `repeat` times; a Fault instead of one leaves the chime.

        `again` takes the chime of a repeated call. Before each repetition `wanted` is asked:
        when the citizen is already at the counter, the hall need not hear it twice.
        """
        voiced = await self._voice(sentence, policy, volume_db)
        struck = await self._chime(volume_db, again=again)
        frames = 0
        try:
            frames += await self._play(join([struck, voiced.sound]))
            for _ in range(1, repeat if voiced.sound.frames else 1):
                if not wanted():
                    break
                frames += await self._play(join([silence(_BETWEEN_MS), voiced.sound]))
        except PlayerError as error:
            fault = Fault(error.code, str(error))
            # what was heard once was heard, whatever became of its repetition
            return Uttered(voiced.rung if frames else Rung.FLASH, frames, fault)
        return Uttered(voiced.rung, frames, voiced.fault)

    async def _voice(
        self, sentence: Sentence | Fault, policy: VoicePolicy, volume_db: int
    ) -> Voiced:
        if isinstance(sentence, Fault):
            return Voiced(Rung.CHIME, Sound(b""), sentence)
        return await self._renderer.render(sentence, policy, volume_db)

    async def _chime(self, volume_db: int, *, again: bool) -> Sound:
        key = (again, volume_db)
        if key not in self._chimes:
            tones = RECALL if again else CALL
            self._chimes[key] = await asyncio.to_thread(chime, tones, volume_db)
        return self._chimes[key]

    async def _play(self, sound: Sound) -> int:
        try:
            path = await asyncio.to_thread(self._write, sound)
        except OSError as error:
            msg = f"{self._spool}: {error}"
            raise NoOutputError(msg) from error
        return await self._player.play(path)

    def _write(self, sound: Sound) -> Path:
        self._spool.parent.mkdir(parents=True, exist_ok=True)
        return write_wav(self._spool, sound)
