"""The AsyncAPI 3 description of all traffic, built from the same structs that read and write it."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec

from motcua_contract import catalogue, messages, topics
from motcua_contract.catalogue import Traffic
from motcua_contract.facts import FACT_TYPES
from motcua_contract.identity import COMPONENT_PATTERN, SITE_PATTERN

Json = dict[str, Any]
REFERENCE: Final = "#/components/schemas/{name}"
_ABOUT: Final = (
    "What a reception office (edge) and the province's hub say to each other over MQTT 5 with "
    "mutual TLS. Delivery is proved by the hub's own acknowledgement, never by PUBACK. "
    "Unknown fields are tolerated, missing ones are not; times are UTC milliseconds."
)
_PARAMETERS: Final[dict[str, Json]] = {
    "site": {"description": f"The office; ties to the certificate at the broker. {SITE_PATTERN}"},
    "component": {"description": f"The part whose health this is. {COMPONENT_PATTERN}"},
}


def document() -> Json:
    """The whole description, ready for YAML or JSON."""
    channels = dict(_channels())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Motcua, edge and hub",
            "version": str(messages.VERSION),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(address, t) for name, (address, t) in channels.items()},
        "operations": {
            name: _operation(name, address, traffic)
            for name, (address, traffic) in channels.items()
        },
        "components": {
            "messages": {t.message.__name__: _message(t) for _, t in channels.values()},
            "schemas": schemas(),
        },
    }


def _channels() -> Iterator[tuple[str, tuple[str, Traffic]]]:
    """Each channel's name, address and traffic."""
    for up, traffic in catalogue.UP.items():
        address = topics.all_sites(up).replace("+", "{site}", 1).replace("+", "{component}", 1)
        yield f"up-{up.value}", (address, traffic)
    for down, traffic in catalogue.DOWN.items():
        yield f"down-{down.value}", (topics.down("site", down).replace("site", "{site}"), traffic)
    yield "hub-status", (topics.HUB_STATUS, catalogue.HUB)


def _channel(address: str, traffic: Traffic) -> Json:
    name = traffic.message.__name__
    channel: Json = {
        "address": address,
        "description": traffic.title,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
    }
    parameters = {key: value for key, value in _PARAMETERS.items() if f"{{{key}}}" in address}
    return {**channel, "parameters": parameters} if parameters else channel


def _operation(name: str, address: str, traffic: Traffic) -> Json:
    """Seen from the edge: it sends what goes up and receives what comes down."""
    message = traffic.message.__name__
    return {
        "action": "send" if "/up/" in address else "receive",
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{message}"}],
        "bindings": {
            "mqtt": {"qos": traffic.qos, "retain": traffic.retain, "bindingVersion": "0.2.0"}
        },
    }


def _message(traffic: Traffic) -> Json:
    name = traffic.message.__name__
    return {
        "name": name,
        "title": name,
        "summary": traffic.title,
        "contentType": "application/json",
        "payload": {"$ref": REFERENCE.format(name=name)},
    }


def schemas() -> dict[str, Json]:
    """JSON Schemas of every message and every fact, by the name of their struct."""
    _, components = msgspec.json.schema_components(
        (*_message_types(), *FACT_TYPES.values()), ref_template=REFERENCE
    )
    for name, fact in FACT_TYPES.items():
        components[fact.__name__]["title"] = name
    components[messages.Event.__name__]["allOf"] = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": {"properties": {"body": {"$ref": REFERENCE.format(name=fact.__name__)}}},
        }
        for name, fact in FACT_TYPES.items()
    ]
    return {name: components[name] for name in sorted(components)}


def _message_types() -> list[type[msgspec.Struct]]:
    """All messages; raw JSON has no schema, so that event and batch have look-alikes here."""
    event = _like(messages.Event, body=Json | msgspec.UnsetType)
    limits = msgspec.Meta(min_length=1, max_length=messages.MAX_EVENTS)
    batch = _like(messages.Batch, events=Annotated[list[event], limits])  # type: ignore[valid-type]
    kinds = [t.message for t in (*catalogue.UP.values(), *catalogue.DOWN.values(), catalogue.HUB)]
    return [batch if kind is messages.Batch else kind for kind in kinds]


def _like(kind: type[msgspec.Struct], **changed: object) -> type[msgspec.Struct]:
    """A struct with the fields of `kind`, some of them with another type."""
    fields = [_field(field, changed) for field in msgspec.structs.fields(kind)]
    return msgspec.defstruct(
        kind.__name__, fields, namespace={"__doc__": kind.__doc__}, kw_only=True
    )


def _field(field: msgspec.structs.FieldInfo, changed: dict[str, object]) -> Any:  # noqa: ANN401
    """One field as `defstruct` wants it; a changed optional one is simply absent by default."""
    if field.required:
        return field.name, changed.get(field.name, field.type)
    if field.name in changed:
        return field.name, changed[field.name], msgspec.UNSET
    return field.name, field.type, field.default
