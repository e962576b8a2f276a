from motcua_contract.vocabulary import ClockState, StopCause, TicketState


def test_only_a_clock_that_was_set_may_open_a_day() -> None:
    assert {state for state in ClockState if state.trusted} == {ClockState.RTC, ClockState.NTP}


def test_a_ticket_ends_in_five_ways() -> None:
    assert {state.value for state in TicketState if state.terminal} == {
        "served",
        "no_show",
        "walked_out",
        "expired",
        "void",
    }


def test_three_ends_take_the_machine_along() -> None:
    ends = {cause.value for cause in StopCause if cause.ends_machine}
    assert ends == {"ups", "reboot", "poweroff"}
