from motcua_contract.vocabulary import ClockState, TicketState


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
