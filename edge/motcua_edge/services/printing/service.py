"""Prints what was committed, once, and records what became of it.

Journal first: a slip is `sent` in the journal before its first byte, and its end is another fact.
Nothing is printed from a fold: at start a job that was sent is unknown (a person decides), a job
that never was is printed while it is fresh, and dropped (offered on the screens) when it is not.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import Final

from motcua_contract.facts.printing import PrintRequested
from motcua_contract.facts.tickets import TicketCheckedIn, TicketIssued
from motcua_contract.vocabulary import PrintFailure, PrintState, TicketState
from motcua_edge.domain.commands import (
    Command,
    DropPrint,
    RecordPrintSent,
    RecordPrintUnknown,
    RequestReprint,
)
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.refusals import Refusal
from motcua_edge.drivers.printer import Printer, Slip
from motcua_edge.services.office import OfficeService, Outcome, Subscription
from motcua_edge.services.printing.press import Press, record_of
from motcua_edge.services.printing.slips import SlipMaker
from motcua_edge.services.printing.watch import HealthReporter, Retry, Watch

COMPONENT: Final = "printer"
_STOP_WITHIN_S: Final = 2.0
_LOG = logging.getLogger(__name__)
Job = tuple[str, int]
"""Ticket id and number of the slip."""


class PrintingService:
    """Runs for as long as the process. A printer that fails is health, never an exception.

    `on_paper` is called for every slip that came out whole.
    """

    def __init__(
        self,
        *,
        office: OfficeService,
        printer: Printer | None,
        slips: SlipMaker,
        health: HealthReporter,
        retry: Retry,
        on_paper: Callable[[], None] = lambda: None,
    ) -> None:
        self._count_paper = on_paper
        self.counts: Counter[str] = Counter()
        """Slips by what became of them: `printed`, `failed`, `unknown`, `dropped`."""
        self._office = office
        self._printer = printer
        self._retry = retry
        self._watch = Watch(health, COMPONENT, retry)
        self._jobs: deque[Job] = deque()
        self._again: set[Job] = set()
        """Failed in this process: may be printed once more, while fresh."""
        self._lapsed: set[Job] = set()
        """Failed longer ago: dropped when the printer is well, for the screens to offer."""
        self._looked_at = 0.0
        self._press = Press(slips)

    async def run(self) -> None:
        """Print until cancelled, then let go of the printer.

        A slip that is under way is given two seconds to end; later than that its end is not
        recorded, and the next start finds it unknown.
        """
        subscription = self._office.subscribe()
        try:
            if self._printer is not None:
                await self._press.ready()
            await self._recover()
            while True:
                await self._print_waiting(subscription)
                await self._wait(subscription)
        finally:
            self._office.unsubscribe(subscription)
            if self._printer is not None:
                await self._printer.close()

    async def _recover(self) -> None:
        for ticket in list(self._office.state.tickets.values()):
            job = ticket.print.job
            if ticket.print.state is PrintState.SENT:
                await self._crashed(ticket.id, job)
            elif ticket.print.state is PrintState.FAILED:
                self._lapsed.add((ticket.id, job))
            elif ticket.state is not TicketState.BOOKED:
                self._jobs.append((ticket.id, job))

    async def _crashed(self, ticket: str, job: int) -> None:
        self.counts[PrintState.UNKNOWN] += 1
        if self._printer is not None:
            self._printer.expect_torso()
        await self._execute(RecordPrintUnknown(ticket=ticket, job=job, cause=PrintFailure.CRASH))

    async def _wait(self, subscription: Subscription) -> None:
        """Until a commit brings work, or it is time to look at the printer."""
        if self._printer is None:
            self._take(await subscription.next())  # nothing to look at: its delay would stay 0
            return
        delay = self._watch.delay_s(hurry=bool(self._again))
        try:
            async with asyncio.timeout_at(self._looked_at + delay):
                while not self._jobs:
                    self._take(await subscription.next())
        except TimeoutError:
            await self._look()
            self._looked_at = asyncio.get_running_loop().time()

    def _take(self, committed: Outcome) -> None:
        self._jobs.extend(_asked_for(committed))

    async def _look(self) -> None:
        if self._printer is None:
            return
        status = await self._printer.status()
        await self._watch.saw(status)
        lapsed = {job for job in self._again if not self._may_print_again(job)}
        self._again -= lapsed
        self._lapsed |= lapsed
        if status.cause is None:
            await self._settle_failed()

    async def _settle_failed(self) -> None:
        """The printer is well: fresh failures once more, as marked reprints; the rest dropped."""
        for ticket, _ in sorted(self._again):
            await self._execute(
                RequestReprint(ticket=ticket, reason="print_failed", automatic=True)
            )
        for job in sorted(self._lapsed):
            if self._in_state(job, PrintState.FAILED) is not None:
                await self._drop(job)
        self._again.clear()
        self._lapsed.clear()

    def _may_print_again(self, job: Job) -> bool:
        ticket = self._in_state(job, PrintState.FAILED)
        if ticket is None or ticket.print.auto_retries:
            return False
        limits = self._retry
        return self._age_within(ticket, min(limits.again_within_ms, limits.stale_after_ms))

    async def _print_waiting(self, subscription: Subscription) -> None:
        """Slip after slip; commits are read meanwhile, or a slow printer fills the memory."""
        while self._jobs:
            await self._print(self._jobs.popleft())
            for committed in subscription.arrived():
                self._take(committed)

    async def _print(self, job: Job) -> None:
        ticket = self._in_state(job, PrintState.PENDING)
        if ticket is None:
            return
        fresh = self._age_within(ticket, self._retry.stale_after_ms)
        if self._printer is None or not fresh or ticket.state.terminal:
            await self._drop(job)
            return
        slip = await self._press.made(ticket, job[1])
        if slip is None:
            await self._drop(job)
        elif await self._execute(RecordPrintSent(ticket=job[0], job=job[1])):
            await self._on_paper(self._printer, slip, job)

    async def _on_paper(self, printer: Printer, slip: Slip, job: Job) -> None:
        """Wait for a slip's end, and a little even when the program stops."""
        task = asyncio.create_task(self._printed(printer, slip, job))
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait({task}, timeout=_STOP_WITHIN_S)
            raise

    async def _printed(self, printer: Printer, slip: Slip, job: Job) -> None:
        end = await self._press.printed(printer, slip)
        self.counts[end.state] += 1
        if end.state is PrintState.PRINTED:
            self._count_paper()
        await self._execute(record_of(end, *job))
        if end.state is PrintState.FAILED:
            self._again.add(job)
        if end.cause is not None:
            _LOG.warning("slip %s: %s (%s)", slip.name, end.state, end.detail)
            await self._watch.failed(end.cause, end.detail)

    async def _drop(self, job: Job) -> None:
        self.counts[PrintState.DROPPED] += 1
        await self._execute(DropPrint(ticket=job[0], job=job[1]))

    def _in_state(self, job: Job, state: PrintState) -> Ticket | None:
        """The ticket whose newest slip is this job, in this state."""
        ticket = self._office.state.tickets.get(job[0])
        if ticket is None or ticket.print.job != job[1] or ticket.print.state is not state:
            return None
        return ticket

    def _age_within(self, ticket: Ticket, limit_ms: int) -> bool:
        """A clock that jumped either way makes a job old: offering it is the safe side."""
        asked_at = max(ticket.print.requested_at, ticket.first_waiting_at)
        return abs(self._office.now().wall - asked_at) <= limit_ms

    async def _execute(self, command: Command) -> bool:
        try:
            await self._office.execute(command)
        except Refusal as refusal:
            _LOG.info("%s not recorded: %s", type(command).__name__, refusal)
            return False
        return True


def _asked_for(committed: Outcome) -> Iterator[Job]:
    """The slips that a commit asks for. A booked number is printed when its holder comes."""
    for fact in committed.facts:
        if isinstance(fact, PrintRequested):
            yield fact.ticket, fact.job
        elif isinstance(fact, TicketCheckedIn) or (
            isinstance(fact, TicketIssued) and not fact.booked
        ):
            ticket = committed.state.tickets.get(fact.ticket)
            if ticket is not None:
                yield ticket.id, ticket.print.job
