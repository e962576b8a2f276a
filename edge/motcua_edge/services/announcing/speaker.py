"""One loudspeaker zone's way down the ladder: clips, synthesiser, chime, and then only light."""

import asyncio
from pathlib import Path

import msgspec

from motcua_contract.sentences import say
from motcua_contract.siteconfig import VoicePolicy
from motcua_contract.vocabulary import Rung
from motcua_edge.domain.speech import Sentence
from motcua_edge.drivers.voice import (
    CALL,
    NoOutputError,
    Player,
    PlayerError,
    Sound,
    Tones,
    chime,
    join,
    silence,
    write_wav,
)
from motcua_edge.services.announcing.ports import Fault, Uttered, Wanted
from motcua_edge.services.announcing.rendering import Renderer, Voiced

_BETWEEN_MS = 700
"""Silence between a call and its repetition."""
Ready = tuple[Voiced, Path | None]
"""The words, and the file of chime and words; None when there is nothing to hear."""


class Manner(msgspec.Struct, frozen=True):
    """How to speak: voice and speed, the peak in dB, and the chime's tones (none for no chime)."""

    policy: VoicePolicy
    volume_db: int
    tones: Tones = CALL


class Speaker:
    """Speaks in one zone, one utterance at a time. `spool` is the file handed to the player."""

    def __init__(self, player: Player, renderer: Renderer, spool: Path) -> None:
        self._player = player
        self._renderer = renderer
        self._spool = spool
        self._chimes: dict[tuple[Tones, int], Sound] = {}

    async def utter(
        self,
        sentence: Sentence | Fault,
        manner: Manner,
        *,
        repeat: int = 1,
        wanted: Wanted = lambda: True,
    ) -> Uttered:
        """Chime, then the sentence `repeat` times; a Fault instead of one leaves the chime.

        Before each repetition `wanted` is asked: when the citizen is already at the counter, the
        hall need not hear it twice.
        """
        frames, voiced = 0, Voiced(Rung.CHIME, Sound(b""))
        try:
            voiced, first = await self._ready(sentence, manner)
            if first is None:
                return Uttered(Rung.FLASH, 0, voiced.fault)
            frames += await self._player.play(first)
            for _ in range(1, repeat if voiced.sound.frames else 1):
                if not wanted():
                    break
                frames += await self._play(join([silence(_BETWEEN_MS), voiced.sound]))
        except PlayerError as error:
            fault = Fault(error.code, say("sound.failed", why=str(error)))
            # what was heard once was heard, whatever became of its repetition
            return Uttered(voiced.rung if frames else Rung.FLASH, frames, fault)
        return Uttered(voiced.rung, frames, voiced.fault)

    async def _ready(self, sentence: Sentence | Fault, manner: Manner) -> Ready:
        ready = await asyncio.to_thread(self._kept, sentence, manner)
        if ready is not None:
            return ready
        voiced = await self._voice(sentence, manner)
        return await asyncio.to_thread(self._begun, voiced, manner)

    def _kept(self, sentence: Sentence | Fault, manner: Manner) -> Ready | None:
        """All in one visit to another thread when the cache has the words: the hall is waiting."""
        if isinstance(sentence, Fault):
            return None
        voiced = self._renderer.kept(sentence, manner.policy, manner.volume_db)
        return self._begun(voiced, manner) if voiced else None

    def _begun(self, voiced: Voiced, manner: Manner) -> Ready:
        first = join([self._chime(manner), voiced.sound])
        return voiced, self._write(first) if first.frames else None

    async def _voice(self, sentence: Sentence | Fault, manner: Manner) -> Voiced:
        if isinstance(sentence, Fault):
            return Voiced(Rung.CHIME, Sound(b""), sentence)
        return await self._renderer.render(sentence, manner.policy, manner.volume_db)

    def _chime(self, manner: Manner) -> Sound:
        key = (manner.tones, manner.volume_db)
        if key not in self._chimes:
            self._chimes[key] = chime(manner.tones, manner.volume_db)
        return self._chimes[key]

    async def _play(self, sound: Sound) -> int:
        return await self._player.play(await asyncio.to_thread(self._write, sound))

    def _write(self, sound: Sound) -> Path:
        try:
            self._spool.parent.mkdir(parents=True, exist_ok=True)
            return write_wav(self._spool, sound)
        except OSError as error:
            msg = f"{self._spool}: {error}"
            raise NoOutputError(msg) from error
