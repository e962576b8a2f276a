"""What the hub's own ping of an office's router says of why the office was lost (rule 10).

A router stands behind its office's link; the hub asks it, and its silence speaks for the line.
"""

from typing import Any

import pytest

from motcua_hub.desk.causes import Case, circumstances
from motcua_hub.domain.availability.evidence import Claim, Rank, Sli
from motcua_hub.domain.incident.attribution import attribute
from motcua_hub.domain.incident.circumstances import Circumstances, SymptomKind
from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.ledger import claims, targets
from motcua_hub.ledger.claims import OpenClaim
from motcua_hub.ledger.names import HUB, link_of
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store.engine import reading, writing
from support.incidents import DAY, HOUR, Hub, at

SITE = "na-son"
LINK = link_of(SITE)


def router(hub: Hub, name: str = "router", *, site: str = SITE, marked: bool = True) -> str:
    """A router that the hub asks."""
    made = Target(
        id=f"{site}.{name}", name=name, kind=Kind.DEVICE, site=site, parent=link_of(site),
        rules=Rules(router=marked),
    )  # fmt: skip
    with writing(hub.engine) as connection:
        targets.add(connection, made, at(-DAY))
    return made.id


def pinged(hub: Hub, target: str, word: str, proven: tuple[float, float], edge: float = 0) -> None:
    """What the hub's probe says of both SLIs."""
    since, until = proven
    said = [
        OpenClaim(
            target=target,
            sli=sli,
            vantage=HUB,
            source="probe",
            rank=Rank.PROBE,
            claim=Claim(word),
            begin=at(since),
            until=at(until),
            horizon=65_000,
            confirmed_at=at(since + 10) if word == "down" else None,
            cause="timeout" if word == "down" else "",
            edge=int(edge * 1000),
        )
        for sli in (Sli.REACHABLE, Sli.RUNNING)
    ]
    with writing(hub.engine) as connection:
        claims.turn(connection, said, at(until))


@pytest.fixture
def office(hub: Hub) -> Hub:
    hub.site(SITE)
    hub.up(LINK, -HOUR)
    return hub


def facts(hub: Hub, target: str = LINK, *, onset: float = 0, now: float = 60) -> Circumstances:
    with reading(hub.engine) as connection:
        held = targets.get(connection, target)
        assert held is not None
        case = Case(target=target, onset=at(onset), end=None)
        return circumstances(connection, case, held, at(now))


def routers_in(found: Circumstances) -> list[tuple[str, int]]:
    kinds = (SymptomKind.ROUTER_SILENT, SymptomKind.ROUTER_ANSWERS)
    return [(s.kind.value, s.at) for s in found.symptoms if s.kind in kinds]


def causes(hub: Hub, happening: str = "cause_set", **of: object) -> list[Any]:
    told = hub.details(hub.row(**of)["id"], happening)
    return [(each["cause"], each["rule"], each["confidence"], each["provisional"]) for each in told]


def test_a_silent_router_makes_the_line_suspect_until_the_journal_is_in(office: Hub):
    name = router(office)
    pinged(office, name, "up", (-HOUR, -5))
    pinged(office, name, "down", (10, 45), edge=15)
    office.down(LINK, 0)
    office.round(60)
    assert causes(office) == [("link", 10, 500, True)]
    [told] = office.details(office.row()["id"], "cause_set")
    assert [each["what"] for each in told["evidence"]] == ["router_silent"]
    assert routers_in(facts(office)) == [("router_silent", at(10))]
    # the router itself hangs on the link, and is no second incident
    assert len(office.rows()) == 1


def test_without_a_router_nobody_knows(office: Hub):
    name = router(office, marked=False)
    pinged(office, name, "down", (10, 45))
    office.down(LINK, 0)
    office.round(60)
    assert causes(office, subject=LINK) == [("unknown", 11, 0, True)]


def test_a_router_that_falls_silent_after_the_first_word_is_heard_once(office: Hub):
    """The session may be known to be lost some seconds before the third ping is."""
    name = router(office)
    pinged(office, name, "up", (-HOUR, -5))
    office.down(LINK, 0)
    office.round(60)
    assert causes(office) == [("unknown", 11, 0, True)]
    pinged(office, name, "down", (10, 65), edge=15)
    office.rounds(70, 130, 200, 300)
    assert causes(office) == [("unknown", 11, 0, True)]
    assert causes(office, "cause_changed") == [("link", 10, 500, True)]
    assert office.row()["responsible"] == "link"


def test_a_router_that_answers_on_takes_the_line_out_of_suspicion(office: Hub):
    name = router(office)
    pinged(office, name, "up", (-HOUR, 58))
    office.down(LINK, 0)
    office.round(60)
    assert causes(office) == [("unknown", 11, 0, True)]
    assert routers_in(facts(office)) == [("router_answers", at(0))]


@pytest.mark.parametrize("edge", [10, 30])
def test_an_answer_before_the_cut_is_no_answer_during_the_outage(office: Hub, edge: float):
    """A spell that is up goes on to the first failure: one interval beyond its last answer."""
    name = router(office)
    pinged(office, name, "up", (-HOUR, 15))
    pinged(office, name, "down", (15 + edge, 90), edge=edge)
    found = routers_in(facts(office, now=100))
    assert found == [("router_silent", at(15 + edge))]


def test_a_router_that_never_answers_says_nothing_of_this_outage(office: Hub):
    name = router(office)
    pinged(office, name, "down", (-HOUR, 55))
    assert routers_in(facts(office)) == []
    # not even when what it said so far has become evidence just before
    with writing(office.engine) as connection:
        claims.settle(connection, at(20))
    pinged(office, name, "down", (-HOUR, 58))
    assert routers_in(facts(office)) == []


def test_a_lost_ping_or_two_are_no_silence(office: Hub):
    name = router(office)
    said = OpenClaim(
        target=name, sli=Sli.REACHABLE, vantage=HUB, claim=Claim.DOWN, begin=at(0), until=at(5),
        horizon=65_000, blip=True,
    )  # fmt: skip
    with writing(office.engine) as connection:
        claims.turn(connection, [said], at(5))
    assert routers_in(facts(office)) == []


def test_an_office_with_two_lines_is_cut_off_only_when_neither_router_answers(office: Hub):
    one, two = router(office, "router-1"), router(office, "router-2")
    pinged(office, one, "up", (-HOUR, -5))
    pinged(office, one, "down", (10, 58), edge=15)
    pinged(office, two, "up", (-HOUR, 58))
    assert routers_in(facts(office)) == [("router_answers", at(0))]
    # an outage of the first router itself is its own matter
    assert routers_in(facts(office, one, onset=10)) == [("router_silent", at(10))]
    pinged(office, two, "down", (12, 90), edge=10)
    assert {kind for kind, _ in routers_in(facts(office, now=100))} == {"router_silent"}


def test_another_offices_router_says_nothing_of_this_one(office: Hub):
    office.site("xa-khac")
    name = router(office, site="xa-khac")
    pinged(office, name, "up", (-HOUR, -5))
    pinged(office, name, "down", (10, 58), edge=15)
    assert routers_in(facts(office)) == []


def test_a_router_that_goes_with_the_machine_of_its_office_counts_as_lost_with_it(office: Hub):
    """Rule 4 wants something else that was lost: for an outage of the router that is the router."""
    name = router(office)
    pinged(office, name, "up", (-HOUR, -5))
    pinged(office, name, "down", (0, 58), edge=15)
    assert {loss.target for loss in facts(office, name).losses} == {name}
    assert {loss.target for loss in facts(office, LINK).losses} == {name}


def test_a_silent_router_alone_is_a_suspect_line_too(office: Hub):
    """Its own outage, while the session still seems to hold."""
    name = router(office)
    pinged(office, name, "up", (-HOUR, -5))
    pinged(office, name, "down", (10, 58), edge=15)
    found = attribute(facts(office, name, onset=10))
    assert (found.cause, found.rule, found.provisional) == (Cause.LINK, 10, True)


def test_a_ping_under_the_links_own_name_would_hide_a_dead_computer(office: Hub):
    """Why the router has a target of its own: probes go before sessions."""
    office.down(LINK, 0)
    office.round(60)
    assert [row["target"] for row in office.rows()] == [LINK]
    pinged(office, LINK, "up", (-HOUR, 70))
    office.rounds(80, 90)
    assert office.row()["restored_at"] is not None
