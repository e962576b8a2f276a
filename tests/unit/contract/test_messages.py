import contextlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract import catalogue, messages, topics
from motcua_contract.digests import EventKey, ack_tag, body_hash, event_digest, tag_matches
from motcua_contract.messages import MAX_BYTES, Batch, Message, MessageError, NakCode
from motcua_contract.topics import Down, Up
from support import asyncapi

GOLDEN = Path(__file__).parent / "golden" / "messages"
SITE = "q1-ben-nghe"
KINDS: dict[str, tuple[str, type[Message]]] = {
    "hello": (topics.up(SITE, Up.HELLO), messages.Hello),
    "batch": (topics.up(SITE, Up.BATCH), messages.Batch),
    "status": (topics.up(SITE, Up.STATUS), messages.Status),
    "about": (topics.up(SITE, Up.ABOUT), messages.About),
    "health": (topics.health(SITE, "printer"), messages.Health),
    "metrics": (topics.up(SITE, Up.METRICS), messages.Metrics),
    "config_reported": (topics.up(SITE, Up.CONFIG), messages.ConfigReported),
    "reply": (topics.up(SITE, Up.REPLY), messages.Reply),
    "resume": (topics.down(SITE, Down.RESUME), messages.Resume),
    "ack": (topics.down(SITE, Down.ACK), messages.Ack),
    "nak": (topics.down(SITE, Down.NAK), messages.Nak),
    "config_desired": (topics.down(SITE, Down.CONFIG), messages.ConfigDesired),
    "command": (topics.down(SITE, Down.COMMAND), messages.Command),
    "hub_status": (topics.HUB_STATUS, messages.HubStatus),
}
NAMES = sorted(KINDS)


def golden(name: str) -> dict[str, Any]:
    return json.loads((GOLDEN / f"{name}.1.json").read_text(encoding="utf-8"))


def payload(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def test_every_message_has_a_golden_file_and_every_file_its_message() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.1.json" for name in NAMES}
    assert {kind for _, kind in KINDS.values()} == set(Message.__subclasses__())


def test_every_topic_carries_one_message() -> None:
    assert set(catalogue.UP) == set(Up)
    assert set(catalogue.DOWN) == set(Down)
    said = [*catalogue.UP.values(), *catalogue.DOWN.values(), catalogue.HUB]
    assert {traffic.message for traffic in said} == set(Message.__subclasses__())
    assert not any(traffic.qos > 1 for traffic in said)


@pytest.mark.parametrize("name", NAMES)
def test_a_message_comes_back_from_bytes_as_it_went(name: str) -> None:
    _, kind = KINDS[name]
    message = messages.decode(kind, payload(golden(name)))
    assert set(golden(name)) == {f.encode_name for f in msgspec.structs.fields(kind)}
    assert json.loads(messages.encode(message)) == golden(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_published_document_agrees_with_the_golden_file(name: str) -> None:
    topic, kind = KINDS[name]
    assert asyncapi.check(topic, payload(golden(name))) == kind.__name__


@pytest.mark.parametrize("name", NAMES)
def test_unknown_fields_are_tolerated_and_missing_ones_are_not(name: str) -> None:
    _, kind = KINDS[name]
    newer = messages.decode(kind, payload({**golden(name), "field_of_2031": 1}))
    assert messages.encode(newer) == messages.encode(messages.decode(kind, payload(golden(name))))
    for field in msgspec.structs.fields(kind):
        if field.required:
            content = golden(name)
            del content[field.encode_name]
            with pytest.raises(MessageError, match=f"{kind.__name__}.*`{field.encode_name}`"):
                messages.decode(kind, payload(content))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_of_the_contract_is_refused(name: str, version: object) -> None:
    with pytest.raises(MessageError, match=r"\$\.v"):
        messages.decode(KINDS[name][1], payload({**golden(name), "v": version}))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"jid": "3A" * 16}, "$.jid"),
        ({"jid": "3a" * 16 + "\n"}, "$.jid"),
        ({"jid": "3a" * 15}, "$.jid"),
        ({"first": 0}, "$.first"),
        ({"last": -1}, "$.last"),
        ({"events": []}, "$.events"),
        ({"digest_last": "zz"}, "$.digest_last"),
    ],
)
def test_a_batch_that_does_not_fit_says_where(change: dict[str, object], path: str) -> None:
    with pytest.raises(MessageError) as refusal:
        messages.decode(Batch, payload({**golden("batch"), **change}))
    assert path in str(refusal.value)


def test_a_batch_of_more_than_500_events_is_refused() -> None:
    event = golden("batch")["events"][1]
    with pytest.raises(MessageError, match=r"\$\.events"):
        messages.decode(Batch, payload({**golden("batch"), "events": [event] * 501}))


def test_a_payload_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(MessageError, match=f"{MAX_BYTES + 1} bytes"):
        messages.decode(Batch, b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize("raw", [b"", b"{", b"null", b"\xff", b'{"v":"\xff"}', b"[" * 100_000])
def test_noise_is_refused(raw: bytes) -> None:
    with pytest.raises(MessageError, match=r"^Nak: "):
        messages.decode(messages.Nak, raw)


@given(name=st.sampled_from(NAMES), raw=st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail_in_another_way(name: str, raw: bytes) -> None:
    kind = KINDS[name][1]
    with contextlib.suppress(MessageError):
        assert isinstance(messages.decode(kind, raw), kind)


def test_a_bodys_exact_bytes_survive_the_wire() -> None:
    raw = b'{"ticket" :  "20261123-A015","x":1.10}'
    text = payload({**golden("batch"), "events": []}).replace(
        b'"events": []',
        b'"events": [' + payload(golden("batch")["events"][1])[:-1] + b', "body": ' + raw + b"}]",
    )
    batch = messages.decode(Batch, text)
    assert bytes(batch.events[0].body) == raw
    assert raw in messages.encode(batch)


def test_a_stub_has_no_body() -> None:
    stub = messages.decode(Batch, payload(golden("batch"))).events[1]
    assert (bytes(stub.body), stub.body_sha256) == (
        b"",
        body_hash(b"a body that was too big").hex(),
    )


KEY = EventKey(
    jid="3a" * 16,
    seq=42,
    eid="22" * 16,
    type="rating.given/1",
    t_mono=911000,
    t_wall=1795394600000,
    business_day="2026-11-23",
)
BODY = body_hash(b"a body that was too big")


def test_digest_and_tag_are_those_of_the_vector() -> None:
    digest = event_digest(KEY, BODY)
    assert digest.hex() == "accbc689d8a4219dba156ec19835ce82389875bfd8afd7ad32863dd52453665e"
    assert ack_tag(digest) == "9f8e56b66b881eaef9b904fcd9a47f30"
    assert digest.hex() == golden("batch")["digest_last"]
    assert ack_tag(digest) == golden("ack")["tag"]


@pytest.mark.parametrize(
    "change",
    [
        {"jid": "3b" * 16},
        {"seq": 43},
        {"eid": "23" * 16},
        {"type": "rating.given/2"},
        {"t_mono": 911001},
        {"t_wall": -1},
        {"business_day": "2026-11-24"},
        {"type": "rating.given/12", "business_day": "026-11-23"},
    ],
)
def test_every_part_of_an_event_changes_its_digest(change: dict[str, Any]) -> None:
    assert event_digest(msgspec.structs.replace(KEY, **change), BODY) != event_digest(KEY, BODY)


def test_another_body_changes_the_digest() -> None:
    assert event_digest(KEY, body_hash(b"other")) != event_digest(KEY, BODY)


def test_only_the_events_own_tag_matches() -> None:
    digest = event_digest(KEY, BODY)
    assert tag_matches(ack_tag(digest), digest)
    assert not tag_matches(ack_tag(body_hash(b"other")), digest)
    assert not tag_matches("", digest)


def test_a_refusal_is_one_of_four() -> None:
    assert {code.value for code in NakCode} == {"gap", "bad", "conflict", "too_big"}
