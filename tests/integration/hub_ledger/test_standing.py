"""A server that the hub and two offices probe: what is known now, between the offices' reports."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, Engine

from motcua_contract.facts.evidence import REPORT_MS
from motcua_hub.domain.availability.evidence import Sli, State
from motcua_hub.ledger import claims, now
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.rules import Rules
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.sites import lock_sites, set_live
from support.ledger import HOUR, MINUTE, SECOND, T0, added, claim

OFFICES = ("st-01", "st-02")
LOOK = 4 * MINUTE
"""The offices reported at T0; their next reports come a minute after this look."""


def heard(connection: Connection, sites: Sequence[str], at: int) -> None:
    for site in sites:
        lock_sites(connection, [site], T0 - HOUR)
        set_live(connection, site, status="online", status_at=T0 - HOUR, last_seen_at=T0 + at)


def world(connection: Connection, hub: str = "up") -> None:
    """Offices that said "up" at T0; the hub says something newer. Two of three must know."""
    added(connection, rules=Rules(min_known=2))
    said = [claim(-HOUR, 0, vantage=site) for site in OFFICES]
    mine = (LOOK - MINUTE, LOOK) if hub == "down" else (-HOUR, LOOK)
    said.append(claim(*mine, hub, confirmed_at=T0 + LOOK if hub == "down" else None))
    claims.turn(connection, said, T0)


def state(engine: Engine, at: int = LOOK) -> State:
    with reading(engine) as connection:
        return now.states(connection, T0 + at)["web", Sli.REACHABLE].state


def test_between_two_reports_offices_in_touch_still_count(engine: Engine) -> None:
    with writing(engine) as connection:
        world(connection)
        heard(connection, OFFICES, LOOK - 30 * SECOND)
    assert state(engine) is State.UP


def test_one_vantage_alone_is_not_believed_against_two_that_would_have_said_so(
    engine: Engine,
) -> None:
    with writing(engine) as connection:
        world(connection, hub="down")
        heard(connection, OFFICES, LOOK)
    assert state(engine) is State.UP
    with writing(engine) as connection:
        word = claim(LOOK - MINUTE, LOOK, "down", vantage="st-01", confirmed_at=T0 + LOOK)
        claims.turn(connection, [word], T0 + LOOK)
    assert state(engine) is State.DOWN
    with writing(engine) as connection:
        heard(connection, OFFICES, LOOK + 3 * MINUTE)
        claims.turn(connection, [claim(LOOK, LOOK + 3 * MINUTE, "down")], T0 + LOOK)
    later = LOOK + 3 * MINUTE
    assert state(engine, later) is State.DOWN, "an outage lasts on between the reports too"


@pytest.mark.parametrize("gone", ["silent", "will", "stopped"])
def test_offices_out_of_touch_say_nothing(engine: Engine, gone: str) -> None:
    with writing(engine) as connection:
        world(connection)
        heard(connection, OFFICES, LOOK - 30 * SECOND)
        for site in OFFICES:
            if gone == "silent":
                set_live(connection, site, last_seen_at=T0 + LOOK - 3 * MINUTE)
            else:
                word = "offline" if gone == "will" else "stopped"
                set_live(connection, site, status=word, status_at=T0 + LOOK)
    assert state(engine) is State.UNKNOWN


def test_a_report_that_is_missing_ends_the_word(engine: Engine) -> None:
    at = REPORT_MS + 2 * MINUTE
    with writing(engine) as connection:
        world(connection)
        claims.turn(connection, [claim(-HOUR, at)], T0 + at)
        heard(connection, OFFICES, at)
    assert state(engine, at) is State.UNKNOWN


def test_figures_wait_for_the_report(engine: Engine) -> None:
    with writing(engine) as connection:
        world(connection)
        heard(connection, OFFICES, LOOK)
    with reading(engine) as connection:
        line = View(connection, now=T0 + LOOK).segments("web", (T0, T0 + LOOK))
    assert [(each.end - T0, each.state) for each in line] == [
        (65 * SECOND, State.UP),
        (LOOK, State.UNKNOWN),
    ]
