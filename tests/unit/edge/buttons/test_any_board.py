"""Real GPIO code on mock pins and the fake keep the same promises; then debounced."""

import asyncio
import threading

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from motcua_edge.drivers.buttons import (
    ButtonsUnavailableError,
    DebouncedBoard,
    Event,
    FakeButtons,
    GpioButtons,
    Rules,
)
from support.waiting import until_async


class PressedPin(MockPin):
    """A pin to ground: a pull-up cannot lift it."""

    def _set_pull(self, value):
        self._pull = value


class OnMockPins:
    """gpiozero with pins that tests drive from another thread, as hardware does."""

    def __init__(self):
        self.factory = MockFactory()
        self.board = GpioButtons(pins=self.factory)

    def press(self, pin):
        self._in_thread(self.factory.pin(pin).drive_low)

    def release(self, pin):
        self._in_thread(self.factory.pin(pin).drive_high)

    def hold_from_the_start(self, pin):
        self.factory.pin_class = PressedPin
        self.factory.pin(pin)
        self.factory.pin_class = MockPin

    @staticmethod
    def _in_thread(drive):
        thread = threading.Thread(target=drive)
        thread.start()
        thread.join()

    def end(self):
        self.factory.reset()
        self.factory.close()


class OnFake:
    """The fake."""

    def __init__(self):
        self.board = FakeButtons()
        self.press, self.release = self.board.press, self.board.release
        self.hold_from_the_start = self.board.press

    def end(self):
        pass


@pytest.fixture(params=[OnMockPins, OnFake])
def kit(request):
    kit = request.param()
    yield kit
    kit.board.close()
    kit.end()


async def test_edges_arrive_in_the_loop_in_order(kit):
    edges, threads = [], set()

    def note(pin, pressed):
        edges.append((pin, pressed))
        threads.add(threading.get_ident())

    kit.board.open([17, 27], note)
    kit.press(17)
    kit.press(27)
    kit.release(17)
    await until_async(lambda: len(edges) == 3)
    assert edges == [(17, True), (27, True), (17, False)]
    assert threads == {threading.get_ident()}


async def test_a_button_that_is_down_at_the_start_gives_an_edge(kit):
    kit.hold_from_the_start(17)
    edges = []
    kit.board.open([17], lambda *e: edges.append(e))
    await until_async(lambda: edges)
    assert edges == [(17, True)]


async def test_nothing_arrives_after_closing(kit):
    edges = []
    kit.board.open([17], lambda *e: edges.append(e))
    kit.press(17)
    kit.board.close()
    kit.board.close()
    before = len(edges)
    await asyncio.sleep(0)
    assert len(edges) == before


async def test_a_board_can_be_opened_again(kit):
    edges = []
    kit.board.open([17], lambda *e: edges.append(e))
    kit.board.close()
    kit.board.open([17], lambda *e: edges.append(e))
    kit.press(17)
    await until_async(lambda: edges)
    assert edges == [(17, True)]


async def test_many_bounces_are_one_press(kit):
    events = []
    board = DebouncedBoard(kit.board, Rules(debounce_ms=25), lambda *e: events.append(e))
    board.open([17, 27])
    for _ in range(6):
        kit.press(17)
        kit.release(17)
    kit.press(17)
    await until_async(lambda: events)
    for _ in range(3):
        kit.release(17)
        kit.press(17)
    kit.release(17)
    await until_async(lambda: len(events) == 2)
    assert events == [(17, Event.PRESSED), (17, Event.RELEASED)]
    board.close()


async def test_a_held_button_is_reported_stuck_and_freed(kit):
    events = []
    rules = Rules(debounce_ms=5, stuck_ms=30)
    board = DebouncedBoard(kit.board, rules, lambda *e: events.append(e))
    board.open([17])
    kit.press(17)
    await until_async(lambda: len(events) == 2)
    kit.release(17)
    await until_async(lambda: len(events) == 3)
    assert [event for _, event in events] == [Event.PRESSED, Event.STUCK, Event.FREED]
    board.close()


async def test_a_taken_pin_is_typed_and_lets_the_others_go():
    factory = MockFactory()
    taken = GpioButtons(pins=factory)
    taken.open([17], lambda *_: None)
    board = GpioButtons(pins=factory)
    with pytest.raises(ButtonsUnavailableError, match="GPIO"):
        board.open([4, 17], lambda *_: None)
    third = GpioButtons(pins=factory)
    third.open([4], lambda *_: None)
    for each in (taken, board, third):
        each.close()
    factory.close()


async def test_a_machine_without_pins_is_typed(tmp_path, monkeypatch):
    # importing lgpio leaves a FIFO in the working directory
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LG_WD", str(tmp_path))
    board = GpioButtons("auto")
    with pytest.raises(ButtonsUnavailableError, match="GPIO pins cannot be used"):
        board.open([17], lambda *_: None)


async def test_mock_pins_of_its_own_can_be_opened_on_any_machine():
    board = GpioButtons("mock")
    board.open([17], lambda *_: None)
    board.close()
