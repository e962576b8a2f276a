"""Bouncing contacts become presses, whatever they bounce like."""

from hypothesis import given
from hypothesis import strategies as st
from pad.buttons import Buttons
from pad.debounce import PRESSED, RELEASED, Contact

gaps = st.lists(st.integers(1, 60), max_size=60)


def played(gaps_ms: list[int], *, every_ms: int) -> list[str]:
    """Events of a contact whose level changes after each gap, looked at every so often."""
    contact, now, events, level = Contact(20), 0, [], False
    for gap in gaps_ms:
        for _ in range(0, gap, every_ms):
            events.append(contact.settle(now))
            now += min(every_ms, gap)
        level = not level
        events.append(contact.edge(level, now))
    events.append(contact.settle(now + 1000))
    return [event for event in events if event]


def expected(gaps_ms: list[int]) -> list[str]:
    """By the book: a level counts if it holds for 20 ms or more."""
    levels = [(False, gaps_ms[0] if gaps_ms else 1000)]
    for at, _gap in enumerate(gaps_ms):
        holds = gaps_ms[at + 1] if at + 1 < len(gaps_ms) else 1000
        levels.append((at % 2 == 0, holds))
    down, events = False, []
    for level, holds in levels:
        if holds >= 20 and level != down:
            down = level
            events.append(PRESSED if down else RELEASED)
    return events


@given(gaps)
def test_a_level_counts_when_it_has_held_and_only_then(gaps_ms: list[int]) -> None:
    assert played(gaps_ms, every_ms=1) == expected(gaps_ms)


@given(gaps)
def test_a_loop_that_looks_seldom_sees_the_same_presses(gaps_ms: list[int]) -> None:
    """Edges carry their times, so a flash that was busy for 100 ms costs nothing."""
    contact, now, events, level = Contact(20), 0, [], False
    for gap in gaps_ms:
        now += gap
        level = not level
        events.append(contact.edge(level, now))
    events.append(contact.settle(now + 1000))
    assert [event for event in events if event] == expected(gaps_ms)


def test_a_press_begins_when_the_finger_came_and_not_when_it_was_believed() -> None:
    contact = Contact(20)
    contact.edge(True, 100)
    assert contact.settle(119) is None
    assert contact.settle(120) == PRESSED
    assert contact.down_since == 100
    assert contact.held_ms(400) == 300
    contact.edge(False, 500)
    assert contact.settle(520) == RELEASED
    assert contact.held_ms(600) == 0


class Pin:
    """A pin with an interrupt, as the machine module has it."""

    IRQ_FALLING, IRQ_RISING = 4, 8

    def __init__(self) -> None:
        self.level = 1
        self.handler = None

    def irq(self, handler: object, trigger: int) -> None:
        assert trigger == self.IRQ_FALLING | self.IRQ_RISING
        self.handler = handler

    def value(self) -> int:
        return self.level

    def move(self, level: int, *, told: bool = True) -> None:
        self.level = level
        if told:
            self.handler(self)


def test_buttons_tell_presses_with_their_names_and_times() -> None:
    clock = [0]
    pins = {"1": Pin(), "2": Pin()}
    buttons = Buttons(pins, lambda: clock[0])
    clock[0] = 10
    pins["2"].move(0)
    clock[0] = 95  # the loop was busy: press and release are over before it looks
    pins["2"].move(1)
    clock[0] = 130
    assert buttons.presses() == [("2", 10)]
    assert buttons.held() == {}


def test_an_interrupt_that_was_lost_is_made_good_by_looking() -> None:
    clock = [0]
    pin = Pin()
    buttons = Buttons({"1": pin}, lambda: clock[0])
    pin.move(0, told=False)
    assert buttons.presses() == []
    clock[0] = 25
    assert buttons.presses() == [("1", 0)]
    clock[0] = 31_000
    assert buttons.presses() == []
    assert buttons.held() == {"1": 31_000}


def test_a_button_that_is_down_when_the_power_comes_is_held_and_no_press() -> None:
    clock = [5]
    pin = Pin()
    pin.level = 0
    buttons = Buttons({"1": pin}, lambda: clock[0])
    clock[0] = 40_000
    assert buttons.presses() == []
    assert buttons.held() == {"1": 39_995}
    pin.move(1)
    clock[0] = 40_100
    assert buttons.presses() == []
    pin.move(0)
    clock[0] = 40_200
    assert buttons.presses() == [("1", 40_100)]


def test_a_storm_of_edges_fills_no_memory() -> None:
    clock = [0]
    pin = Pin()
    buttons = Buttons({"1": pin}, lambda: clock[0])
    for at in range(10_000):
        clock[0] = at
        pin.move(at % 2)
    assert len(buttons._edges) <= 32
    assert buttons.presses() == []
