"""The frame of a desired configuration, and what its signature is made over."""

import msgspec
import pytest

from motcua_contract.desired import (
    ConfigState,
    Frame,
    FrameError,
    Seal,
    read_frame,
    read_seal,
    sha256_of,
    signed,
    write_frame,
)


def test_a_frame_is_read_back_and_equal_content_has_equal_bytes() -> None:
    one = Frame(site="na-son", sections={"probes": msgspec.Raw(b"{}"), "a": msgspec.Raw(b"1")})
    other = Frame(site="na-son", sections={"a": msgspec.Raw(b"1"), "probes": msgspec.Raw(b"{}")})
    assert write_frame(one) == write_frame(other)
    assert read_frame(write_frame(one)) == other
    assert sha256_of(write_frame(one)) == sha256_of(write_frame(other))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"site":"na/son"}',
        '{"site":"na-son","sections":{"../x":1}}',
        '{"site":"na-son","colour":"red"}',
        '{"site":"na-son","sections":{"probes":',
        "\ud800",
    ],
)
def test_what_is_no_frame_is_refused(body: str) -> None:
    with pytest.raises(FrameError, match="no frame"):
        read_frame(body)


def test_a_signature_is_for_one_site_one_version_and_one_body() -> None:
    made = {signed(s, v, d) for s in ("aaa", "bbb") for v in (1, 11) for d in ("00", "11")}
    assert len(made) == 8


def test_a_seal_is_text_and_back() -> None:
    seal = Seal(b"certificate", b"\x00\xff")
    assert read_seal(seal.text()) == seal


@pytest.mark.parametrize("text", ["", "AAAA", "A.A", "AAAA.AAAA.AAAA", "€.AAAA"])
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(FrameError):
        read_seal(text)


def test_the_states_are_words_on_the_wire() -> None:
    assert {state.value for state in ConfigState} == {"applied", "refused", "older"}
