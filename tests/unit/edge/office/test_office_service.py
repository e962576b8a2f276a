"""The one door to the state: one command at a time, answers once, nothing before its commit."""

import asyncio

import msgspec
import pytest

from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.commands import CallHelp, IssueTicket
from motcua_edge.domain.model import Instant, OfficeState
from motcua_edge.domain.refusals import Refusal
from motcua_edge.services.office import (
    KEEP_ANSWERS_MS,
    Answer,
    KeyReusedError,
    OfficeService,
    Outcome,
    Request,
)
from support.waiting import until_async
from support.webapp import MemoryJournal, Office, demo_site

TAKE = IssueTicket(service="CT")


def labels(outcome: Outcome) -> bytes:
    return msgspec.json.encode([fact.label for fact in outcome.facts if hasattr(fact, "label")])


def request(key: str, fingerprint: str = "f") -> Request:
    return Request(key, fingerprint, labels)


class SlowJournal(MemoryJournal):
    """Commits when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.asked = 0

    async def append(self, facts, changes, *, business_day, now):
        self.asked += 1
        await self.go.wait()
        await super().append(facts, changes, business_day=business_day, now=now)


@pytest.fixture
def office() -> Office:
    return Office()


def slow(office: Office) -> tuple[OfficeService, SlowJournal]:
    journal = SlowJournal()
    service = OfficeService(
        journal=journal, site=demo_site(), clock=office.clock, state=OfficeState()
    )
    return service, journal


async def test_the_same_key_gives_the_same_answer_and_one_ticket(office: Office):
    first = await office.service.execute_once(TAKE, request("k"))
    assert await office.service.execute_once(TAKE, request("k")) == first
    assert len(office.service.state.tickets) == 1


async def test_a_key_with_another_request_is_refused_and_changes_nothing(office: Office):
    await office.service.execute_once(TAKE, request("k"))
    with pytest.raises(KeyReusedError, match="use a new key"):
        await office.service.execute_once(TAKE, request("k", "other"))
    assert len(office.service.state.tickets) == 1


async def test_a_refused_request_leaves_its_key_free(office: Office):
    with pytest.raises(Refusal):
        await office.service.execute_once(IssueTicket(service="NO"), request("k"))
    assert await office.service.execute_once(TAKE, request("k", "other")) == b'["A001"]'


async def test_an_answer_is_forgotten_after_a_day_and_its_row_goes_with_the_next(office: Office):
    await office.service.execute_once(CallHelp(device="kiosk"), request("old"))
    office.clock.advance(KEEP_ANSWERS_MS + 1)
    await office.service.execute_once(CallHelp(device="kiosk"), request("new"))
    gone = [c.key for c in office.journal.changes if c.table == "idempotency" and c.body is None]
    assert gone == ["old"]
    assert office.service.known_answer("old", "another") is None


TEN_YEARS = 3652 * 24 * 3600 * 1000


@pytest.mark.parametrize("leap", [TEN_YEARS, -TEN_YEARS])
async def test_a_wall_clock_that_leaps_does_not_make_a_repeated_press_a_second_ticket(
    office: Office, leap: int
):
    first = await office.service.execute_once(TAKE, request("k"))
    office.clock.jump(leap)
    assert await office.service.execute_once(TAKE, request("k")) == first
    office.clock.advance(KEEP_ANSWERS_MS + 1)
    await office.service.execute_once(CallHelp(device="kiosk"), request("new"))
    assert office.service.known_answer("k", "another") is None


def test_an_answer_of_another_boot_from_the_future_is_forgotten_once_the_clock_is_trusted():
    answer = Answer("f", b"", at=TEN_YEARS, mono=1, boot="before")
    now = Instant(wall=0, mono=5, clock=ClockState.SAVED, boot="now")
    assert not answer.forgotten(now)
    assert answer.forgotten(msgspec.structs.replace(now, clock=ClockState.NTP))


async def test_answers_of_an_earlier_process_are_known(office: Office):
    answers = {"k": Answer("f", b"kept", office.clock.wall)}
    service = OfficeService(
        journal=office.journal,
        site=demo_site(),
        clock=office.clock,
        state=OfficeState(),
        answers=answers,
    )
    assert await service.execute_once(TAKE, request("k")) == b"kept"
    assert service.state.tickets == {}


async def test_nothing_is_shown_or_told_before_its_commit(office: Office):
    service, journal = slow(office)
    told = service.subscribe()
    taking = asyncio.create_task(service.execute(TAKE))
    await until_async(lambda: journal.asked)
    assert service.state.tickets == {}
    assert not taking.done()
    journal.go.set()
    assert (await told.next()).state is (await taking).state


async def test_commands_at_once_get_numbers_of_their_own(office: Office):
    outcomes = await asyncio.gather(*(office.service.execute(TAKE) for _ in range(20)))
    numbers = [labels(outcome) for outcome in outcomes]
    assert len(set(numbers)) == 20


async def test_whoever_gives_up_waiting_does_not_stop_the_commit(office: Office):
    service, journal = slow(office)
    taking = asyncio.create_task(service.execute(TAKE))
    await until_async(lambda: journal.asked)
    taking.cancel()
    following = asyncio.create_task(service.execute(TAKE))
    await asyncio.sleep(0)
    assert journal.asked == 1
    journal.go.set()
    with pytest.raises(asyncio.CancelledError):
        await taking
    await following
    assert [ticket.label for ticket in service.state.tickets.values()] == ["A001", "A002"]


async def test_a_page_waiting_for_news_wakes_with_the_next_version(office: Office):
    version = office.service.state.office.version
    waiting = asyncio.create_task(office.service.wait_newer(version))
    await office.service.execute(TAKE)
    assert (await waiting).office.version > version


async def test_an_unsubscribed_reader_hears_no_more(office: Office):
    told = office.service.subscribe()
    office.service.unsubscribe(told)
    office.service.unsubscribe(told)
    await office.service.execute(TAKE)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(told.next(), 0.01)
