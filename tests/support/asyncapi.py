"""Checks recorded traffic against docs/asyncapi.yaml, the document that we publish.

`check(topic, payload)` fails when the topic is in no channel, or when the payload is not what the
document says.
"""

import copy
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

DOCUMENT = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
Json = dict[str, Any]


class TrafficError(AssertionError):
    """Something on the wire that the published document does not describe."""


@functools.cache
def document() -> Json:
    """The published document."""
    loaded: Json = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    return loaded


def channel_of(topic: str) -> str:
    """The name of the channel that a topic belongs to."""
    for name, channel in document()["channels"].items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(channel["address"]))
        if re.fullmatch(pattern, topic):
            return str(name)
    msg = f"topic {topic!r} is in no channel of {DOCUMENT.name}"
    raise TrafficError(msg)


def check(topic: str, payload: bytes, *, strict: bool = True) -> str:
    """Fail unless `payload` is what the document promises on `topic`; return the message's name.

    An empty payload is a retained message being cleared and always fits. With `strict`, fields
    and fact types that the document does not know are refused too: we are to say what we mean.
    """
    (name,) = document()["channels"][channel_of(topic)]["messages"]
    if not payload:
        return str(name)
    try:
        content = json.loads(payload)
    except ValueError as error:
        msg = f"{topic}: not JSON: {error}: {payload[:200]!r}"
        raise TrafficError(msg) from error
    faults = [*_faults(name, content, strict=strict)]
    if strict and name == "Batch":
        faults += [*_unknown_facts(content)]
    if faults:
        msg = f"{topic} is not a {name}:\n" + "\n".join(faults)
        raise TrafficError(msg)
    return str(name)


def _faults(name: str, content: object, *, strict: bool) -> Iterator[str]:
    for error in _validator(name, strict).iter_errors(content):
        yield f"  {error.json_path}: {error.message[:300]}"


def _unknown_facts(batch: Json) -> Iterator[str]:
    known = {schema.get("title") for schema in document()["components"]["schemas"].values()}
    for event in batch.get("events", []):
        if event.get("type") not in known:
            yield f"  fact type {event.get('type')!r} is in no schema"


@functools.cache
def _validator(name: str, strict: bool) -> Draft202012Validator:
    components = copy.deepcopy(document()["components"])
    if strict:
        for schema in components["schemas"].values():
            if "properties" in schema:
                schema.setdefault("additionalProperties", False)
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": components})


def fact_faults(type_name: str, body: object) -> list[str]:
    """What is wrong with a fact's body, by the document; empty when it fits."""
    schemas = document()["components"]["schemas"]
    names = [name for name, schema in schemas.items() if schema.get("title") == type_name]
    if not names:
        return [f"fact type {type_name!r} is in no schema"]
    return [*_faults(names[0], body, strict=True)]
