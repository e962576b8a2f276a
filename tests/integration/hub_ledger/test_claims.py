"""What vantages say right now, and how it becomes evidence."""

from sqlalchemy import Connection, Engine

from motcua_hub.domain.availability.evidence import Sli
from motcua_hub.ledger import claims, evidence
from motcua_hub.store.engine import reading, writing
from support.ledger import HOUR, MINUTE, SECOND, T0, claim

KEY = ("web", "reachable", "hub")


def told(connection: Connection, target: str = "web") -> list[tuple[int, int, str]]:
    found = evidence.of_target(connection, target)
    return sorted((e.begin - T0, e.end - T0, e.claim.value) for e in found)


def test_the_same_word_only_moves_on(engine: Engine) -> None:
    with writing(engine) as connection:
        claims.turn(connection, [claim(0, 0)], T0)
        claims.turn(connection, [claim(30 * SECOND, 30 * SECOND)], T0)
        claims.turn(connection, [claim(10 * SECOND, 20 * SECOND)], T0)
    with reading(engine) as connection:
        assert told(connection) == []
        (held,) = claims.listing(connection)
    assert (held.begin - T0, held.until - T0) == (0, 30 * SECOND)


def test_another_word_makes_evidence_of_the_one_before(engine: Engine) -> None:
    with writing(engine) as connection:
        claims.turn(connection, [claim(0, 90 * SECOND)], T0)
        down = claim(100 * SECOND, 110 * SECOND, "down", confirmed_at=T0 + 110 * SECOND)
        claims.turn(connection, [down], T0 + 110 * SECOND)
    with reading(engine) as connection:
        assert told(connection) == [(0, 100 * SECOND, "up")]
        (held,) = claims.listing(connection, ["web"])
    assert held == down


def test_a_word_said_again_after_a_silence_claims_nothing_of_the_silence(engine: Engine) -> None:
    with writing(engine) as connection:
        claims.turn(connection, [claim(0, MINUTE)], T0)
        claims.turn(connection, [claim(HOUR, HOUR)], T0 + HOUR)
    with reading(engine) as connection:
        assert told(connection) == [(0, MINUTE + 65 * SECOND, "up")]


def test_settling_makes_evidence_of_what_is_proven_and_of_nothing_twice(engine: Engine) -> None:
    with writing(engine) as connection:
        claims.turn(connection, [claim(0, MINUTE)], T0)
        assert claims.settle(connection, T0 + MINUTE) == 1
        assert claims.settle(connection, T0 + MINUTE) == 0
        claims.turn(connection, [claim(2 * MINUTE, 2 * MINUTE)], T0)
        assert claims.settle(connection, T0 + 2 * MINUTE) == 1
        claims.end(connection, [KEY], T0 + 4 * MINUTE)
    with reading(engine) as connection:
        assert told(connection) == [
            (0, MINUTE, "up"),
            (MINUTE, 2 * MINUTE, "up"),
            (2 * MINUTE, 2 * MINUTE + 65 * SECOND, "up"),
        ]
        assert claims.listing(connection) == []


def test_words_of_other_vantages_and_about_other_things_stand_beside(engine: Engine) -> None:
    with writing(engine) as connection:
        claims.turn(
            connection,
            [
                claim(0, 0),
                claim(0, 0, "down", vantage="site-1"),
                claim(0, 0, sli=Sli.RUNNING),
                claim(0, 0, target="other"),
            ],
            T0,
        )
        claims.turn(connection, [claim(MINUTE, MINUTE, "down")], T0 + MINUTE)
        claims.end(connection, [("web", "running", "hub"), ("no", "such", "key")], T0 + MINUTE)
    with reading(engine) as connection:
        assert len(claims.listing(connection)) == 3
        assert told(connection, "other") == []


def test_a_claim_is_heard_until_its_horizon() -> None:
    held = claim(0, MINUTE)
    early = claims.spoken(held, T0 + MINUTE + SECOND)
    late = claims.spoken(held, T0 + HOUR)
    assert early is not None
    assert late is not None
    assert (early.end - T0, late.end - T0) == (61 * SECOND, 125 * SECOND)
    assert claims.spoken(claim(0, 0, horizon=0), T0 + HOUR) is None
