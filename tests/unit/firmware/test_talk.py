"""A pad's talk over a line that loses and repeats, with both ends dying: each press once."""

import itertools
import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st
from pad import lights
from pad.pressids import PressIds
from pad.pressqueue import PressQueue
from pad.session import Session
from pad.talk import BEAT_EVERY_MS, HELLO_EVERY_MS, RESEND_MS, SILENCE_MS, Talk

from motcua_edge.domain.pads.frames import (
    Ack,
    Ask,
    Beat,
    End,
    FrameError,
    Hello,
    Pong,
    Press,
    Rate,
    parcel,
    sealed,
)
from motcua_edge.domain.pads.presses import PressId
from motcua_edge.services.pads.session import PadSession

KEY = bytes(range(32))
_COUNT = itertools.count(1)


def fresh(size: int) -> bytes:
    return next(_COUNT).to_bytes(size, "big")


class Pad:
    """A pad with a real queue in a folder, and a host that keeps what it is told."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.said: list[bytes] = []
        self.shown: list[object] = []
        self.lit: list[bool] = []
        self.start()

    def start(self) -> None:
        self.queue = PressQueue(self.folder)
        self.ids = PressIds(self.folder + "/ids", fresh)
        self.talk = Talk(Session("pad-3", KEY, fresh), self.queue, self.ids, self)

    def press(self, now: int) -> str:
        press_id = self.ids.next()
        assert self.queue.put({"i": press_id, "b": "3", "at": now})
        return press_id

    # ---- the host ----

    def send(self, line: bytes) -> None:
        self.said.append(line)

    def about(self) -> dict:
        return {"fw": "26.11.1", "board": "test", "slot": "a", "back": 0}

    def figures(self, now: int) -> dict:
        return {"up": now // 1000, "held": {}, "bat": None, "mem": 1}

    def show(self, pattern: object) -> None:
        self.shown.append(pattern)

    def ready(self, on: bool) -> None:
        self.lit.append(on)

    def update(self, body: dict) -> dict:
        return {"t": "took", "of": body["t"], "ok": 1, "at": 0, "why": ""}


class Edge:
    """A controller: its sessions die with it, its journal does not."""

    def __init__(self) -> None:
        self.journal: list[str] = []
        self.ages: list[int] = []
        self.start()

    def start(self) -> None:
        self.session = PadSession("pad-3", KEY)

    def hear(self, line: bytes) -> list[bytes]:
        said = parcel(line)
        frame = said.read()
        if isinstance(frame, Hello):
            return [self.session.offer(frame, fresh(8).hex())] if self.session.wrote(said) else []
        try:
            frame, _ = self.session.accept(said)
        except FrameError:
            return [sealed(Ask(), b"")]
        if isinstance(frame, Press):
            return [self.session.seal(Ack(i=frame.i, r=self.carry_out(frame)))]
        return [self.session.seal(Pong())] if isinstance(frame, Beat) else []

    def carry_out(self, press: Press) -> str:
        identity = PressId.parse(press.i)
        assert identity is not None
        if not identity.after(self.journal[-1] if self.journal else ""):
            return "again"
        self.journal.append(press.i)
        self.ages.append(press.age)
        return "rated"


def exchange(pad: Pad, edge: Edge, now: int) -> None:
    """Everything that was said arrives at once, back and forth."""
    while pad.said:
        for line in pad.said[:]:
            pad.said.remove(line)
            for answer in edge.hear(line):
                pad.talk.hear(answer, now)


def connected(folder: str) -> tuple[Pad, Edge]:
    pad, edge = Pad(folder), Edge()
    pad.talk.tick(0)
    exchange(pad, edge, 0)
    assert pad.talk.session.open
    return pad, edge


def test_a_press_is_said_at_once_shown_and_forgotten_on_its_ack(tmp_path) -> None:
    pad, edge = connected(str(tmp_path))
    press = pad.press(100)
    pad.talk.tick(150)
    exchange(pad, edge, 150)
    assert edge.journal == [press]
    assert edge.ages == [50]
    assert pad.queue.waiting == 0
    assert pad.shown == [lights.DONE]


def test_a_press_without_an_ack_is_said_again_and_no_second_one_before_it(tmp_path) -> None:
    pad, _ = connected(str(tmp_path))
    pad.press(100)
    pad.press(110)
    pad.talk.tick(120)
    assert len(pad.said) == 1
    pad.talk.tick(120 + RESEND_MS - 1)
    assert len(pad.said) == 1
    pad.talk.tick(120 + RESEND_MS)
    presses = [parcel(line).read() for line in pad.said]
    assert len(presses) == 2
    assert presses[0].i == presses[1].i
    assert presses[1].age == presses[0].age + RESEND_MS


def test_an_ack_of_another_press_frees_nothing(tmp_path) -> None:
    pad, edge = connected(str(tmp_path))
    pad.press(100)
    pad.talk.tick(120)
    pad.talk.hear(edge.session.seal(Ack(i="9f3a12c0.9.9", r="rated")), 130)
    assert pad.queue.waiting == 1
    assert pad.shown == []


def test_a_press_of_an_earlier_start_has_no_known_age(tmp_path) -> None:
    pad, edge = connected(str(tmp_path))
    pad.press(100)
    pad.start()
    pad.talk.tick(0)
    exchange(pad, edge, 0)
    assert edge.ages == [-1]


def test_hellos_beats_and_silence_keep_their_times(tmp_path) -> None:
    pad = Pad(str(tmp_path))
    for now in range(0, 2 * HELLO_EVERY_MS + 1, 100):
        pad.talk.tick(now)
    assert len(pad.said) == 3
    edge = Edge()
    exchange(pad, edge, 5000)
    pad.said.clear()
    for now in range(5000, 5000 + SILENCE_MS + 1, 100):
        pad.talk.tick(now)
    assert len(pad.said) == SILENCE_MS // BEAT_EVERY_MS
    pad.talk.tick(5000 + SILENCE_MS + 100)
    assert not pad.talk.session.open
    assert pad.talk.since is None
    assert pad.lit == [False]


def test_whoever_asks_often_gets_one_hello_a_second(tmp_path) -> None:
    pad, _ = connected(str(tmp_path))
    for now in range(10_000, 12_000, 50):
        pad.talk.hear(sealed(Ask(), b""), now)
    assert len(pad.said) == 2


def test_the_light_and_updates_are_passed_on(tmp_path) -> None:
    pad, edge = connected(str(tmp_path))
    pad.talk.hear(edge.session.seal(Rate(open=1)), 10)
    pad.talk.hear(edge.session.seal(Rate(open=0)), 20)
    pad.talk.hear(edge.session.seal(End()), 30)
    assert pad.lit == [True, False]
    (line,) = pad.said
    assert parcel(line).read().of == "end"


def test_noise_moves_nothing(tmp_path) -> None:
    pad, _ = connected(str(tmp_path))
    for line in (b"", b"\xff\xfe", b"MicroPython v1.29", b"{}*0*0"):
        pad.talk.hear(line, 10)
    assert pad.said == []


steps = st.lists(
    st.sampled_from(
        ["press", "tick", "lose up", "lose down", "repeat", "kill pad", "kill edge", "deliver"]
    ),
    max_size=60,
)


class World:
    """A pad, a controller, and the line between them."""

    def __init__(self, folder: str) -> None:
        self.pad, self.edge, self.now = Pad(folder), Edge(), 0
        self.pressed: list[str] = []
        self._old: list[bytes] = []

    def does(self, step: str) -> None:
        self.now += 700
        match step:
            case "press":
                self.pressed.append(self.pad.press(self.now))
            case "tick":
                self.pad.talk.tick(self.now)
            case "kill pad":
                self.pad.said.clear()
                self.pad.start()
            case "kill edge":
                self.edge.start()
            case _:
                self._line(step)

    def _line(self, step: str) -> None:
        self._old += self.pad.said
        if step == "deliver":
            exchange(self.pad, self.edge, self.now)
        elif step in ("lose down", "repeat"):
            for line in self._old if step == "repeat" else self.pad.said:
                self.edge.hear(line)
        self.pad.said.clear()

    def settles(self) -> None:
        for _ in range(len(self.pressed) + 20):
            self.now += RESEND_MS
            self.pad.talk.tick(self.now)
            exchange(self.pad, self.edge, self.now)


@settings(max_examples=80, deadline=None)
@given(steps)
def test_every_confirmed_press_is_in_the_journal_once(plan: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        for step in plan:
            world.does(step)
        world.settles()
        assert world.edge.journal == world.pressed
        assert world.pad.queue.waiting == 0
