"""Serves the table of operations under `/api/v1`, and its description."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, g, request
from sqlalchemy import Connection

from motcua_hub.store.engine import reading, writing
from motcua_hub.web.api import repeats, versions
from motcua_hub.web.api.openapi import document
from motcua_hub.web.api.operation import ApiError, Call, File, Operation
from motcua_hub.web.hub import Hub
from motcua_hub.web.problems import json_problem
from motcua_hub.web.security import accounts, audit
from motcua_hub.web.security.audit import Action

PREFIX: Final = "/api/v1"
_MOST_SAID: Final = 2_000


def blueprint(hub: Hub, operations: Sequence[Operation]) -> Blueprint:
    """Every operation, and `/api/v1/openapi.json`."""
    pages = Blueprint("api", __name__, url_prefix=PREFIX)
    described = msgspec.json.encode(document(operations, PREFIX))
    by_name = {operation.name: operation for operation in operations}

    @pages.get("/openapi.json", endpoint="openapi")
    def openapi() -> Response:
        return Response(described, mimetype="application/json")

    for operation in operations:
        pages.add_url_rule(
            re.sub(r"{(\w+)}", r"<\1>", operation.path),
            operation.name,
            _view(hub, operation, by_name),
            methods=[operation.method.value],
        )
    return pages


def _view(
    hub: Hub, operation: Operation, by_name: Mapping[str, Operation]
) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        try:
            if operation.writes:
                return _written(hub, operation, by_name, path)
            with reading(hub.engine) as connection:
                return _read(operation, _call(hub, connection, operation, path))
        except ApiError as error:
            return json_problem(error.status, error.code, error.detail)

    return view


def _read(operation: Operation, call: Call) -> Response:
    answer = operation.handle(call)
    if isinstance(answer, File):
        return _file(answer)
    response = Response(msgspec.json.encode(answer), mimetype="application/json")
    if operation.tag is not None:
        response.set_etag(versions.tag(operation, answer))
    return response


def _file(answer: File) -> Response:
    response = Response(answer.content, content_type=answer.media)
    response.headers["Content-Disposition"] = f'attachment; filename="{answer.name}"'
    return response


def _written(
    hub: Hub, operation: Operation, by_name: Mapping[str, Operation], path: Mapping[str, str]
) -> Response:
    """All of it in one transaction: what is done, who did it, and what was answered."""
    _allowed(operation)
    key = repeats.key_of(request.headers.get("Idempotency-Key"))
    query, body = _query(operation), _body(operation)
    with writing(hub.engine) as connection:
        call = _call(hub, connection, operation, path, query=query, body=body)
        if key:
            kept = repeats.claim(connection, call, key, _asked(operation, call))
            if kept is not None:
                return _json(kept.answer.encode(), kept.status, again=True)
        if operation.guard:
            versions.check(by_name[operation.guard], call, request.headers.get("If-Match"))
        told = msgspec.json.encode(operation.handle(call))
        _write_down(operation, call)
        if key:
            repeats.keep(connection, call, key, operation.status, told.decode())
    return _json(told, operation.status)


def _json(told: bytes, status: int, *, again: bool = False) -> Response:
    response = Response(told, status=status, mimetype="application/json")
    if again:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _allowed(operation: Operation) -> None:
    """An account that is no administrator's may do through the API what it may on the pages."""
    if not operation.anyone and g.get("token_role") != accounts.ADMIN:
        code = "not_admin"
        raise ApiError(403, code, "the account of this token is no administrator's")


def _asked(operation: Operation, call: Call) -> str:
    said = [operation.name, sorted(call.path.items()), sorted(request.args.items(multi=True))]
    return repeats.digest(msgspec.json.encode(said) + request.get_data())


def _write_down(operation: Operation, call: Call) -> None:
    """Through which token it was done, beside what the deed itself writes down."""
    subject = " ".join([operation.name, *call.path.values()])
    said = f"token {g.get('token_name') or ''}: {request.get_data(as_text=True)}"[:_MOST_SAID]
    audit.write(call.connection, call.now, call.actor, Action.API, subject=subject, detail=said)


def _call(
    hub: Hub,
    connection: Connection,
    operation: Operation,
    path: Mapping[str, str],
    *,
    query: Any = None,  # noqa: ANN401 - the operation's own struct
    body: Any = None,  # noqa: ANN401 - the operation's own struct
) -> Call:
    return Call(
        hub=hub,
        connection=connection,
        now=hub.clock(),
        actor=_actor(),
        path=path,
        query=_query(operation) if query is None else query,
        body=body,
    )


def _actor() -> str:
    """The person; behind a token, whose it is. An old token of nobody's only reads."""
    if g.get("session") is not None:
        return str(g.session.name)
    return str(g.get("token_account") or f"token:{g.get('token_name') or ''}")[:64]


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
