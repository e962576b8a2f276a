"""The one table of moves."""

from itertools import product

import pytest

from motcua_contract.facts import FACT_TYPES
from motcua_contract.facts.base import TicketFact
from motcua_contract.facts.tickets import (
    TicketCalled,
    TicketIssued,
    TicketTransferred,
    TicketUndone,
    TicketVoided,
)
from motcua_contract.vocabulary import TicketState
from motcua_edge.domain import commands as c
from motcua_edge.domain.decide import DECIDED
from motcua_edge.domain.deciding.rulebook import Rulebook, UnknownCommandError
from motcua_edge.domain.deciding.situation import Situation
from motcua_edge.domain.folding.edits import replace
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.domain.transitions import TRANSITIONS, permit
from support.desk import seated

LIFECYCLE = {
    kind
    for name, kind in FACT_TYPES.items()
    if name.startswith("ticket.") and kind not in (TicketIssued, TicketUndone)
}


def test_every_lifecycle_fact_is_in_the_table_and_nothing_else():
    assert set(TRANSITIONS) == LIFECYCLE


def test_nothing_leaves_a_terminal_state():
    for kind, move in TRANSITIONS.items():
        assert not any(state.terminal for state in move.sources), kind


@pytest.mark.parametrize(
    ("kind", "sources"),
    [
        (TicketCalled, {"waiting", "missed", "on_hold", "away"}),
        (TicketTransferred, {"serving", "called", "waiting"}),
        (TicketVoided, {s.value for s in TicketState if not s.terminal}),
    ],
)
def test_the_table_says_what_the_design_says(kind, sources):
    assert {state.value for state in TRANSITIONS[kind].sources} == sources


@pytest.mark.parametrize(("kind", "state"), list(product(sorted(LIFECYCLE, key=str), TicketState)))
def test_a_move_is_permitted_exactly_from_its_sources(kind: type[TicketFact], state: TicketState):
    desk = seated()
    ticket = replace(desk.issue("CT"), state=state)
    if state in TRANSITIONS[kind].sources:
        permit(ticket, kind)
        return
    with pytest.raises(Refusal) as caught:
        permit(ticket, kind)
    assert caught.value.code is RefusalCode.WRONG_STATE
    assert caught.value.values["trang_thai"] == state.value


def test_every_command_has_a_rule():
    abstract = {c.Command, c.TicketCommand, c.OfficerCommand}
    assert kinds_of(c.Command) - abstract == DECIDED


def kinds_of(base: type[c.Command]) -> set[type[c.Command]]:
    """Every kind of command of the product, wherever it is written."""
    below = {kind for kind in base.__subclasses__() if kind.__module__.startswith("motcua_edge.")}
    return below.union(*map(kinds_of, below)) if below else below


def test_a_command_without_a_rule_is_a_programming_error():
    desk = seated()
    with pytest.raises(UnknownCommandError, match="no rule"):
        Rulebook().decide(Situation(desk.state, desk.site, desk.now), c.Tick())


def test_a_command_belongs_to_one_family():
    rulebook = Rulebook()
    rulebook.on(c.Tick, lambda *_: [])
    with pytest.raises(ValueError, match="already"):
        rulebook.on(c.Tick, lambda *_: [])
