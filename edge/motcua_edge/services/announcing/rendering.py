"""Sentences as sound: clause by clause, from recorded words or a synthesiser, kept in a cache."""

import asyncio

import msgspec

from motcua_contract.sentences import say
from motcua_contract.siteconfig import VoicePolicy
from motcua_contract.vocabulary import Rung
from motcua_edge.domain.speech import FREE_TEXT, Clause, Sentence
from motcua_edge.drivers.voice import (
    ClipMissingError,
    Clips,
    Sound,
    SoundCache,
    Synth,
    VoiceError,
    join,
    normalised,
    silence,
)
from motcua_edge.services.announcing.ports import Fault


class Voiced(msgspec.Struct, frozen=True):
    """A sentence on the best rung that could be rendered; `chime` has no words to add."""

    rung: Rung
    sound: Sound
    fault: Fault | None = None


class Renderer:
    """Renders sentences. A clause is the unit of the cache: counters' clauses recur all day."""

    def __init__(self, synth: Synth, clips: Clips | None, cache: SoundCache) -> None:
        self._synth = synth
        self._clips = clips
        self._cache = cache

    async def render(self, sentence: Sentence, policy: VoicePolicy, volume_db: int) -> Voiced:
        """The sentence from clips, else from the synthesiser, else no words; never raises.

        One missing clip sends the whole sentence to the synthesiser: two voices in one sentence
        are harder to follow than one poor voice.
        """
        fault = None
        for rung in self._rungs(sentence):
            try:
                sound = await self._sentence(sentence, rung, policy, volume_db)
            except VoiceError as error:
                fault = Fault(error.code, say("sound.failed", why=str(error)))
            else:
                return Voiced(rung, sound, fault)
        return Voiced(Rung.CHIME, Sound(b""), fault)

    def kept(self, sentence: Sentence, policy: VoicePolicy, volume_db: int) -> Voiced | None:
        """The sentence on its best rung when the cache has all of it. Reads files: use a thread."""
        rung = self._rungs(sentence)[0]
        parts = []
        for clause in sentence.clauses:
            sound = self._cache.get(self._key(clause, rung, policy, volume_db))
            if sound is None:
                return None
            parts += [sound, silence(clause.pause_ms)]
        return Voiced(rung, join(parts))

    def _rungs(self, sentence: Sentence) -> tuple[Rung, ...]:
        # a name or a screen's text has no recording anywhere: that is no fault of the pack
        recorded = self._clips is not None and FREE_TEXT not in sentence.keys
        return (Rung.CLIPS, Rung.SYNTH) if recorded else (Rung.SYNTH,)

    async def warm(self, clause: Clause, policy: VoicePolicy, volume_db: int) -> None:
        """Put one clause into the cache, for a call to come; raises VoiceError."""
        if self._clips:
            try:
                await self._clause(clause, Rung.CLIPS, policy, volume_db)
            except ClipMissingError:
                await self._clause(clause, Rung.SYNTH, policy, volume_db)
        else:
            await self._clause(clause, Rung.SYNTH, policy, volume_db)

    async def _sentence(
        self, sentence: Sentence, rung: Rung, policy: VoicePolicy, volume_db: int
    ) -> Sound:
        parts = []
        for clause in sentence.clauses:
            parts.append(await self._clause(clause, rung, policy, volume_db))
            parts.append(silence(clause.pause_ms))
        return join(parts)

    async def _clause(
        self, clause: Clause, rung: Rung, policy: VoicePolicy, volume_db: int
    ) -> Sound:
        key = self._key(clause, rung, policy, volume_db)
        kept = await asyncio.to_thread(self._cache.get, key)
        return kept or await self._made(clause, key, rung, policy, volume_db)

    async def _made(
        self, clause: Clause, key: str, rung: Rung, policy: VoicePolicy, volume_db: int
    ) -> Sound:
        if rung is Rung.CLIPS:
            raw = await asyncio.to_thread(self._from_clips, clause)
        else:
            raw = await self._synth.speak(clause.text, voice=policy.voice, speed=policy.speed)
        return await asyncio.to_thread(self._keep, key, raw, volume_db)

    def _key(self, clause: Clause, rung: Rung, policy: VoicePolicy, volume_db: int) -> str:
        if rung is Rung.CLIPS and self._clips:
            units = " ".join(f"{unit.key}{unit.stop}" for unit in clause.units)
            return f"clips|{self._clips.fingerprint}|{volume_db}|{units}"
        return f"synth|{policy.voice}|{policy.speed}|{volume_db}|{clause.text}"

    def _keep(self, key: str, raw: Sound, volume_db: int) -> Sound:
        sound = normalised(raw, volume_db)
        self._cache.put(key, sound)
        return sound

    def _from_clips(self, clause: Clause) -> Sound:
        parts: list[Sound] = []
        for index, unit in enumerate(clause.units):
            if self._clips is None or unit.key == FREE_TEXT:
                msg = f"no recording of {unit.text!r} can exist"
                raise ClipMissingError(msg)
            if index:
                parts.append(silence(clause.units[index - 1].stop.pause_ms))
            parts.append(self._clips.clip(unit.key))
        return join(parts)
