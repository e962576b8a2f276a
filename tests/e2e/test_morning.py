"""Two hours of a morning at three offices: eight faults, their ends and a drill, all told exactly.

Real: three edge programs, broker, hub with its database, people at kiosks and counters, ESC/POS
over a pty, pyserial to the pad's real firmware, upsd with dummy-ups, PyAV on an MJPEG stream, ICMP,
files in place of the Pi's kernel. Invented: paper, loudspeaker (files), the hall that is filmed.

Accelerated, eighty times: the people, and the script of what happens when. Not accelerated: every
rule. How long something must last is the catalogue's, but for what a real office may configure as
well: cameras are looked at every second, the controller every two, the link settles in five
seconds, screens and pads are missed after six and seven. No clock is faked.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pytest

from demo.__main__ import province
from demo.faults import all_faults
from demo.offices import OFFICES
from demo.people import OfficePeople
from demo.stack import SiteStack, Stack, running
from demo.technician import Technician
from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.link import OFFLINE_MS, Link
from support.invariants import check_all
from support.morning import (
    SPEED,
    Change,
    Clock,
    HubBook,
    Ill,
    Incident,
    after_first_words,
    changes,
    eventually,
    sick_and_well,
    suffer,
    told,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420), pytest.mark.asyncio]
SMALL, MIDDLE, LARGE = (office.site for office in OFFICES)
PLAN: Final = {
    SMALL: (
        Ill("display_silent", 6, 26, Change("display", "critical", "not_connected")),
        Ill("card_read_only", 44, 60, Change("controller", "critical", "read_only")),
    ),
    MIDDLE: (
        Ill("paper_out", 10, 24, Change("printer", "critical", "paper_out")),
        Ill("mains_out", 34, 52, Change("ups", "problem", "on_battery")),
        Ill("pad_pulled", 66, 84, Change("pad-1", "problem", "offline")),
    ),
    LARGE: (
        Ill("lens_covered", 8, 26, Change("camera-sanh", "problem", "covered")),
        Ill("sound_gone", 42, 56, Change("announcer", "critical", "no_output")),
        Ill("link_cut", 70, 92, Change("link", "problem", "down")),
    ),
}
"""By office: what happens in which minute, and what it must be called."""
DRILL: Final = (
    Change("printer", "critical", "paper_out", drill=True),
    Change("printer", "ok"),
)
TO_BE: Final = sorted(
    [
        Incident(SMALL, "display", "not_connected", "hardware"),
        Incident(SMALL, "controller", "read_only", "hardware"),
        Incident(MIDDLE, "printer", "paper_out", "hardware"),
        Incident(MIDDLE, "ups", "on_battery", "power"),
        Incident(MIDDLE, "pad-1", "offline", "hardware"),
        Incident(LARGE, "camera-sanh", "covered", "security"),
        Incident(LARGE, "announcer", "no_output", "hardware"),
        Incident(LARGE, "link", "down", "link"),
    ]
)
INNER: Final = {"journal", "catalogue", "controller", "link", "printer", "announcer"}
PLACED: Final = {"display", "kiosk", "gear-switch", "pad-1", "pad-links"}
WATCHED: Final = {
    SMALL: INNER | PLACED,
    MIDDLE: INNER | PLACED | {"ups"},
    LARGE: INNER | PLACED | {"camera-sanh"},
}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with running(province(tmp_path / "province")) as started:
        yield started


@pytest.fixture
def hub(stack: Stack) -> Iterator[HubBook]:
    book = HubBook(stack)
    yield book
    book.close()


@contextlib.asynccontextmanager
async def people_in(stack: Stack) -> AsyncIterator[dict[str, OfficePeople]]:
    """Citizens and officers, busy until the block ends."""
    everybody = {
        name: OfficePeople(site.office, site.url, SPEED, seed)
        for seed, (name, site) in enumerate(stack.sites.items())
    }
    tasks = [asyncio.create_task(each.run()) for each in everybody.values()]
    yield everybody
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [end for end in ended if not isinstance(end, asyncio.CancelledError)] == []


def all_well(site: SiteStack) -> bool:
    said = changes(site)
    names = {change.component for change in said}
    return names == WATCHED[site.office.site] and {change.state for change in said} == {"ok"}


async def rehearse(clock: Clock, stack: Stack) -> None:
    """The technician rehearses an empty printer at the small office, from the hub's page."""
    technician, site = Technician(stack.hub_url), stack.sites[SMALL]
    await clock.at(76)
    await asyncio.to_thread(technician.sign_up, stack.setup_token)
    asked = {"component": "printer", "code": "paper_out", "minutes": "5"}
    await asyncio.to_thread(technician.command, SMALL, "drill.start", **asked)
    await told(site, DRILL[0])
    await clock.at(90)
    await asyncio.to_thread(technician.command, SMALL, "drill.end", component="printer")
    await told(site, DRILL[1])


async def look_at_the_lost_office(clock: Clock, hub: HubBook) -> None:
    """While the fibre is cut: one thing to repair there, whatever else was well or ill."""
    await clock.at(80)
    await eventually(lambda: hub.overview()[LARGE].link is Link.SUSPECT)
    lost = hub.overview(later_ms=OFFLINE_MS)[LARGE]
    assert (lost.link, lost.verdict) == (Link.OFFLINE, HealthState.UNKNOWN)
    assert [(b.component, b.code, b.responsible) for b in lost.broken] == [
        ("link", "offline", "link")
    ]
    assert set(lost.devices) == {HealthState.UNKNOWN}


async def live_through(stack: Stack, hub: HubBook) -> None:
    """The two hours, from the moment that everything is known to be well."""
    sites = stack.sites
    await eventually(lambda: all(all_well(site) for site in sites.values()), within=90)
    faults = {fault.name: fault for fault in all_faults(stack)}
    clock = Clock()
    async with asyncio.TaskGroup() as morning:
        for name, plan in PLAN.items():
            morning.create_task(suffer(clock, sites[name], plan, faults))
        morning.create_task(rehearse(clock, stack))
        morning.create_task(look_at_the_lost_office(clock, hub))
    await clock.at(120)


async def test_a_morning_with_eight_faults_and_a_drill_is_told_exactly(
    stack: Stack, hub: HubBook
) -> None:
    sites = stack.sites
    async with people_in(stack) as people:
        await live_through(stack, hub)
        assert all(each.count["served"] > 0 for each in people.values())

    expected = {name: sick_and_well(plan) for name, plan in PLAN.items()}
    expected[SMALL] += DRILL
    assert {name: after_first_words(changes(site)) for name, site in sites.items()} == expected
    for name, site in sites.items():
        await eventually(lambda n=name, s=site: len(hub.spans(n)) >= len(changes(s)))
        assert hub.spans(name) == changes(site)
    assert hub.incidents(PLAN) == TO_BE
    assert hub.raised() == []
    assert [line.broken for line in hub.overview().values()] == [(), (), ()]
    for site in sites.values():
        await asyncio.to_thread(check_all, stack, site)
