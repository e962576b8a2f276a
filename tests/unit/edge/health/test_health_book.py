"""Health is recorded when it changes, and only what this process heard is shown."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from motcua_contract.siteconfig import CounterConfig, ServiceField, SiteConfig
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain import rows
from motcua_edge.drivers.clock import FakeClock
from motcua_edge.journal import Journal, Reader
from motcua_edge.services.health import HealthBook, JournalWatch
from motcua_edge.services.office import OfficeService
from support.journals import WALL, opened
from support.waiting import until_async


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = opened(tmp_path / "journal.db", ballast_bytes=50_000)
    yield journal
    journal.close()


def book_on(journal: Journal) -> HealthBook:
    site = SiteConfig(
        name="Phường",
        services=(ServiceField(code="HT", name="Hộ tịch", series="A"),),
        counters=(CounterConfig(number=1, services=("HT",)),),
    )
    state = rows.load(journal.load_rows())
    return HealthBook(OfficeService(journal=journal, site=site, clock=FakeClock(WALL), state=state))


async def test_a_transition_is_recorded_once(journal: Journal):
    book = book_on(journal)
    assert await book.report("printer", HealthState.PROBLEM, "paper_low")
    before = journal.last_seq
    assert not await book.report("printer", HealthState.PROBLEM, "paper_low")
    assert journal.last_seq == before
    assert await book.report("printer", HealthState.OK)
    assert journal.last_seq == before + 1
    assert book.current["printer"].state == "ok"


async def test_a_change_wakes_who_waits(journal: Journal):
    book = book_on(journal)
    waiting = asyncio.create_task(book.wait_newer(book.version))
    await asyncio.sleep(0)
    assert not waiting.done()
    await book.report("voice", HealthState.OK)
    assert await asyncio.wait_for(waiting, 5) == book.version


async def test_what_an_earlier_process_said_is_not_shown_until_said_again(journal: Journal):
    await book_on(journal).report("printer", HealthState.OK)
    later = book_on(journal)
    assert later.current == {}
    version = later.version
    assert not await later.report("printer", HealthState.OK)
    assert list(later.current) == ["printer"]
    assert later.version > version


async def test_a_full_disk_is_a_critical_component(journal: Journal):
    book = book_on(journal)
    watch = JournalWatch(journal, book)
    await watch.report()
    assert book.current["journal"].state == "ok"
    journal._ballast.drop()
    await watch.report()
    assert (book.current["journal"].state, book.current["journal"].code) == (
        "critical",
        "journal_full",
    )
    await journal.maintain()
    await watch.report()
    assert book.current["journal"].state == "ok"


async def test_a_full_disk_is_told_of_and_looked_after_at_the_next_look(journal: Journal):
    book = book_on(journal)
    watch = JournalWatch(journal, book, every_s=0.01, purge_every=1_000_000)
    running = asyncio.create_task(watch.run())
    try:
        await until_async(lambda: "journal" in book.current)
        before = len(states(journal))
        journal._ballast.drop()
        # both looks may be over before anybody waiting is awake: only the journal has each of them
        await until_async(lambda: len(states(journal)) >= before + 2)
    finally:
        running.cancel()
    assert states(journal)[before:] == ["critical", "ok"]


def states(journal: Journal) -> list[str]:
    """The state of every health fact."""
    with Reader(journal.path) as reader:
        entries = reader.tail(1000)
    facts = [msgspec.json.decode(e.body) for e in entries if e.type == "health.changed/1"]
    return [fact["state"] for fact in facts]


def told(journal: Journal) -> list[tuple[str, bool]]:
    """State or code of every health fact, and whether it is a rehearsal."""
    with Reader(journal.path) as reader:
        entries = reader.tail(1000)
    facts = [msgspec.json.decode(e.body) for e in entries if e.type == "health.changed/1"]
    return [(fact.get("code") or fact["state"], fact.get("drill", False)) for fact in facts]


async def test_a_drill_is_marked_and_ends_with_what_the_device_says(journal: Journal):
    book = book_on(journal)
    await book.report("printer", HealthState.OK)
    await book.drill("printer", HealthState.CRITICAL, "paper_out", "rehearsal")
    assert book.drilling == {"printer"}
    assert not await book.report("printer", HealthState.OK)
    assert book.current["printer"].drill
    assert await book.end_drill("printer")
    assert not book.current["printer"].drill
    assert told(journal) == [("ok", False), ("paper_out", True), ("ok", False)]
    assert not await book.end_drill("printer")


async def test_a_real_fault_ends_its_rehearsal_at_once(journal: Journal):
    book = book_on(journal)
    await book.report("printer", HealthState.OK)
    await book.drill("printer", HealthState.CRITICAL, "paper_out", "rehearsal")
    await book.report("printer", HealthState.CRITICAL, "cover_open")
    assert book.drilling == frozenset()
    assert told(journal) == [("ok", False), ("paper_out", True), ("cover_open", False)]


async def test_the_real_fault_that_is_rehearsed_is_told_as_real(journal: Journal):
    book = book_on(journal)
    await book.report("printer", HealthState.OK)
    await book.drill("printer", HealthState.CRITICAL, "paper_out", "rehearsal")
    await book.report("printer", HealthState.CRITICAL, "paper_out")
    assert told(journal)[-1] == ("paper_out", False)


async def test_a_device_that_never_reported_cannot_be_rehearsed(journal: Journal):
    with pytest.raises(LookupError, match="ups"):
        await book_on(journal).drill("ups", HealthState.PROBLEM, "on_battery", "rehearsal")
