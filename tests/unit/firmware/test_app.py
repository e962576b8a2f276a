"""The whole pad on a fake board, its clock in our hands; and the boards' pins."""

import gc
import sys
import types
from pathlib import Path

import pytest
from pad import app, lights
from pad.uptime import Uptime

from motcua_edge.domain.pads.frames import Beat, End, Hello, Pong, parcel
from motcua_edge.services.pads.session import PadSession

KEY = bytes(range(32))


class Pin:
    IRQ_FALLING, IRQ_RISING = 4, 8

    def __init__(self) -> None:
        self.level = 1

    def irq(self, **_: object) -> None:
        return

    def value(self) -> int:
        return self.level


class Board:
    name = "fake"

    def __init__(self) -> None:
        self.pins: dict[str, Pin] = {}
        self.restarted = 0
        self.lit: list[bool] = []

    def buttons(self, names: list[str]) -> dict[str, Pin]:
        self.pins = {name: Pin() for name in names}
        return self.pins

    def adc(self, _number: int) -> object:
        return types.SimpleNamespace(read_u16=lambda: 40_000)

    def ready(self, on: bool) -> None:
        self.lit.append(on)

    def green(self, _on: int) -> None:
        return

    red = tone = green

    def restart(self) -> None:
        self.restarted += 1


class Slots:
    running, back = "a", False

    def __init__(self) -> None:
        self.tried = self.confirmed = 0
        self.trial = False

    def on_trial(self) -> bool:
        return self.trial

    def spare(self) -> str:
        return "slot_b"

    def try_spare(self) -> None:
        self.tried += 1

    def confirm(self) -> None:
        self.confirmed += 1


class Link:
    """A link with the controller's own session at its other end."""

    def __init__(self) -> None:
        self.edge = PadSession("pad-1", KEY)
        self.frames: list[object] = []
        self._coming: list[bytes] = []
        self._nonce = 0

    def pump(self, _now: int) -> list[bytes]:
        coming, self._coming = self._coming, []
        return coming

    def say(self, line: bytes) -> None:
        self._coming.append(line)

    def send(self, line: bytes) -> None:
        said = parcel(line)
        frame = said.read()
        if isinstance(frame, Hello):
            self._nonce += 1
            self._coming.append(self.edge.offer(frame, f"{self._nonce:016x}"))
        else:
            frame, _ = self.edge.accept(said)
            self._coming.append(self.edge.seal(Pong()))
        self.frames.append(frame)

    def beats(self) -> list[Beat]:
        return [frame for frame in self.frames if isinstance(frame, Beat)]


class Bench:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
        self.now = 0
        self.link, self.board, self.slots = Link(), Board(), Slots()
        monkeypatch.setattr(gc, "mem_free", lambda: 90_000, raising=False)
        monkeypatch.setattr(app, "_link", lambda *_: self.link)
        clock = Uptime(lambda: self.now, lambda new, old: new - old)
        monkeypatch.setattr(app, "Uptime", lambda: clock)
        own = {"pad": "pad-1", "key": KEY.hex(), "buttons": ["1", "2"], "link": "serial"}
        self.app = app.App(own | settings, self.board, self.slots)

    def go(self, ms: int) -> None:
        for _ in range(0, ms, 10):
            self.app.step()
            self.now += 10


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(tmp_path)
    bench = Bench(monkeypatch)
    bench.go(100)
    return bench


def test_a_pad_says_who_and_how_it_is(bench: Bench) -> None:
    hello, beat = bench.link.frames[:2]
    assert (hello.board, hello.slot, hello.back) == ("fake", "a", 0)
    assert (beat.held, beat.bat, beat.mem, beat.q) == ({}, None, 90_000, 0)


def test_a_button_held_for_thirty_seconds_is_told_at_once_and_so_is_its_end(
    bench: Bench,
) -> None:
    bench.board.pins["2"].level = 0
    bench.go(29_900)
    assert all(beat.held.get("2", 0) < 30_000 for beat in bench.link.beats())
    before = len(bench.link.beats())
    bench.go(200)
    told = bench.link.beats()[before:]
    assert any(beat.held.get("2", 0) >= 30_000 for beat in told)
    bench.board.pins["2"].level = 1
    before = len(bench.link.beats())
    bench.go(100)
    assert bench.link.beats()[before].held == {}
    assert bench.app._queue.waiting == 1  # one press, however long it was


def test_a_press_without_room_gets_the_long_low_tone(bench: Bench, monkeypatch) -> None:
    shown = []
    monkeypatch.setattr(bench.app._lights, "answer", shown.append)
    monkeypatch.setattr(bench.app._queue, "put", lambda _: False)
    bench.board.pins["1"].level = 0
    bench.go(100)
    assert shown == [lights.FULL]


def test_a_slot_is_good_after_a_session_of_twenty_seconds(bench: Bench) -> None:
    bench.go(19_000)
    assert bench.slots.confirmed == 0
    bench.go(3_000)
    assert bench.slots.confirmed > 0


def test_a_slot_on_trial_that_reaches_nobody_uses_up_its_start(bench: Bench) -> None:
    bench.slots.trial = True
    bench.link.send = lambda _: None
    bench.go(299_000)
    assert bench.board.restarted == 0
    bench.go(2_000)
    assert bench.board.restarted > 0
    assert bench.slots.confirmed == 0


def test_a_whole_update_is_tried_by_a_restart(bench: Bench) -> None:
    bench.link.say(bench.link.edge.seal(End()))
    bench.go(50)
    assert bench.board.restarted == 0
    bench.app._receiver.done = True
    bench.go(1_900)  # the answer leaves, and is asked for again if it was lost
    bench.link.say(bench.link.edge.seal(End()))
    bench.go(50)
    assert bench.link.frames[-1].ok == 1
    assert bench.board.restarted == 0
    bench.go(100)
    assert bench.board.restarted > 0
    assert bench.slots.tried > 0


def test_a_battery_is_in_the_beat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bench = Bench(monkeypatch, battery={"pin": 26, "empty_mv": 3400, "full_mv": 4150})
    bench.go(100)
    assert bench.link.beats()[0].bat == 83


@pytest.mark.parametrize("name", ["pico_w", "esp32"])
def test_a_board_uses_each_pin_once_and_none_that_starts_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "machine", types.ModuleType("machine"))
    pins = __import__(f"boards.{name}", fromlist=["PINS"]).PINS
    used = [*pins["buttons"], pins["ready"], pins["green"], pins["red"], pins["buzzer"]]
    assert len(set(used)) == len(used) == 12
    # of the Pico W the wireless chip has 23, 24, 25 and 29; of the ESP32 see its module
    taken = {"pico_w": {23, 24, 25, 29}, "esp32": {0, 2, 12, 15, *range(6, 12)}}[name]
    assert not taken & set(used)
