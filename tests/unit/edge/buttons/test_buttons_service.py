"""Presses become ratings, tickets or refusals."""

import asyncio
import hashlib
from contextlib import asynccontextmanager

import msgspec
import pytest

from motcua_contract.facts.office import PressRefused
from motcua_contract.facts.ratings import RatingGiven
from motcua_contract.facts.tickets import TicketIssued
from motcua_contract.siteconfig import RatingPolicy
from motcua_contract.vocabulary import Channel, HealthState
from motcua_edge.config import ButtonsSection
from motcua_edge.domain.commands import Finish
from motcua_edge.drivers.buttons import FakeButtons, Rules
from motcua_edge.services.buttons import ButtonMapError, ButtonsService, button_map
from support.hall import Hall, hall_site
from support.waiting import until_async

SECTION = ButtonsSection(pins={"17": "1:1", "27": "1:3", "5": "2:2"}, tickets={"22": "DD"})
NONCE = "a nonce"


class Desk:
    """Knows one open window."""

    def __init__(self):
        self.window = None

    def current(self, counter):
        return self.window if counter == 1 else None


class Bench:
    """A hall with buttons."""

    def __init__(self, section=SECTION, site=None, stuck_ms=60_000):
        self.hall = Hall(site or hall_site())
        self.board, self.desk = FakeButtons(), Desk()
        self.service = ButtonsService(
            office=self.hall.office,
            board=self.board,
            buttons=button_map(section, self.hall.office.site),
            rules=Rules(debounce_ms=1, stuck_ms=stuck_ms),
            desk=self.desk,
            health=self.hall.health,
            retry_s=(0.01,),
        )

    @asynccontextmanager
    async def working(self):
        task = asyncio.create_task(self.service.run())
        await asyncio.sleep(0)
        yield self
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def press(self, pin):
        counts = self.service.counts
        pressed, released = counts["pressed"], counts["released"]
        self.board.press(pin)
        await until_async(lambda: counts["pressed"] > pressed)
        self.board.release(pin)
        await until_async(lambda: counts["released"] > released)

    async def served(self):
        """A citizen was served at counter 1 and may rate."""
        hall = self.hall
        await hall.staff()
        await hall.issue()
        ticket = await hall.call(1)
        await hall.start(ticket)
        digest = hashlib.sha256(NONCE.encode()).hexdigest()
        await hall.office.execute(
            Finish(
                ticket=ticket.id,
                counter=1,
                officer="officer-1",
                outcome="done",
                nonce_sha256=digest,
            )
        )
        self.desk.window = (ticket.id, NONCE)
        return ticket


async def test_a_press_after_a_served_ticket_is_its_rating():
    bench = Bench()
    async with bench.working():
        ticket = await bench.served()
        await bench.press(27)
        await until_async(lambda: bench.service.counts["rated"] == 1)
    (fact,) = bench.hall.facts(RatingGiven)
    assert (fact.ticket, fact.level, fact.device) == (ticket.id, 3, "buttons-1")


async def test_a_press_with_nothing_to_rate_is_recorded_and_is_no_rating():
    bench = Bench()
    async with bench.working():
        await bench.press(5)
        await until_async(lambda: bench.service.counts["refused"] == 1)
    (fact,) = bench.hall.facts(PressRefused)
    assert (fact.counter, fact.device, fact.cause) == (2, "buttons-2", "nothing_to_rate")
    assert bench.hall.facts(RatingGiven) == []


@pytest.mark.parametrize(("nonce", "cause"), [("another", "rating_forged")])
async def test_a_rating_that_the_rules_refuse_is_a_refused_press_with_its_reason(nonce, cause):
    bench = Bench()
    async with bench.working():
        ticket = await bench.served()
        bench.desk.window = (ticket.id, nonce)
        await bench.press(17)
        await until_async(lambda: bench.service.counts["refused"] == 1)
    (fact,) = bench.hall.facts(PressRefused)
    assert (fact.counter, fact.cause) == (1, cause)


async def test_a_ticket_button_issues_a_ticket():
    bench = Bench()
    async with bench.working():
        await bench.press(22)
        await until_async(lambda: bench.service.counts["issued"] == 1)
    (fact,) = bench.hall.facts(TicketIssued)
    assert (fact.service, fact.channel, fact.device) == ("DD", Channel.BUTTON, "button-22")


async def test_a_refused_ticket_changes_nothing_and_the_next_press_works():
    site = hall_site()
    queue = msgspec.structs.replace(site.queue, device_cooldown_s=5)
    bench = Bench(site=msgspec.structs.replace(site, queue=queue))
    async with bench.working():
        await bench.press(22)
        await until_async(lambda: bench.service.counts["issued"] == 1)
        await bench.press(22)
        await until_async(lambda: bench.service.counts["refused"] == 1)
        bench.hall.clock.advance(6000)
        await bench.press(22)
        await until_async(lambda: bench.service.counts["issued"] == 2)
    assert len(bench.hall.facts(TicketIssued)) == 2


async def test_a_stuck_button_is_a_health_fault_until_it_is_free():
    bench = Bench(stuck_ms=20)
    async with bench.working():
        bench.board.press(17)
        await until_async(lambda: bench.service.counts["stuck"] == 1)
        bench.board.release(17)
        await until_async(lambda: len(bench.hall.health.notes) == 3)
    assert bench.hall.health.notes == [
        ("buttons", HealthState.OK, ""),
        ("buttons", HealthState.PROBLEM, "button_stuck"),
        ("buttons", HealthState.OK, ""),
    ]


async def test_buttons_that_are_missing_are_tried_again():
    bench = Bench()
    bench.board.missing = True
    async with bench.working():
        await until_async(lambda: bench.hall.health.notes)
        assert set(bench.hall.health.notes) == {("buttons", HealthState.PROBLEM, "offline")}
        bench.board.missing = False
        await until_async(lambda: bench.hall.health.notes[-1][1] is HealthState.OK)
        await bench.press(22)
        await until_async(lambda: bench.service.counts["issued"] == 1)


async def test_an_office_without_buttons_has_no_such_component():
    bench = Bench(ButtonsSection())
    async with bench.working():
        await asyncio.sleep(0)
    assert bench.hall.health.notes == []


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"pins": {"17": "1"}}, r"'1' is not COUNTER:LEVEL .*\$\.buttons\.pins\.17"),
        ({"pins": {"17": "1:x"}}, r"COUNTER:LEVEL"),
        ({"pins": {"17": "9:1"}}, r"counter 9 is not in the site file .*\$\.buttons\.pins\.17"),
        ({"pins": {"17": "1:4"}}, r"level 4 is outside 1 to 3"),
        ({"pins": {"17": "1:0"}}, r"level 0 is outside 1 to 3"),
        ({"pins": {"28": "1:1"}}, r"'28' is no BCM pin"),
        ({"pins": {"017": "1:1"}}, r"'017' is no BCM pin"),
        ({"pins": {"GPIO17": "1:1"}}, r"'GPIO17' is no BCM pin"),
        ({"tickets": {"22": "XX"}}, r"service 'XX' is not in the site file"),
        ({"pins": {"22": "1:1"}, "tickets": {"22": "DD"}}, r"pin 22 is a rating button already"),
    ],
)
def test_a_map_that_does_not_fit_is_refused_with_its_path(section, message):
    with pytest.raises(ButtonMapError, match=message):
        button_map(ButtonsSection(**section), hall_site())


def test_five_levels_need_a_scale_of_five():
    site = msgspec.structs.replace(hall_site(), rating=RatingPolicy(scale=5))
    assert button_map(ButtonsSection(pins={"17": "1:5"}), site)[17].level == 5
