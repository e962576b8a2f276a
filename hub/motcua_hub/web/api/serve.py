"""Serves the table of operations under `/api/v1`, and its description."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, g, request

from motcua_hub.store.engine import writing
from motcua_hub.web.api.openapi import document
from motcua_hub.web.api.operation import ApiError, Call, Operation
from motcua_hub.web.hub import Hub
from motcua_hub.web.problems import json_problem
from motcua_hub.web.security import audit
from motcua_hub.web.security.audit import Action

PREFIX: Final = "/api/v1"
_MOST_SAID: Final = 2_000


def blueprint(hub: Hub, operations: Sequence[Operation]) -> Blueprint:
    """Every operation, and `/api/v1/openapi.json`."""
    pages = Blueprint("api", __name__, url_prefix=PREFIX)
    described = msgspec.json.encode(document(operations, PREFIX))

    @pages.get("/openapi.json", endpoint="openapi")
    def openapi() -> Response:
        return Response(described, mimetype="application/json")

    for operation in operations:
        pages.add_url_rule(
            re.sub(r"{(\w+)}", r"<\1>", operation.path),
            operation.name,
            _view(hub, operation),
            methods=[operation.method.value],
        )
    return pages


def _view(hub: Hub, operation: Operation) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        try:
            call = _call(hub, operation, path)
            answer = operation.handle(call)
        except ApiError as error:
            return json_problem(error.status, error.code, error.detail)
        if operation.writes:
            _write_down(operation, call)
        return Response(
            msgspec.json.encode(answer), status=operation.status, mimetype="application/json"
        )

    return view


def _write_down(operation: Operation, call: Call) -> None:
    """Who changed what through the API, beside what the ledger and the desk write themselves."""
    subject = " ".join([operation.name, *call.path.values()])
    said = request.get_data(as_text=True)[:_MOST_SAID]
    with writing(call.hub.engine) as connection:
        audit.write(connection, call.now, call.actor, Action.API, subject=subject, detail=said)


def _call(hub: Hub, operation: Operation, path: dict[str, str]) -> Call:
    return Call(
        hub=hub,
        now=hub.clock(),
        actor=_actor(),
        path=path,
        query=_query(operation),
        body=_body(operation),
    )


def _actor() -> str:
    """The person, or the token by its name."""
    if g.get("session") is not None:
        return str(g.session.name)
    return f"token:{g.get('token_name') or ''}"[:64]


def _query(operation: Operation) -> Any:  # noqa: ANN401 - the operation's own struct
    given = {key: request.args[key] for key in request.args}
    try:
        return msgspec.convert(given, operation.query, strict=False)
    except msgspec.ValidationError as error:
        msg = f"query: {error}; {PREFIX}/openapi.json says what there is"
        raise ApiError(400, "bad_query", msg) from error


def _body(operation: Operation) -> Any:  # noqa: ANN401 - the operation's own struct
    if operation.body is None:
        return None
    try:
        return msgspec.json.decode(request.get_data(), type=operation.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        msg = f"body: {error}; send JSON as {PREFIX}/openapi.json says"
        raise ApiError(400, "bad_body", msg) from error
