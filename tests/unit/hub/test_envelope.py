"""Reading batches: what is sound and what is not, without a database."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.messages import NakCode
from motcua_hub.domain.envelope import Unsound, read
from motcua_hub.domain.inspection import inspect
from support.hubsite import Journal, pack, stub


def journal() -> Journal:
    journal = Journal("a")
    journal.serve(1)
    return journal


def test_a_sound_batch_is_read_with_the_digests_of_its_rows() -> None:
    written = journal()
    batch = read(written.batch(2, 4))
    assert (batch.jid, batch.first, batch.last) == (written.jid, 2, 4)
    assert [row.digest for row in batch.rows] == [written.digest(n) for n in (2, 3, 4)]


def test_a_stub_has_the_digest_of_the_whole_event() -> None:
    written = journal()
    [row] = read(pack(written.jid, [stub(written.events[1])])).rows
    assert row.body is None
    assert row.digest == written.digest(2)


def test_a_body_and_a_hash_that_differ_are_refused() -> None:
    told = msgspec.json.decode(journal().batch(1, 1))
    told["events"][0]["body_sha256"] = "0" * 64
    with pytest.raises(Unsound, match="not the one hashed"):
        read(msgspec.json.encode(told))


def test_the_incarnation_of_a_bad_batch_is_told_when_it_can_be_read() -> None:
    written = journal()
    told = msgspec.json.decode(written.batch())
    told["last"] = 99
    with pytest.raises(Unsound) as caught:
        read(msgspec.json.encode(told))
    assert (caught.value.code, caught.value.jid) == (NakCode.BAD, written.jid)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(payload: bytes) -> None:
    with pytest.raises(Unsound):
        read(payload)


@given(st.data())
def test_no_flipped_byte_goes_unseen_or_breaks_the_reader(data: st.DataObject) -> None:
    payload = bytearray(journal().batch(1, 3))
    place = data.draw(st.integers(0, len(payload) - 1))
    payload[place] ^= data.draw(st.integers(1, 255))
    try:
        batch = read(bytes(payload))
    except Unsound:
        return
    # what is left over does not touch what the last digest covers
    assert batch.rows[-1].digest == journal().digest(3)


@given(
    st.sampled_from(["ticket.issued/1", "rating.given/1", "health.changed/1", "nobody/7"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    ),
)
def test_no_body_breaks_the_inspection(name: str, body: object) -> None:
    assert isinstance(inspect(name, msgspec.json.encode(body)), str)
