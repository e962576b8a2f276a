"""The description of the API (OpenAPI 3.1), made of the same table that serves it."""

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from motcua_hub.web.api.operation import File, Operation, Problem

Json = dict[str, Any]
_ABOUT: Final = """Times are UTC milliseconds; what nobody knows is null.

A token belongs to an account, and what it does that account did: where two people must agree, two
tokens of one account are one person. `Idempotency-Key` makes a call that changes something safe to
repeat: within a day the same key gives the same answer and does nothing again. `If-Match` with the
`ETag` of what was read refuses a change when somebody else made one in between.

Lists give at most `limit` rows, newest first; `next`, when it is not null, is the `before` of the
rows that follow.
"""
KEY_PATTERN: Final = r"^[A-Za-z0-9._:-]{1,80}$"
"""What an idempotency key may be."""
_REF: Final = "#/components/schemas/{name}"
_COMMON: Final = {
    400: "A parameter or the body is not as described.",
    401: "No session and no living token.",
    503: "The database does not answer; try again.",
}


def document(operations: Sequence[Operation], prefix: str) -> Json:
    """The whole document."""
    types: list[Any] = [Problem]
    for each in operations:
        types += [each.query, each.answer, *([each.body] if each.body else [])]
    types = [each for each in types if each is not File]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    known = dict(zip([id(each) for each in types], schemas, strict=True))
    paths: Json = {}
    for each in operations:
        told = _operation(each, known, components)
        paths.setdefault(prefix + each.path, {})[each.method.value.lower()] = told
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Motcua hub",
            "version": "1",
            "description": _ABOUT,
        },
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SCHEMES},
        "security": [{"token": []}, {"session": []}],
    }


_SCHEMES: Final = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "motcua_session"},
}


def _operation(each: Operation, known: dict[int, Json], components: Json) -> Json:
    told: Json = {
        "operationId": each.name,
        "summary": each.summary,
        "parameters": [
            *_path_parameters(each),
            *_query_parameters(each, known, components),
            *_header_parameters(each),
        ],
        "responses": _responses(each, known),
    }
    if each.body is not None:
        content = {"application/json": {"schema": known[id(each.body)]}}
        told["requestBody"] = {"required": True, "content": content}
    if each.writes:
        told["security"] = [{"token": []}]
    return told


def _path_parameters(each: Operation) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", each.path)
    ]


def _header_parameters(each: Operation) -> list[Json]:
    found = []
    if each.writes:
        schema: Json = {"type": "string", "pattern": KEY_PATTERN}
        found.append({"name": "Idempotency-Key", "schema": schema})
    if each.guard:
        found.append({"name": "If-Match", "schema": {"type": "string"}})
    return [{**one, "in": "header", "required": False} for one in found]


def _query_parameters(each: Operation, known: dict[int, Json], components: Json) -> list[Json]:
    """The struct's fields as parameters; an optional one says so by its default."""
    schema = known[id(each.query)]
    if "$ref" in schema:
        schema = components[schema["$ref"].rsplit("/", 1)[-1]]
    needed = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": field}
        for name, field in schema.get("properties", {}).items()
    ]


def _responses(each: Operation, known: dict[int, Json]) -> Json:
    if each.media:
        binary = {"type": "string", "contentMediaType": "application/octet-stream"}
        content: Json = {media: {"schema": binary} for media in each.media}
    else:
        content = {"application/json": {"schema": known[id(each.answer)]}}
    done: Json = {"description": "Done.", "content": content}
    if each.tag is not None:
        done["headers"] = {"ETag": {"schema": {"type": "string"}}}
    told: Json = {str(each.status): done}
    refusals = dict(_COMMON)
    if "{" in each.path:
        refusals[404] = "Nothing has this id."
    if each.writes:
        refusals[403] = "The token may only read, is of no account, or its account may not do it."
        refusals[413] = "The body is too large."
        refusals[422] = "This idempotency key was used for another call."
    if each.guard:
        refusals[412] = "Somebody changed it since it was read; read it again."
    refusals |= each.refuses
    problem = {"application/problem+json": {"schema": known[id(Problem)]}}
    told |= {
        str(status): {"description": why, "content": problem}
        for status, why in sorted(refusals.items())
    }
    return told
