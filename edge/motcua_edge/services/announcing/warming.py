"""Rendering ahead: a call's words are made when its ticket is issued, not when it is called."""

import asyncio
import logging
import time
from collections import deque

from motcua_contract.siteconfig import CounterConfig, SiteConfig
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.speech import (
    Clause,
    SpeechError,
    call_sentence,
    compose,
    read_number,
    spell_label,
    volume_db,
)
from motcua_edge.drivers.voice import VoiceError
from motcua_edge.services.announcing.rendering import Renderer
from motcua_edge.services.office import OfficeService

_LOG = logging.getLogger(__name__)
_WAITING = 64
_REST = 4.0
_LONGEST_REST_S = 0.5
"""Rendering may take a fifth of the time: whoever takes a number or is called comes first."""


class Warmer:
    """Renders one clause at a time into the cache, and never while a call is waiting for sound."""

    def __init__(self, office: OfficeService, renderer: Renderer) -> None:
        self._office = office
        self._renderer = renderer
        self._clauses: deque[Clause] = deque(maxlen=_WAITING)
        self._filled = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._failed = False

    def busy(self, *, calls_waiting: bool) -> None:
        """Hold back while calls are waiting; go on when they are not."""
        if calls_waiting:
            self._quiet.clear()
        else:
            self._quiet.set()

    def counters(self) -> None:
        """Prepare what is said of every counter."""
        for counter in self._office.site.counters:
            self._add(counter_clauses(counter))

    def ticket(self, ticket_id: str) -> None:
        """Prepare the first words of a ticket's call. The oldest wish goes when there are many."""
        ticket = self._office.state.tickets.get(ticket_id)
        if ticket is not None:
            self._add(ticket_clauses(ticket, self._office.site))

    async def run(self) -> None:
        """Work for ever."""
        while True:
            while not self._clauses:
                self._filled.clear()
                await self._filled.wait()
            await self._quiet.wait()
            began = time.monotonic()
            await self._warm(self._clauses.popleft())
            await asyncio.sleep(min(_LONGEST_REST_S, _REST * (time.monotonic() - began)))

    def _add(self, clauses: list[Clause]) -> None:
        self._clauses.extend(clauses)
        self._filled.set()

    async def _warm(self, clause: Clause) -> None:
        policy, sheds = self._office.site.voice, self._office.state.office.power.mode.sheds
        volume = volume_db(policy, self._office.now().wall, sheds=sheds)
        try:
            await self._renderer.warm(clause, policy, volume)
        except VoiceError as error:
            # the call itself will say so again, with consequences
            if not self._failed:
                _LOG.info("voice: cannot render ahead: %s", error)
            self._failed = True
        else:
            self._failed = False


def ticket_clauses(ticket: Ticket, site: SiteConfig) -> list[Clause]:
    """The clause of a ticket's first call that holds its number; none for a label without words."""
    counter = next((c for c in site.counters if ticket.service in c.services), site.counters[0])
    try:
        return [call_sentence(ticket, 1, counter, site).clauses[0]]
    except SpeechError:
        return []


def counter_clauses(counter: CounterConfig) -> list[Clause]:
    """What every ordinary call to a counter ends with."""
    fillings = {"so_doc": spell_label("A001"), "quay_doc": read_number(counter.number)}
    return list(compose("call", fillings).clauses[1:])
