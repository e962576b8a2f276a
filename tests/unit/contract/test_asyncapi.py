"""The published document: whole, consistent, of today, and strict enough to catch a slip."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from motcua_contract import asyncapi as generator
from motcua_contract import catalogue, messages, topics
from motcua_contract.facts import FACT_TYPES
from motcua_contract.topics import Down, Up
from support import asyncapi
from support.asyncapi import TrafficError

SITE = "q1-ben-nghe"
BATCH = topics.up(SITE, Up.BATCH)
GOLDEN = Path(__file__).parent / "golden" / "messages"


def batch(**changes: Any) -> bytes:
    content = json.loads((GOLDEN / "batch.1.json").read_text())
    content["events"][0].update(changes)
    return json.dumps(content).encode()


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(reference: str) -> object:
    node: Any = asyncapi.document()
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_the_file_is_what_the_code_says_today() -> None:
    today = json.loads(json.dumps(generator.document()))
    assert asyncapi.document() == today, "run: make docs"


def test_every_reference_leads_somewhere() -> None:
    found = list(references(asyncapi.document()))
    assert len(found) > 100
    for reference in found:
        assert resolve(reference) is not None


def test_every_topic_is_a_channel_with_an_operation() -> None:
    channels = asyncapi.document()["channels"]
    names = {asyncapi.channel_of(topics.up(SITE, kind)) for kind in Up if kind is not Up.HEALTH}
    names |= {asyncapi.channel_of(topics.down(SITE, kind)) for kind in Down}
    names |= {asyncapi.channel_of(topics.health(SITE, "printer"))}
    names |= {asyncapi.channel_of(topics.HUB_STATUS)}
    assert names == set(channels) == set(asyncapi.document()["operations"])
    for channel in channels.values():
        in_address = {f"{{{name}}}" for name in channel.get("parameters", {})}
        assert in_address == {p for p in channel["address"].split("/") if p.startswith("{")}


def test_operations_say_who_speaks_and_how_retained() -> None:
    operations = asyncapi.document()["operations"]
    assert operations["up-batch"]["action"] == "send"
    assert operations["down-ack"]["action"] == "receive"
    retained = {name for name, o in operations.items() if o["bindings"]["mqtt"]["retain"]}
    assert retained == {
        "up-status", "up-about", "up-health", "up-config", "down-config", "hub-status"
    }  # fmt: skip


def test_every_fact_and_message_has_a_valid_schema() -> None:
    schemas = asyncapi.document()["components"]["schemas"]
    titles = {schema.get("title") for schema in schemas.values()}
    assert set(FACT_TYPES) <= titles
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_the_event_of_the_document_has_the_fields_of_the_event() -> None:
    schema = asyncapi.document()["components"]["schemas"]
    for kind in (messages.Event, messages.Batch):
        fields = {field.encode_name for field in msgspec.structs.fields(kind)}
        assert set(schema[kind.__name__]["properties"]) == fields
    assert schema["Batch"]["properties"]["events"]["maxItems"] == messages.MAX_EVENTS


def test_traffic_as_promised_passes() -> None:
    assert asyncapi.check(BATCH, batch()) == "Batch"
    assert asyncapi.check(topics.up(SITE, Up.STATUS), b"") == "Status"


@pytest.mark.parametrize(
    ("topic", "payload", "said"),
    [
        ("mc/1/q1/sideways", b"{}", "no channel"),
        ("mc/1/q1-a/up/health/a/b", b"{}", "no channel"),
        (BATCH, b"{", "not JSON"),
        (BATCH, b"{}", "'jid' is a required property"),
        (BATCH, batch(body={"ticket": "x"}), "'counter' is a required property"),
        (BATCH, batch(body={"ticket": "x", "counter": "3"}), "is not of type 'integer'"),
        (BATCH, batch(type="ticket.sung/1"), "'ticket.sung/1' is in no schema"),
        (BATCH, batch(clock="sundial"), "'sundial' is not one of"),
        (BATCH, batch(site="q1"), "'site' was unexpected"),
        (topics.down(SITE, Down.ACK), b'{"v":1,"jid":"x"}', "$.jid"),
    ],
)
def test_a_slip_is_caught(topic: str, payload: bytes, said: str) -> None:
    with pytest.raises(TrafficError) as refusal:
        asyncapi.check(topic, payload)
    assert said in str(refusal.value)


def test_what_a_newer_edge_adds_passes_unless_asked_to_be_strict() -> None:
    assert asyncapi.check(BATCH, batch(type="ticket.sung/1", mood="good"), strict=False) == "Batch"


def test_an_unknown_fact_has_no_schema() -> None:
    assert asyncapi.fact_faults("ticket.sung/1", {}) == [
        "fact type 'ticket.sung/1' is in no schema"
    ]


def test_every_traffic_has_a_title() -> None:
    for traffic in (*catalogue.UP.values(), *catalogue.DOWN.values(), catalogue.HUB):
        assert traffic.title.endswith(".")
