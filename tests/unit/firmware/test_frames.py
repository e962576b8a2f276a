"""Frames: what the pad writes the controller reads, and the other way; anything else is dropped."""

import contextlib
import hashlib
import hmac
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pad import frames

from motcua_edge.domain.pads import frames as edge

keys = st.binary(min_size=1, max_size=100)
texts = st.text(max_size=40)
values = st.one_of(st.integers(-(2**40), 2**40), texts, st.none())
bodies = st.dictionaries(st.text(max_size=8), values, max_size=3)
beats = st.builds(
    edge.Beat,
    c=st.integers(1, 2**40),
    up=st.integers(0, 2**30),
    q=st.integers(0, 2000),
    held=st.dictionaries(st.sampled_from(["1", "2", "next"]), st.integers(0, 10**6)),
    bat=st.none() | st.integers(0, 100),
)


@given(keys, st.binary(max_size=300))
def test_the_pads_hmac_is_everybodys(key: bytes, message: bytes) -> None:
    assert frames.hmac(key, message) == hmac.new(key, message, hashlib.sha256).digest()


@given(bodies, keys)
def test_a_body_comes_back_with_its_key_and_with_no_other(body: dict, key: bytes) -> None:
    line = frames.sealed(body, key, frames.FROM_PAD)
    assert frames.unsealed(line, key, frames.FROM_PAD) == body
    with pytest.raises(frames.ForgedError):
        frames.unsealed(line, key + b"x", frames.FROM_PAD)
    with pytest.raises(frames.ForgedError):
        frames.unsealed(line, key, frames.FROM_EDGE)


@given(beats, keys)
def test_the_controller_reads_what_a_pad_wrote(beat: edge.Beat, key: bytes) -> None:
    line = frames.sealed(json.loads(msgspec.json.encode(beat)), key, frames.FROM_PAD)
    parcel = edge.parcel(line)
    assert parcel.sealed_with(key)
    assert not parcel.sealed_with(key + b"x")
    assert parcel.read() == beat


@given(st.integers(1, 2**40), st.from_regex(r"[0-9a-f]{8}\.[0-9]\.[0-9]", fullmatch=True), keys)
def test_a_pad_reads_what_the_controller_wrote(count: int, press: str, key: bytes) -> None:
    line = edge.sealed(edge.Ack(c=count, i=press, r="rated"), key)
    assert line.endswith(b"\n")
    assert len(line) <= edge.LONGEST
    read = frames.unsealed(line, key, frames.FROM_EDGE)
    assert read == {"t": "ack", "c": count, "i": press, "r": "rated"}


@given(beats, st.data())
def test_no_flipped_bit_gets_through_on_either_side(beat: edge.Beat, data: st.DataObject) -> None:
    body = json.loads(msgspec.json.encode(beat))
    line = bytearray(frames.sealed(body, b"k", frames.FROM_PAD).rstrip(b"\n"))
    at = data.draw(st.integers(0, len(line) - 1))
    line[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((frames.DamagedError, frames.ForgedError)):
        frames.unsealed(bytes(line), b"k", frames.FROM_PAD)
    with contextlib.suppress(edge.FrameError):
        assert not edge.parcel(bytes(line)).sealed_with(b"k")


@given(st.binary(max_size=1200))
def test_noise_is_damage_and_nothing_worse(noise: bytes) -> None:
    with pytest.raises(frames.DamagedError):
        frames.peek(noise)
    with pytest.raises(edge.FrameError, match="damaged"):
        edge.parcel(noise).read()


@pytest.mark.parametrize("body", [b"[]", b"7", b'"hello"', b"{", b'{"t": "strange"}', b"\xff"])
def test_a_whole_frame_around_nonsense_is_damage(body: bytes) -> None:
    line = body + b"*" + b"0" * 32
    line += b"*%08x" % frames.crc32(line)
    with pytest.raises(edge.FrameError, match="damaged"):
        edge.parcel(line).read()
    if b"strange" not in body:  # a pad ignores kinds that it does not know
        with pytest.raises(frames.DamagedError):
            frames.peek(line)


def test_deep_json_is_damage_and_no_crash() -> None:
    line = b"[" * 900 + b"*" + b"0" * 32
    line += b"*%08x" % frames.crc32(line)
    with pytest.raises(edge.FrameError, match="damaged"):
        edge.parcel(line).read()


def test_both_sides_make_the_same_session_key_and_broker_password() -> None:
    key = bytes(range(32))
    ours = frames.hmac(key, b"session" + b"0011223344556677" + b"8899aabbccddeeff")
    assert edge.session_key(key, "0011223344556677", "8899aabbccddeeff") == ours
    assert edge.broker_password(key) == frames.hmac(key, b"broker")[:16].hex()


@pytest.mark.parametrize(("one", "other"), [(b"", b"a"), (b"ab", b"ac"), (b"ab", b"abc")])
def test_different_strings_are_not_the_same(one: bytes, other: bytes) -> None:
    assert not frames.same(one, other)
    assert frames.same(one, one)
