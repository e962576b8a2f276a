"""What strangers send is parsed or refused, never believed and never a crash."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from motcua_probes import echo
from motcua_probes.failures import ProbeError
from motcua_probes.kinds.http import joined
from motcua_probes.kinds.mqtt import first_packet


def chunked(parts: list[bytes]) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8), st.data())
def test_chunks_are_joined_however_much_of_them_has_come(
    parts: list[bytes], data: st.DataObject
) -> None:
    whole = chunked(parts)
    assert joined(whole) == b"".join(parts)
    some = data.draw(st.integers(0, len(whole)))
    assert b"".join(parts).startswith(joined(whole[:some]))


@given(st.binary(max_size=200))
def test_what_is_no_chunk_ends_the_text(noise: bytes) -> None:
    assert len(joined(noise)) <= len(noise)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_packet_or_none_or_refused(noise: bytes) -> None:
    with contextlib.suppress(ProbeError):
        found = first_packet(noise)
        if found is not None:
            kind, begin, end = found
            assert 0 <= kind <= 15
            assert 2 <= begin <= end <= len(noise)


def test_a_packet_is_found_when_it_is_complete_and_not_before() -> None:
    packet = b"\x20\x02\x00\x00"
    assert [first_packet(packet[:n]) for n in range(4)] == [None] * 4
    assert first_packet(packet + b"\x30") == (2, 2, 4)


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_a_request_with_its_checksum_sums_up_to_nothing(ident: int, sequence: int) -> None:
    assert echo.checksum(echo.request(echo.socket.AF_INET, ident, sequence)) == 0
