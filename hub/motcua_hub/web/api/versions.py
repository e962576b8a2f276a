"""Versions of what two people may edit at once: `ETag` when it is read, `If-Match` when changed."""

import hashlib
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import func, select

from motcua_hub.web.api.operation import ApiError, Call, Operation


def tag(operation: Operation, answer: Any) -> str:  # noqa: ANN401 - the operation's own struct
    """The version of what an operation tells; the same as long as nobody changed it."""
    told = answer if operation.tag is None else operation.tag(answer)
    plain = msgspec.to_builtins(told, str_keys=True)
    return hashlib.sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()[:32]


def check(reads: Operation, call: Call, given: str | None) -> None:
    """Compare what a call was made for with what there is, in the transaction that changes it.

    Raises:
        ApiError: Somebody changed it in between (412), or there is none (404).
    """
    if call.connection.dialect.name == "postgresql":
        # two callers with one version come one after the other; SQLite lets one write anyway
        key = f"{reads.name} {sorted(call.path.items())}"
        call.connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))
    if given is None:
        return
    now = f'"{tag(reads, reads.handle(replace(call, query=reads.query(), body=None)))}"'
    wanted = {each.strip().removeprefix("W/") for each in given.split(",")}
    if "*" not in wanted and now not in wanted:
        msg = "somebody changed it since it was read; GET it again and look at what is new"
        raise ApiError(412, "changed", msg)
