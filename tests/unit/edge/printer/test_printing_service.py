"""The printing service with the real office, the real driver and the emulator in the process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from motcua_contract.facts import Fact
from motcua_contract.facts.printing import PrintDropped, PrintRequested, PrintSent
from motcua_contract.siteconfig import Calendar, CounterConfig, ServiceField, SiteConfig
from motcua_contract.vocabulary import Channel, HealthState, PrintFailure, PrintState
from motcua_edge.config import PrinterSection
from motcua_edge.domain.commands import CheckIn, IssueTicket, RecordPrintSent, RequestReprint
from motcua_edge.domain.model import Instant, OfficeState, Ticket
from motcua_edge.domain.rows import RowChange
from motcua_edge.drivers.clock import FakeClock
from motcua_edge.drivers.printer import FakePrinter, PrinterStatus, Slip
from motcua_edge.drivers.printer.emulator.machine import Machine
from motcua_edge.services.office import OfficeService
from motcua_edge.services.printing.layout import Layout
from motcua_edge.services.printing.payload import parse
from motcua_edge.services.printing.service import PrintingService
from motcua_edge.services.printing.slips import SlipMaker
from motcua_edge.services.printing.typeface import Typeface
from motcua_edge.services.printing.watch import Retry
from support.waiting import until_async

MONDAY = int(datetime(2026, 11, 23, 1, 5, tzinfo=UTC).timestamp() * 1000)
"""08:05 in Vietnam."""
SITE = SiteConfig(
    name="Trung tâm Phục vụ hành chính công phường Bến Thành",
    services=(ServiceField(code="HT", name="Hộ tịch", series="A"),),
    counters=(CounterConfig(number=1, services=("HT",)),),
    calendar=Calendar(always_open=True),
)
QUICK = Retry(poll_s=0.02, hurry_s=0.02, longest_s=0.02)


class Journal:
    """Keeps facts in memory."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    async def append(
        self,
        facts: Sequence[Fact],
        changes: Sequence[RowChange],
        *,
        business_day: str,
        now: Instant,
    ) -> None:
        assert business_day
        assert now.wall
        assert changes or facts
        self.facts += facts

    def of(self, kind: type[Fact]) -> list[Fact]:
        return [fact for fact in self.facts if isinstance(fact, kind)]


class Health:
    """Keeps transitions."""

    def __init__(self) -> None:
        self.seen: list[tuple[HealthState, str]] = []

    async def report(
        self, component: str, state: HealthState, code: str = "", detail: str = ""
    ) -> None:
        assert component == "printer"
        assert detail
        self.seen.append((state, code))


class Hall:
    """An office with a printer, as a test wants it."""

    def __init__(self, state: OfficeState | None = None) -> None:
        self.clock = FakeClock(MONDAY)
        self.journal = Journal()
        self.health = Health()
        self.machine = Machine()
        self.printer = FakePrinter(self.machine)
        self.office = OfficeService(
            journal=self.journal, site=SITE, clock=self.clock, state=state or OfficeState()
        )
        self.service = self.printing()
        self.task: asyncio.Task[None] | None = None

    def printing(
        self, *, printer: FakePrinter | None = None, none: bool = False
    ) -> PrintingService:
        return PrintingService(
            office=self.office,
            printer=None if none else printer or self.printer,
            slips=SlipMaker(SITE, PrinterSection(kind="serial")),
            health=self.health,
            retry=QUICK,
        )

    def start(self) -> None:
        self.task = asyncio.create_task(self.service.run())

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait({self.task})
        await self.printer.close()

    async def issue(self, **more: object) -> str:
        self.clock.advance(5000)
        command = IssueTicket(service="HT", device="kiosk-1", **more)
        outcome = await self.office.execute(command)
        return next(f.ticket for f in outcome.facts if f.TYPE == "ticket.issued/1")

    def ticket(self, ticket: str) -> Ticket:
        return self.office.state.tickets[ticket]

    async def became(self, ticket: str, *states: PrintState) -> Ticket:
        await until_async(lambda: self.ticket(ticket).print.state in states)
        return self.ticket(ticket)

    def on_paper(self) -> list[tuple[str, int]]:
        found = [parse(code) for slip in self.machine.slips for code in slip.codes]
        return [(code.label, code.job) for code in found if code]


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall()
    yield made
    await made.stop()


async def test_an_issued_ticket_is_printed_once_and_journalled_before_its_first_byte(hall: Hall):
    hall.start()
    ticket = await hall.issue()
    await hall.became(ticket, PrintState.PRINTED)
    assert hall.on_paper() == [("A001", 1)]
    kinds = [fact.TYPE for fact in hall.journal.facts if fact.TYPE.startswith(("ticket", "print"))]
    assert kinds == ["ticket.issued/1", "print.sent/1", "print.printed/1"]
    assert hall.service.counts == {PrintState.PRINTED: 1}


async def test_tickets_are_printed_in_the_order_of_their_numbers(hall: Hall):
    hall.start()
    tickets = [await hall.issue() for _ in range(4)]
    for ticket in tickets:
        await hall.became(ticket, PrintState.PRINTED)
    assert hall.on_paper() == [(f"A00{n}", 1) for n in (1, 2, 3, 4)]


async def test_paper_out_fails_the_slip_and_it_comes_out_once_marked_after_a_quick_refill(
    hall: Hall,
):
    hall.machine.fault(paper_out=True)
    hall.start()
    ticket = await hall.issue()
    failed = await hall.became(ticket, PrintState.FAILED)
    assert failed.print.cause is PrintFailure.PAPER_OUT
    await until_async(lambda: (HealthState.CRITICAL, "paper_out") in hall.health.seen)
    hall.machine.fault(paper_out=False)
    await hall.became(ticket, PrintState.PRINTED)
    assert hall.on_paper() == [("A001", 2)]
    assert hall.journal.of(PrintRequested)[0].automatic is True
    await until_async(lambda: hall.health.seen[-1] == (HealthState.OK, ""))


async def test_a_slip_that_fails_twice_is_not_printed_a_third_time_by_itself(hall: Hall):
    hall.start()
    await until_async(lambda: hall.health.seen)
    hall.machine.fault(paper_mm=20.0)
    ticket = await hall.issue()
    await hall.became(ticket, PrintState.FAILED)
    hall.machine.fault(paper_mm=20.1)
    await until_async(lambda: hall.ticket(ticket).print.job == 2)
    await hall.became(ticket, PrintState.FAILED)
    hall.machine.fault(paper_mm=None)
    await hall.became(ticket, PrintState.DROPPED)
    assert hall.ticket(ticket).print.job == 2


async def test_after_a_late_refill_old_slips_are_dropped_and_never_mass_printed(hall: Hall):
    hall.machine.fault(paper_out=True)
    hall.start()
    tickets = [await hall.issue() for _ in range(5)]
    for ticket in tickets:
        await hall.became(ticket, PrintState.FAILED)
    hall.clock.advance(60_000)
    hall.machine.fault(paper_out=False)
    for ticket in tickets:
        await hall.became(ticket, PrintState.DROPPED)
    assert hall.on_paper() == []
    assert len(hall.journal.of(PrintDropped)) == 5


async def test_an_unknown_slip_waits_for_a_person_and_then_bears_the_mark(hall: Hall):
    hall.start()
    await until_async(lambda: hall.health.seen)
    hall.machine.fault(unplug_at=2000)
    ticket = await hall.issue()
    unknown = await hall.became(ticket, PrintState.UNKNOWN)
    assert unknown.print.cause is PrintFailure.OFFLINE
    hall.machine.fault(unplugged=False)
    await until_async(lambda: hall.health.seen[-1] == (HealthState.OK, ""))
    assert hall.ticket(ticket).print.state is PrintState.UNKNOWN
    await hall.office.execute(RequestReprint(ticket=ticket, reason="unreadable", actor="an"))
    await hall.became(ticket, PrintState.PRINTED)
    assert ("A001", 2) in hall.on_paper()


async def test_after_a_crash_a_slip_that_was_sent_is_unknown_and_not_printed(hall: Hall):
    ticket = await hall.issue()
    await hall.office.execute(RecordPrintSent(ticket=ticket, job=1))
    hall.start()
    unknown = await hall.became(ticket, PrintState.UNKNOWN)
    assert unknown.print.cause is PrintFailure.CRASH
    assert hall.on_paper() == []


async def test_after_a_crash_what_hangs_from_the_printer_is_cut_off_first(hall: Hall):
    torn = await hall.issue()
    await hall.office.execute(RecordPrintSent(ticket=torn, job=1))
    hall.machine.receive(b"A001\n")
    hall.start()
    await hall.became(await hall.issue(), PrintState.PRINTED)
    assert [slip.texts[0] for slip in hall.machine.slips] == ["A001", "A002"]


async def test_after_a_crash_a_fresh_slip_that_never_left_is_printed_as_the_same_one(hall: Hall):
    ticket = await hall.issue()
    hall.start()
    await hall.became(ticket, PrintState.PRINTED)
    assert hall.on_paper() == [("A001", 1)]


@pytest.mark.parametrize("jump", [200_000, -400_000])
async def test_after_a_crash_a_slip_that_is_old_by_the_clock_is_dropped(hall: Hall, jump: int):
    ticket = await hall.issue()
    hall.clock.jump(jump)
    hall.start()
    await hall.became(ticket, PrintState.DROPPED)
    assert hall.on_paper() == []
    assert not hall.journal.of(PrintSent)


async def test_after_a_crash_a_failed_slip_is_dropped_when_the_printer_is_well(hall: Hall):
    hall.machine.fault(paper_out=True)
    hall.start()
    ticket = await hall.issue()
    await hall.became(ticket, PrintState.FAILED)
    assert hall.task is not None
    hall.task.cancel()
    await asyncio.wait({hall.task})
    hall.machine.fault(paper_out=False)
    hall.printer = FakePrinter(hall.machine)
    hall.service = hall.printing()
    hall.start()
    await hall.became(ticket, PrintState.DROPPED)
    assert hall.on_paper() == []


async def test_an_absent_printer_is_health_and_ticketing_goes_on(hall: Hall):
    hall.machine.fault(unplugged=True)
    hall.start()
    tickets = [await hall.issue() for _ in range(3)]
    for ticket in tickets:
        assert (await hall.became(ticket, PrintState.FAILED)).print.cause is PrintFailure.OFFLINE
    assert hall.task is not None
    assert not hall.task.done()
    assert (HealthState.CRITICAL, "offline") in hall.health.seen


async def test_silence_is_no_answer_and_never_plenty_of_paper(hall: Hall):
    hall.machine.fault(mute=True)
    hall.start()
    await until_async(lambda: hall.health.seen)
    assert hall.health.seen == [(HealthState.CRITICAL, "no_answer")]


async def test_health_is_reported_when_it_changes_and_not_at_every_look(hall: Hall):
    hall.start()
    await until_async(lambda: hall.health.seen)
    looked = hall.machine.received
    await until_async(lambda: hall.machine.received > looked + 60)  # some seven looks
    hall.machine.fault(near_end=True)
    await until_async(lambda: len(hall.health.seen) > 1)
    assert hall.health.seen == [(HealthState.OK, ""), (HealthState.PROBLEM, "paper_low")]


async def test_an_office_without_a_printer_offers_every_number_on_the_screen(hall: Hall):
    hall.service = hall.printing(none=True)
    hall.start()
    ticket = await hall.issue()
    await hall.became(ticket, PrintState.DROPPED)
    assert hall.health.seen == []


async def test_an_office_without_a_printer_waits_for_work_and_for_nothing_else(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
):
    hall.service = hall.printing(none=True)
    looks = []
    monkeypatch.setattr(hall.service, "_look", lambda: looks.append(1) or asyncio.sleep(0))
    hall.start()
    await hall.became(await hall.issue(), PrintState.DROPPED)
    for _ in range(50):
        await asyncio.sleep(0)  # turns of the loop, in which it may go round
    assert looks == []


@pytest.mark.parametrize("channel", [Channel.COUNTER, Channel.ONLINE])
async def test_a_booked_number_is_printed_when_its_holder_comes(hall: Hall, channel: Channel):
    hall.start()
    slot = MONDAY + 600_000
    ticket = await hall.issue(booked_for=slot, channel=channel)
    other = await hall.issue()
    await hall.became(other, PrintState.PRINTED)
    assert hall.ticket(ticket).print.state is PrintState.PENDING
    await hall.office.execute(CheckIn(ticket=ticket, actor="kiosk-1"))
    await hall.became(ticket, PrintState.PRINTED)
    assert [job for _, job in hall.on_paper()] == [1, 1]


async def test_a_number_taken_on_the_web_has_no_slip(hall: Hall):
    hall.start()
    online = await hall.issue(channel=Channel.ONLINE)
    await hall.became(await hall.issue(), PrintState.PRINTED)
    assert hall.ticket(online).print.state is PrintState.DROPPED
    assert len(hall.on_paper()) == 1


async def test_a_test_ticket_says_so_on_paper(hall: Hall):
    hall.start()
    ticket = await hall.issue(test=True)
    await hall.became(ticket, PrintState.PRINTED)
    assert hall.ticket(ticket).test
    assert hall.on_paper() == [("TEST-001", 1)]


async def test_a_slip_that_cannot_be_drawn_is_dropped_and_the_next_one_is_printed(
    hall: Hall, caplog: pytest.LogCaptureFixture
):
    class BrokenOnce(SlipMaker):
        broken = True

        def make(self, ticket: Ticket, job: int) -> Slip:
            if self.broken:
                self.broken = False
                msg = "no such letter"
                raise ValueError(msg)
            return super().make(ticket, job)

    hall.service = PrintingService(
        office=hall.office,
        printer=hall.printer,
        slips=BrokenOnce(SITE, PrinterSection(kind="serial")),
        health=hall.health,
        retry=QUICK,
    )
    hall.start()
    first = await hall.issue()
    await hall.became(first, PrintState.DROPPED)
    second = await hall.issue()
    await hall.became(second, PrintState.PRINTED)
    assert "cannot be made" in caplog.text


async def test_without_the_font_tickets_go_on_and_the_log_names_the_package(
    hall: Hall, caplog: pytest.LogCaptureFixture
):
    class Fontless(SlipMaker):
        def load(self) -> Layout:
            Typeface(("/nonexistent",))
            return super().load()

    hall.service = PrintingService(
        office=hall.office,
        printer=hall.printer,
        slips=Fontless(SITE, PrinterSection(kind="serial")),
        health=hall.health,
        retry=QUICK,
    )
    hall.start()
    await hall.became(await hall.issue(), PrintState.DROPPED)
    assert "apt install fonts-noto-core" in caplog.text


async def test_a_fault_inside_the_driver_makes_the_fate_unknown_and_the_service_goes_on(
    hall: Hall, caplog: pytest.LogCaptureFixture
):
    class Faulty(FakePrinter):
        async def print(self, slip: Slip) -> None:
            msg = f"cannot {slip.name}"
            raise ZeroDivisionError(msg)

    printer = Faulty(hall.machine)
    hall.service = hall.printing(printer=printer)
    hall.start()
    ticket = await hall.issue()
    unknown = await hall.became(ticket, PrintState.UNKNOWN)
    assert unknown.print.cause is PrintFailure.CRASH
    assert hall.task is not None
    assert not hall.task.done()
    assert [r.levelno for r in caplog.records].count(logging.ERROR) == 1
    await printer.close()


async def test_a_slip_under_way_is_finished_and_recorded_when_the_program_stops(hall: Hall):
    started, go_on = asyncio.Event(), asyncio.Event()

    class Slow(FakePrinter):
        async def print(self, slip: Slip) -> None:
            started.set()
            await go_on.wait()
            await super().print(slip)

        async def status(self) -> PrinterStatus:
            return await super().status()

    printer = Slow(hall.machine)
    hall.service = hall.printing(printer=printer)
    hall.start()
    ticket = await hall.issue()
    await started.wait()
    assert hall.task is not None
    hall.task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.wait({hall.task})
    assert hall.ticket(ticket).print.state is PrintState.PRINTED
    await printer.close()


class SlowPrinter(FakePrinter):
    """Each slip comes out when the test says so."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self.turns = asyncio.Semaphore(0)

    async def print(self, slip: Slip) -> None:
        await self.turns.acquire()
        await super().print(slip)


async def test_commits_are_read_while_a_slow_printer_has_many_slips_before_it(hall: Hall):
    slow = SlowPrinter(hall.machine)
    hall.service = hall.printing(printer=slow)
    hall.start()
    first = await hall.issue()
    await until_async(lambda: hall.ticket(first).print.state is PrintState.SENT)
    tickets = [await hall.issue() for _ in range(12)]
    slow.turns.release()
    await hall.became(tickets[0], PrintState.SENT)
    assert hall.office.load()["unread_commits"] <= 2
    for _ in tickets:
        slow.turns.release()
    await hall.became(tickets[-1], PrintState.PRINTED)
    assert [label for label, _ in hall.on_paper()] == [f"A{n:03d}" for n in range(1, 14)]
