"""What one operation of the API is: how it is asked, what it answers, what it may refuse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import msgspec
from flask import request
from sqlalchemy import Connection

from motcua_hub.web.deeds.by import By
from motcua_hub.web.hub import Hub


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No parameters."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What every refusal looks like (`application/problem+json`)."""

    status: int
    code: str
    detail: str


class File(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is no JSON: a sheet, a table, a picture."""

    content: bytes
    media: str
    name: str


class Method(StrEnum):
    """Methods that are used."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    DELETE = "DELETE"


class ApiError(Exception):
    """A refusal. `status` is an HTTP status, `code` names the case for programs."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


def not_found(what: str, listed: str) -> ApiError:
    """404, with the place where there is a list of what can be asked for."""
    return ApiError(404, "not_found", f"{what} is not known; GET {listed} lists what is")


def refused(code: str, detail: str) -> ApiError:
    """409: understood, but not possible as things are."""
    return ApiError(409, code, detail)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request: `path` holds the parts of the path, `query` and `body` are checked structs.

    `connection` is one transaction for all of it: a writing one for an operation that writes, so
    that what it does, its lines in the audit trail and its kept answer happen together or not.
    """

    hub: Hub
    connection: Connection
    now: int
    actor: str
    path: Mapping[str, str]
    query: Any
    body: Any

    @property
    def url_root(self) -> str:
        """Under which address this call reached the hub."""
        return request.url_root

    @property
    def by(self) -> By:
        """Who asks, and when."""
        return By(who=self.actor, now=self.now)

    def words(self, code: str) -> str:
        """The Vietnamese words for a refusal; the code itself where a page never shows it."""
        return self.hub.texts.vi(code) if self.hub.texts.has(code) else code


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation.

    Attributes:
        name: The endpoint below `api.`, also the operation's id.
        method, path: As `/targets/{target}`, below `/api/v1`.
        summary: One line for the document.
        handle: Answers a `Call` with an instance of `answer`, or raises `ApiError`.
        query: Struct of the query parameters; unknown ones are refused.
        body: Struct of the JSON body, None for none.
        status: Of success.
        refuses: Statuses beyond 400, 401 and 404 that it may answer, with when.
        media: What kinds of files it answers with, for one that answers with no JSON.
        anyone: A write that every account may do, not only an administrator's: as on the pages.
        tag: The part of its answer that a version of the thing follows from (its ETag).
        guard: The operation that reads what this one changes: `If-Match` is compared with its tag.
    """

    name: str
    method: Method
    path: str
    summary: str
    handle: Callable[[Call], Any]
    answer: Any
    query: type[msgspec.Struct] = Nothing
    body: type[msgspec.Struct] | None = None
    status: int = 200
    refuses: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    media: tuple[str, ...] = ()
    anyone: bool = False
    tag: Callable[[Any], Any] | None = None
    guard: str = ""

    @property
    def writes(self) -> bool:
        """Whether it changes anything: then it needs a token that may write."""
        return self.method is not Method.GET
