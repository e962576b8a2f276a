"""What attribution is told of a site's journal."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from motcua_contract.vocabulary import StopCause
from motcua_hub.domain.incident.circumstances import AppKind
from motcua_hub.ingest import Receiver
from motcua_hub.ledger.imports.circumstances import SiteStory, of_site
from motcua_hub.ledger.imports.importer import Importer
from motcua_hub.store.engine import reading
from support.hubsite import T0
from support.pi_journal import Program

SITE = "na-son"
Told = Callable[..., SiteStory]
S = 1_000


@pytest.fixture
def told(engine: Engine) -> Told:
    def story(begin: int, end: int, *programs: Program) -> SiteStory:
        for n, program in enumerate(programs):
            Receiver(engine).batch(SITE, program.journal.batch(), T0 + 10**9 + n)
        Importer(engine).round(T0 + 10**9 + 100)
        with reading(engine) as connection:
            return of_site(connection, SITE, (T0 + begin * S, T0 + end * S))

    return story


def test_a_cut_link_shows_in_continuous_ticks_that_miss_the_hub(told: Told) -> None:
    pi = Program("a", "boot-a", T0).begin()
    pi.meet()
    pi.tick(30, gateway=True)
    pi.tick(6, hub=False, where="wan", gateway=True)
    pi.tick(30, gateway=True)
    pi.report()
    story = told(280, 400, pi)
    (boot,) = story.boots
    assert boot.ticked == ((T0 + 280 * S, T0 + 660 * S),) or boot.ticked[0][0] <= T0 + 280 * S
    assert [(r.begin - T0, r.end - T0, r.hub, r.gateway) for r in story.reach] == [
        (280_000, 310_000, True, True),
        (310_000, 370_000, False, True),
        (370_000, 400_000, True, True),
    ]
    assert story.journal_until == T0 + 660 * S
    assert story.app == ()


def test_a_killed_program_failed_and_started_in_the_same_boot(told: Told) -> None:
    one = Program("a", "boot-a", T0).begin()
    one.meet()
    one.tick(6)
    two = one.killed_then("b", after=30 * S).begin()
    two.tick(3)
    two.report()
    two.journal.events[0] = _unclean(two)
    story = told(30, 200, one, two)
    assert [(e.kind, e.at - T0) for e in story.app] == [
        (AppKind.FAILED, 60_000),
        (AppKind.START, two.journal.events[0].t_mono),
    ]
    assert [b.boot_id for b in story.boots] == ["boot-a"]


def _unclean(program: Program) -> object:
    event = program.journal.events.pop(0)
    body = bytes(event.body).replace(b"}", b',"unclean":true}', 1)
    rest, program.journal.events = program.journal.events, []
    made = program.journal.add_raw(event.type, body, at=program.begun + program.mono - 30_000)
    program.journal.events = [made, *rest]
    return made


@pytest.mark.parametrize("cause", [StopCause.UPS, StopCause.REBOOT, StopCause.POWEROFF])
def test_a_clean_end_is_told_with_its_reason(told: Told, cause: StopCause) -> None:
    one = Program("a", "boot-a", T0).begin()
    one.meet()
    one.tick(6, ups="battery")
    one.tick(1, ups="critical")
    one.stop(cause)
    two = one.dark_then("b", "boot-b", after=300 * S).begin()
    two.meet()
    two.tick(6)
    two.report()
    story = told(0, 600, one, two)
    first, second = story.boots
    assert first.stop is not None
    assert (first.stop.reason, first.stop.at) == (cause.value, T0 + 70 * S)
    assert (second.begin, second.stop) == (T0 + 370 * S, None)
    assert [u.status for u in story.ups] == ["OB DISCHRG", "OB DISCHRG LB"]
    assert story.journal_until == T0 + 430 * S


def test_what_is_lacking_ends_what_the_journal_covers(told: Told) -> None:
    one = Program("a", "boot-a", T0).begin()
    one.meet()
    one.tick(3)
    one.report()
    one.spans = type(one.spans)(boot="boot-a", run=one.spans.run, number=9)
    one.tick(3)
    one.report()
    story = told(10, 100, one)
    assert story.journal_until == T0 + 30 * S


def test_of_a_site_without_a_journal_nothing_is_known(told: Told) -> None:
    assert told(0, 100) == SiteStory()
