"""The first numbers of a start wait for the hub's word, but not for ever."""

import asyncio

from motcua_edge.domain.commands import CallHelp, IssueTicket
from motcua_edge.domain.model import OfficeState
from motcua_edge.services.first_numbers import FirstNumbers
from motcua_edge.services.office import OfficeService
from support.webapp import MemoryJournal, Office, demo_site


def held() -> tuple[OfficeService, FirstNumbers]:
    """An office, and what holds its first numbers."""
    first = FirstNumbers()
    service = OfficeService(
        journal=MemoryJournal(),
        site=demo_site(),
        clock=Office().clock,
        state=OfficeState(),
        first_numbers=first,
    )
    return service, first


async def test_a_number_waits_until_the_hub_has_spoken_and_other_commands_do_not() -> None:
    service, first = held()
    first.arm(60)
    asking = asyncio.create_task(service.execute(IssueTicket(service="CT")))
    await service.execute(CallHelp(device="kiosk"))
    assert not asking.done()
    first.open()
    assert (await asking).state.tickets


async def test_without_a_word_from_the_hub_the_number_comes_all_the_same() -> None:
    service, first = held()
    first.arm(0.05)
    assert (await service.execute(IssueTicket(service="CT"))).state.tickets


async def test_a_start_that_needs_no_word_gives_numbers_at_once() -> None:
    service, _ = held()
    assert (await service.execute(IssueTicket(service="CT"))).state.tickets
