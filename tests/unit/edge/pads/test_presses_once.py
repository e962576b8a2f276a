"""A press is carried out once, whatever is sent again, and whenever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.facts.office import PressRefused
from motcua_contract.facts.pads import PadPressed
from motcua_edge.domain.commands import RefusePress
from motcua_edge.domain.decide import decide
from motcua_edge.domain.fold import fold
from motcua_edge.domain.model import OfficeState
from motcua_edge.domain.pads.presses import PressId, PressPad
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.drivers.clock import FakeClock
from support.webapp import MONDAY_NINE, demo_site

SITE, NOW = demo_site(), FakeClock(MONDAY_NINE).now()
numbers = st.integers(min_value=0, max_value=10**9 - 1)
ids = st.builds(PressId, st.text("0123456789abcdef", min_size=8, max_size=8), numbers, numbers)


def text(press: PressId) -> str:
    return f"{press.flash}.{press.boot}.{press.number}"


def pressed(state: OfficeState, press: str, pad: str = "pad-3") -> OfficeState:
    act = RefusePress(device=pad, counter=3, cause="nothing_to_rate")
    facts = decide(state, SITE, PressPad(pad=pad, press=press, act=act, outcome="refused"), NOW)
    assert [type(fact) for fact in facts] == [PressRefused, PadPressed]
    return fold(state, [(fact, NOW) for fact in facts])


@given(ids)
def test_a_press_id_is_read_as_it_was_written(press: PressId) -> None:
    assert PressId.parse(text(press)) == press


@pytest.mark.parametrize("strange", ["", "1.2.3", "9f3a12c0.1", "9F3A12C0.1.1", "9f3a12c0.1.1\n"])
def test_what_no_pad_makes_is_no_press_id(strange: str) -> None:
    assert PressId.parse(strange) is None
    with pytest.raises(Refusal):
        pressed(OfficeState(), strange)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), max_size=30))
def test_each_press_counts_once_however_often_each_is_sent(sent: list[tuple[int, int]]) -> None:
    state, carried_out = OfficeState(), []
    for boot, number in sent:
        if carried_out and (boot, number) <= carried_out[-1]:
            with pytest.raises(Refusal) as refused:
                pressed(state, f"9f3a12c0.{boot}.{number}")
            assert refused.value.code is RefusalCode.NO_CHANGE
        else:
            state = pressed(state, f"9f3a12c0.{boot}.{number}")
            carried_out.append((boot, number))
    assert carried_out == sorted(set(carried_out))


def test_a_wiped_flash_and_another_pad_begin_anew() -> None:
    state = pressed(OfficeState(), "9f3a12c0.17.345")
    state = pressed(state, "00000001.1.1")
    state = pressed(state, "9f3a12c0.17.345", pad="pad-4")
    assert state.office.pads == {"pad-3": "00000001.1.1", "pad-4": "9f3a12c0.17.345"}
    with pytest.raises(Refusal):
        pressed(state, "00000001.1.1")


def test_an_act_that_is_refused_leaves_no_mark() -> None:
    act = PressPad(pad="x", press="nonsense", act=RefusePress(device="x", cause="y"), outcome="")
    outer = PressPad(pad="pad-3", press="9f3a12c0.1.1", act=act, outcome="done")
    with pytest.raises(Refusal):
        decide(OfficeState(), SITE, outer, NOW)
