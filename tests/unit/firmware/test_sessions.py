"""The pad's end and the controller's end of a session, and whoever records what they say."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pad import frames
from pad.session import Session

from motcua_edge.domain.pads.frames import Ack, Ask, FrameError, Hello, Pong, parcel, sealed
from motcua_edge.services.pads.session import PadSession

KEY = bytes(range(32))
_COUNT = itertools.count(1)


def fresh(size: int) -> bytes:
    return next(_COUNT).to_bytes(size, "big")


class Wire:
    """Both ends, and everything that was said."""

    def __init__(self) -> None:
        self.pad = Session("pad-3", KEY, fresh)
        self.edge = PadSession("pad-3", KEY)

    def shake_hands(self) -> tuple[bytes, bytes]:
        hello = self.pad.hello({"fw": "26.11.1"})
        said = parcel(hello)
        assert self.edge.wrote(said)
        frame = said.read()
        assert isinstance(frame, Hello)
        welcome = self.edge.offer(frame, fresh(8).hex())
        assert self.pad.hear(welcome) is not None
        return hello, welcome

    def beat(self) -> bytes:
        return self.pad.seal({"t": "beat", "up": 1})


@pytest.fixture
def wire() -> Wire:
    wire = Wire()
    wire.shake_hands()
    return wire


def test_a_session_is_in_force_once_the_pad_uses_it(wire: Wire) -> None:
    assert not wire.edge.open
    frame, hello = wire.edge.accept(parcel(wire.beat()))
    assert hello is not None
    assert (frame.c, hello.fw, wire.edge.open) == (1, "26.11.1", True)
    assert wire.edge.accept(parcel(wire.beat()))[1] is None
    assert wire.pad.hear(wire.edge.seal(Pong())) == {"t": "pong", "c": 1}


def test_without_a_session_nothing_can_be_said_to_a_pad() -> None:
    with pytest.raises(LookupError):
        PadSession("pad-3", KEY).seal(Pong())


def test_a_frame_counts_once_in_each_direction(wire: Wire) -> None:
    beat = wire.beat()
    wire.edge.accept(parcel(beat))
    with pytest.raises(FrameError, match="twice"):
        wire.edge.accept(parcel(beat))
    ack = wire.edge.seal(Ack(i="9f3a12c0.1.1", r="rated"))
    assert wire.pad.hear(ack)["r"] == "rated"
    assert wire.pad.hear(ack) is None
    assert wire.pad.refused == 1


def test_a_recorded_session_is_worth_nothing_in_the_next_one(wire: Wire) -> None:
    recorded = [wire.beat() for _ in range(3)]
    for line in recorded:
        wire.edge.accept(parcel(line))
    pong = wire.edge.seal(Pong())
    wire.shake_hands()
    wire.edge.accept(parcel(wire.beat()))
    for line in recorded:
        with pytest.raises(FrameError, match="no session"):
            wire.edge.accept(parcel(line))
    assert wire.pad.hear(pong) is None


def test_a_repeated_hello_ends_no_session(wire: Wire) -> None:
    wire.edge.accept(parcel(wire.beat()))
    old_hello, _ = Wire().shake_hands()
    for _ in range(10):
        frame = parcel(old_hello).read()
        assert isinstance(frame, Hello)
        wire.edge.offer(frame, fresh(8).hex())
    wire.edge.accept(parcel(wire.beat()))


def test_a_repeated_welcome_does_not_start_the_counters_again(wire: Wire) -> None:
    _, welcome = wire.shake_hands()
    wire.edge.accept(parcel(wire.beat()))
    ack = wire.edge.seal(Pong())
    assert wire.pad.hear(ack) is not None
    assert wire.pad.hear(welcome) is None
    assert wire.pad.hear(ack) is None


def test_a_hello_of_another_key_is_nobodys() -> None:
    stranger = Session("pad-3", b"x" * 32, fresh)
    assert not PadSession("pad-3", KEY).wrote(parcel(stranger.hello({"fw": "1"})))


def test_who_is_there_may_be_asked_by_anybody(wire: Wire) -> None:
    assert wire.pad.hear(sealed(Ask(), b"")) == {"t": "ask"}
    wire.pad.drop()
    assert wire.pad.hear(sealed(Ask(), b"")) == {"t": "ask"}
    assert wire.pad.hear(sealed(Pong(c=9), KEY)) is None


def test_a_hello_within_a_session_is_forged(wire: Wire) -> None:
    body = {"t": "hello", "v": 1, "p": "pad-3", "n": "0" * 16, "fw": "1"}
    with pytest.raises(FrameError):
        wire.edge.accept(parcel(wire.pad.seal(body)))


@given(st.lists(st.integers(0, 19), max_size=60))
def test_whatever_is_repeated_or_late_each_frame_is_taken_once_and_in_order(
    order: list[int],
) -> None:
    wire = Wire()
    wire.shake_hands()
    said = [wire.beat() for _ in range(20)]
    taken = []
    for at in order:
        try:
            frame, _ = wire.edge.accept(parcel(said[at]))
        except FrameError:
            assert taken
            assert taken[-1] >= at + 1
        else:
            taken.append(frame.c)
    assert taken == sorted(set(taken))


def test_frames_of_a_pad_are_not_frames_of_the_controller(wire: Wire) -> None:
    """Reflected: the key is right, the direction is not."""
    assert wire.pad.hear(wire.beat()) is None
    with pytest.raises(frames.ForgedError):
        frames.unsealed(wire.beat(), wire.pad._session_key, frames.FROM_EDGE)
