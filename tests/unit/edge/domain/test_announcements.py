"""What the player reports."""

import pytest

from motcua_contract.facts.voice import (
    AnnouncementExpired,
    AnnouncementFailed,
    AnnouncementPlayed,
    AnnouncementSuperseded,
)
from motcua_contract.vocabulary import AnnouncementState, Rung
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import RefusalCode
from support.desk import seated


def called():
    desk = seated()
    desk.issue("CT")
    return desk, desk.call()


def played(ticket, **fields: object) -> c.RecordPlayed:
    values = {
        "call": f"{ticket.id}#1",
        "times": 1,
        "zone": "main",
        "rung": Rung.SYNTH,
        "frames": 7,
        **fields,
    }
    return c.RecordPlayed(ticket=ticket.id, **values)


def test_a_played_call_says_how_and_how_much():
    desk, ticket = called()
    (fact,) = desk.do(played(ticket))
    assert fact == AnnouncementPlayed(
        ticket=ticket.id, call=f"{ticket.id}#1", rung=Rung.SYNTH, frames=7
    )
    call = desk.ticket(ticket).call
    assert (call.played, call.rung, call.announcement) == (
        1,
        Rung.SYNTH,
        AnnouncementState.PLAYED,
    )


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        ("failed", AnnouncementFailed),
        ("superseded", AnnouncementSuperseded),
        ("expired", AnnouncementExpired),
    ],
)
def test_a_call_that_was_not_played_says_why(outcome, kind):
    desk, ticket = called()
    command = c.RecordNotPlayed(
        ticket=ticket.id, call=f"{ticket.id}#1", times=1, zone="b", outcome=outcome, cause="no card"
    )
    (fact,) = desk.do(command)
    assert type(fact) is kind
    assert fact.zone == "b"
    assert desk.ticket(ticket).call.played == 0


def test_an_outcome_that_does_not_exist_is_refused():
    desk, ticket = called()
    command = c.RecordNotPlayed(
        ticket=ticket.id, call=f"{ticket.id}#1", times=1, zone="main", outcome="eaten"
    )
    assert desk.refused(command, RefusalCode.WRONG_STATE).field == "outcome"


def test_the_fate_of_a_call_is_recorded_once():
    desk, ticket = called()
    desk.do(played(ticket))
    desk.refused(played(ticket), RefusalCode.NO_CHANGE)


@pytest.mark.parametrize(
    "call", ["", "x", "20261123-A001", "20261123-A001#2", "20261123-A001#0", "20261123-A002#1"]
)
def test_a_call_that_never_was_is_refused(call):
    desk, ticket = called()
    desk.refused(played(ticket, call=call), RefusalCode.WRONG_STATE)


def test_a_repetition_before_the_first_is_refused():
    desk, ticket = called()
    desk.refused(played(ticket, times=0), RefusalCode.WRONG_STATE)


def test_a_call_of_a_ticket_that_went_back_into_line_is_only_evidence():
    desk, ticket = called()
    desk.act(c.Requeue, ticket)
    before = desk.ticket(ticket)
    desk.do(played(ticket))
    after = desk.ticket(ticket)
    assert after.call is None
    assert after.version == before.version + 1


def test_a_second_calls_outcome_is_not_confused_with_the_firsts():
    desk, ticket = called()
    desk.act(c.Requeue, ticket)
    again = desk.call()
    desk.do(played(ticket))
    assert desk.ticket(again).call.played == 0
