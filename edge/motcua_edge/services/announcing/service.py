"""Calls become sound: in call order, one voice to a zone, every one of them accounted for."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from motcua_contract.facts import Fact
from motcua_contract.facts.tickets import TicketCalled, TicketIssued, TicketRecalled
from motcua_contract.sentences import say
from motcua_contract.siteconfig import CounterConfig
from motcua_edge.domain.speech import (
    Sentence,
    SpeechError,
    announcement,
    call_sentence,
    reading,
    volume_db,
)
from motcua_edge.drivers.voice import CALL, RECALL, Clips, Player, SoundCache, Synth, Tones
from motcua_edge.services.announcing.health import AnnouncerHealth
from motcua_edge.services.announcing.outcomes import Recorder
from motcua_edge.services.announcing.pending import left_ms, still_wanted, unspoken
from motcua_edge.services.announcing.ports import Fault, HealthReporter, NoSuchZoneError, Uttered
from motcua_edge.services.announcing.queue import CallJob, SayJob, ZoneQueue
from motcua_edge.services.announcing.rendering import Renderer
from motcua_edge.services.announcing.speaker import Manner, Speaker
from motcua_edge.services.announcing.warming import Warmer
from motcua_edge.services.office import OfficeService, Outcome, Subscription

_LOG = logging.getLogger(__name__)
_NO_SOUND = "no_output"
_SWITCHED_OFF = "switched_off"


class AnnouncingService:
    """Speaks what officers call. Without players every call is recorded as not heard.

    Args:
        office: Where calls come from and where what became of them is recorded.
        players: One player for each zone of this office's loudspeakers.
        synth: The synthesiser.
        clips: The voice pack, None when the office has none.
        cache: Where rendered clauses are kept.
        health: Told of the component `announcer`.
        spool: Folder for the files handed to players; best in memory (`/run`).
    """

    def __init__(
        self,
        *,
        office: OfficeService,
        players: Mapping[str, Player],
        synth: Synth,
        clips: Clips | None,
        cache: SoundCache,
        health: HealthReporter,
        spool: Path,
    ) -> None:
        renderer = Renderer(synth, clips, cache)
        self._office = office
        self._queues = {zone: ZoneQueue() for zone in players}
        self._speakers = {
            zone: Speaker(player, renderer, spool / f"zone-{index}.wav")
            for index, (zone, player) in enumerate(players.items())
        }
        self._reading: set[str] = set()
        self._recorder = Recorder(office)
        self._health = AnnouncerHealth(health)
        self._warmer = Warmer(office, renderer)

    @property
    def counts(self) -> Mapping[str, int]:
        """Announcements of calls by what became of them (`played`, `failed`, `superseded` …)."""
        return self._recorder.counts

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones that have a loudspeaker."""
        return tuple(self._queues)

    @property
    def _expire_ms(self) -> int:
        return self._office.site.voice.expire_s * 1000

    async def run(self) -> None:
        """Announce until cancelled; whatever was being played is stopped then."""
        subscription = self._office.subscribe()
        # in the same step as the subscription: a call is restored or followed, never both
        restored = self._restored()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._follow(subscription, restored))
                if self._speakers:
                    tasks.create_task(self._warmer.run())
                for zone in self._speakers:
                    tasks.create_task(self._work(zone))
        finally:
            self._office.unsubscribe(subscription)
            self._give_up()

    async def say(self, name: str, zone: str = "main", *, half_day: str = "") -> Uttered:
        """Announce something that is about no ticket, in its turn; returns how it was heard.

        Raises:
            SpeechError: There is no such announcement; `closing` needs `half_day` ("sáng").
            NoSuchZoneError: The zone has no loudspeaker.
        """
        return await self._in_turn(announcement(name, half_day), zone, CALL)

    async def say_text(self, text: str, zone: str = "main") -> Uttered:
        """Read a screen of ours aloud, in its turn, by the synthesiser and without a chime.

        One reading at a time in a zone: another one meanwhile stays silent (`busy`), because a
        citizen who keeps pressing must not keep calls waiting until they expire.

        Raises:
            SpeechError: Nothing to read, or too much to keep calls waiting for.
            NoSuchZoneError: The zone has no loudspeaker.
        """
        sentence = reading(text)
        if zone in self._reading:
            return Uttered.silent("busy", f"something is being read aloud in zone {zone}")
        self._reading.add(zone)
        try:
            return await self._in_turn(sentence, zone, ())
        finally:
            self._reading.discard(zone)

    async def judged(self, zone: str, *, heard: bool, detail: str) -> None:
        """A microphone or a person says whether this zone's loudspeaker is heard in the hall."""
        await self._health.judged(zone, heard=heard, detail=detail)

    async def _in_turn(self, sentence: Sentence, zone: str, tones: Tones) -> Uttered:
        queue = self._queues.get(zone)
        if queue is None:
            msg = f"zone {zone!r} has no loudspeaker; [voice.zones] has {', '.join(self._queues)}"
            raise NoSuchZoneError(msg)
        done: asyncio.Future[Uttered] = asyncio.get_running_loop().create_future()
        queue.put(SayJob(sentence=sentence, done=done, tones=tones))
        return await done

    # ---- taking calls in ----

    def _restored(self) -> list[CallJob]:
        """Calls that a crash left unspoken, in call order; late ones will be found expired."""
        wall, expire_ms = self._office.now().wall, self._expire_ms
        return [
            self._job(ticket, call.id, call.times, call.counter, left_ms(call, wall, expire_ms))
            for ticket, call in unspoken(self._office.state)
        ]

    def _job(self, ticket: str, call: str, times: int, counter: int, left: int) -> CallJob:
        return CallJob(
            ticket=ticket,
            call=call,
            times=times,
            counter=counter,
            zone=self._counter(counter).zone,
            expires=self._office.now().mono + left,
        )

    def _counter(self, number: int) -> CounterConfig:
        known = self._office.site.counter(number)
        return known or CounterConfig(number=number, services=("UNKNOWN",))

    async def _follow(self, subscription: Subscription, restored: list[CallJob]) -> None:
        await self._declare()
        self._warmer.counters()
        for job in restored:
            await self._enqueue(job)
        while True:
            await self._take(await subscription.next())

    async def _declare(self) -> None:
        if not self._speakers:
            await self._health.switched_off()
        missing = {counter.zone for counter in self._office.site.counters} - self._queues.keys()
        if self._speakers and missing:
            _LOG.warning("voice: no loudspeaker for zones %s", ", ".join(sorted(missing)))

    async def _take(self, outcome: Outcome) -> None:
        for fact in outcome.facts:
            await self._take_fact(fact)
        for queue in self._queues.values():
            for job in queue.drop(lambda queued: not self._wanted(queued)):
                await self._recorder.superseded(job)

    async def _take_fact(self, fact: Fact) -> None:
        match fact:
            case TicketIssued():
                self._warmer.ticket(fact.ticket)
            case TicketCalled():
                await self._enqueue(
                    self._job(fact.ticket, fact.call, 1, fact.counter, self._expire_ms)
                )
            case TicketRecalled():
                await self._enqueue(
                    self._job(fact.ticket, fact.call, fact.times, fact.counter, self._expire_ms)
                )
            case _:
                pass

    async def _enqueue(self, job: CallJob) -> None:
        queue = self._queues.get(job.zone)
        if queue is None:
            await self._no_loudspeaker(job)
            return
        merged = queue.put(job)
        self._hold_warming()
        if merged is not None:
            await self._recorder.superseded(merged)

    async def _no_loudspeaker(self, job: CallJob) -> None:
        if not self._speakers:
            await self._recorder.failed(job, Uttered.silent(_SWITCHED_OFF, "sound is switched off"))
            return
        uttered = Uttered.silent(_NO_SOUND, f"no loudspeaker for zone {job.zone}")
        await self._recorder.failed(job, uttered)
        await self._health.heard(job.zone, uttered)

    # ---- speaking ----

    async def _work(self, zone: str) -> None:
        queue = self._queues[zone]
        while True:
            job = await queue.next()
            if isinstance(job, SayJob):
                await self._announce(zone, job)
            else:
                await self._call(zone, job)
            self._hold_warming()

    async def _announce(self, zone: str, job: SayJob) -> None:
        try:
            uttered = await self._speakers[zone].utter(job.sentence, self._manner(job.tones))
        except asyncio.CancelledError:
            job.done.cancel()
            raise
        if not job.done.done():
            job.done.set_result(uttered)
        await self._health.heard(zone, uttered)

    async def _call(self, zone: str, job: CallJob) -> None:
        if not self._wanted(job):
            await self._recorder.superseded(job)
            return
        if self._office.now().mono >= job.expires:
            await self._recorder.expired(job)
            return
        uttered = await self._speakers[zone].utter(
            self._words(job),
            self._manner(RECALL if job.times > 1 else CALL),
            repeat=self._office.site.voice.repeat,
            wanted=lambda: self._wanted(job),
        )
        if uttered.spoken:
            await self._recorder.played(job, uttered)
        else:
            await self._recorder.failed(job, uttered)
        await self._health.heard(zone, uttered)

    def _manner(self, tones: Tones) -> Manner:
        policy = self._office.site.voice
        sheds = self._office.state.office.power.mode.sheds
        return Manner(policy, volume_db(policy, self._office.now().wall, sheds=sheds), tones)

    def _words(self, job: CallJob) -> Sentence | Fault:
        ticket = self._office.state.tickets[job.ticket]
        try:
            return call_sentence(ticket, job.times, self._counter(job.counter), self._office.site)
        except SpeechError as error:
            return Fault(_NO_SOUND, say("sound.failed", why=str(error)))

    def _wanted(self, job: CallJob) -> bool:
        return still_wanted(self._office.state, job)

    def _hold_warming(self) -> None:
        self._warmer.busy(calls_waiting=any(len(queue) for queue in self._queues.values()))

    def _give_up(self) -> None:
        for queue in self._queues.values():
            for job in queue.clear():
                if isinstance(job, SayJob):
                    job.done.cancel()
