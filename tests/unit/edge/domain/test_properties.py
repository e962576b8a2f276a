"""What holds whatever anybody presses, in whatever order, on whatever clock."""

from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from motcua_edge.domain import rows
from motcua_edge.domain.model import OfficeState
from motcua_edge.domain.refusals import RefusalCode
from support.crowd import OFTEN, SELDOM, Crowd, Storage
from support.desk import Desk

DICE = st.integers(0, 2**16).map(Random)


class OfficeMachine(RuleBasedStateMachine):
    """Hypothesis chooses who acts next, and shortens what goes wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.crowd = Crowd()

    @rule(act=st.sampled_from(OFTEN), dice=DICE)
    def people_act(self, act, dice: Random) -> None:
        act(self.crowd, dice)

    @rule(act=st.sampled_from(OFTEN), dice=DICE)
    def people_act_again(self, act, dice: Random) -> None:
        act(self.crowd, dice)

    @rule(act=st.sampled_from(SELDOM), dice=DICE)
    def something_else_happens(self, act, dice: Random) -> None:
        act(self.crowd, dice)

    @invariant()
    def everything_that_must_hold_holds(self) -> None:
        self.crowd.check()

    def teardown(self) -> None:
        self.crowd.check_history()


OfficeMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class TestOffice(OfficeMachine.TestCase):
    """Run by pytest."""


@cache
def after_a_long_day(seed: int) -> Crowd:
    dice = Random(seed)
    crowd = Crowd()
    for step in range(1200):
        dice.choice(OFTEN if step % 12 else SELDOM)(crowd, dice)
        if step % 25 == 0:
            crowd.check()
    return crowd


@pytest.mark.parametrize("seed", range(6))
def test_a_long_disorderly_day_breaks_nothing(seed):
    crowd = after_a_long_day(seed)
    crowd.check()
    crowd.check_history()


def test_the_crowd_gets_far_enough_to_prove_anything():
    crowds = [after_a_long_day(seed) for seed in range(6)]
    kinds = {type(fact).TYPE for crowd in crowds for fact, _ in crowd.history}
    wanted = {"ticket.undone/1", "rating.given/1", "ticket.no_show/1", "series.overflowed/1"}
    assert wanted <= kinds
    refused = {code for crowd in crowds for code in crowd.refusals}
    assert {RefusalCode.NOT_ANNOUNCED, RefusalCode.TICKET_OPEN, RefusalCode.TOO_LATE} <= refused


def test_a_state_goes_through_rows_and_back():
    desk = Desk()
    desk.seat("an", 1)
    desk.issue("CT")
    desk.call()
    storage = Storage()
    storage.write(rows.diff(OfficeState(), desk.state))
    assert rows.load(storage.tables) == desk.state
    assert rows.load({name: {} for name in rows.TABLES}) == OfficeState()
