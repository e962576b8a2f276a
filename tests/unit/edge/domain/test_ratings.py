"""Ratings."""

import hashlib

import pytest

from motcua_contract.facts.ratings import (
    RatingChanged,
    RatingDeclined,
    RatingExpired,
    RatingGiven,
)
from motcua_contract.vocabulary import RatingState
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import RefusalCode
from support.desk import seated

NONCE = "right"
HASH = hashlib.sha256(NONCE.encode()).hexdigest()


def served():
    desk = seated()
    ticket = desk.act(c.Finish, desk.serving(), nonce_sha256=HASH)
    desk.wait(20)
    return desk, ticket


def rate(ticket, **fields: object) -> c.GiveRating:
    return c.GiveRating(ticket=ticket.id, **{"nonce": NONCE, "level": 3, "device": "pad"} | fields)


def test_a_citizen_rates_who_served():
    desk, ticket = served()
    (fact,) = desk.do(rate(ticket, level=1, reasons=("wait",), comment=" lâu quá "))
    assert fact == RatingGiven(
        ticket=ticket.id,
        counter=1,
        officer="an",
        scale=3,
        level=1,
        reasons=("wait",),
        comment="lâu quá",
        device="pad",
        seconds_after_finish=20,
    )
    window = desk.ticket(ticket).rating
    assert (window.state, window.level) == (RatingState.RATED, 1)


def test_the_comment_and_the_reasons_are_not_kept_in_the_state():
    desk, ticket = served()
    desk.do(rate(ticket, comment="bí mật"))
    assert "bí mật" not in repr(desk.state)


def test_nobody_rates_before_being_served():
    desk = seated()
    desk.refused(rate(desk.serving()), RefusalCode.RATING_CLOSED)


def test_a_rating_without_the_nonce_is_a_forgery():
    desk, ticket = served()
    desk.refused(rate(ticket, nonce="guess"), RefusalCode.RATING_FORGED)
    desk.refused(c.DeclineRating(ticket=ticket.id, nonce=""), RefusalCode.RATING_FORGED)


@pytest.mark.parametrize("level", [-1, 0, 4])
def test_a_level_is_on_the_scale(level):
    desk, ticket = served()
    refusal = desk.refused(rate(ticket, level=level), RefusalCode.RATING_LEVEL)
    assert refusal.values == {"n": "3"}


def test_too_many_words_are_refused():
    desk, ticket = served()
    desk.refused(rate(ticket, comment="x" * 501), RefusalCode.TEXT_TOO_LONG)
    desk.refused(rate(ticket, reasons=("x" * 501,)), RefusalCode.TEXT_TOO_LONG)
    desk.refused(rate(ticket, reasons=("x",) * 17), RefusalCode.TEXT_TOO_LONG)


def test_after_the_window_it_is_closed_and_missing_stays_missing():
    desk, ticket = served()
    desk.wait(281)
    desk.refused(rate(ticket), RefusalCode.RATING_CLOSED)
    facts = desk.do(c.Tick())
    assert RatingExpired(ticket=ticket.id, counter=1, officer="an") in facts
    window = desk.ticket(ticket).rating
    assert (window.state, window.level) == (RatingState.EXPIRED, None)
    desk.refused(rate(ticket), RefusalCode.RATING_CLOSED)


def test_whoever_skips_has_given_no_answer():
    desk, ticket = served()
    (fact,) = desk.do(c.DeclineRating(ticket=ticket.id, nonce=NONCE))
    assert fact == RatingDeclined(ticket=ticket.id, counter=1, officer="an")
    desk.refused(rate(ticket), RefusalCode.RATING_CLOSED)
    desk.refused(c.DeclineRating(ticket=ticket.id, nonce=NONCE), RefusalCode.RATING_CLOSED)


def test_an_answer_is_changed_for_a_minute_on_the_same_device():
    desk, ticket = served()
    desk.do(rate(ticket))
    desk.wait(60)
    (fact,) = desk.do(rate(ticket, level=2))
    assert isinstance(fact, RatingChanged)
    assert desk.ticket(ticket).rating.level == 2


def test_a_later_answer_or_one_from_elsewhere_does_not_count():
    desk, ticket = served()
    desk.do(rate(ticket))
    desk.refused(rate(ticket, device="phone"), RefusalCode.ALREADY_RATED)
    desk.wait(61)
    refusal = desk.refused(rate(ticket), RefusalCode.ALREADY_RATED)
    assert refusal.values["giay"] == "60"


def test_the_window_stays_open_when_the_paperwork_closes():
    desk, ticket = served()
    desk.act(c.CloseWrapUp, ticket)
    assert desk.do(rate(ticket))


def test_a_rating_of_a_practice_ticket_is_marked():
    desk = seated()
    desk.do(c.SetTraining(on=True, actor="chi"))
    ticket = desk.act(c.Finish, desk.serving(), nonce_sha256=HASH)
    assert desk.do(rate(ticket))[0].test
