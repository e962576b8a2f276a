"""Around every request: errors as JSON, origin check, counting, security headers."""

import logging
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from motcua_edge.domain.refusals import Refusal
from motcua_edge.services.office import KeyReusedError
from motcua_edge.services.sessions import AccessError
from motcua_edge.web.deps import UnavailableError, parts
from motcua_edge.web.errors import (
    BadRequestError,
    Problem,
    access_problem,
    problem,
    refusal_problem,
)
from motcua_edge.web.silent import SPOKEN
from motcua_edge.web.texts import Texts

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_HTTP_CODES: Final = {404: "not_found", 405: "method", 413: "too_large"}
_SAFE: Final = frozenset({"GET", "HEAD"})


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The headers that every answer carries, files and streams too."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")


@web.middleware
async def counting(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count and time every request by its route, never by its path: paths are unbounded."""
    started = time.perf_counter()
    with request.app[SPOKEN].asking(request.protocol):
        response = await handler(request)
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "unknown"
    metrics = parts(request).metrics
    metrics.requests.labels(request.method, route, str(response.status)).inc()
    if response.content_type != "text/event-stream":
        metrics.seconds.labels(route).observe(time.perf_counter() - started)
    return response


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every refusal and failure into a typed answer that changes nothing."""
    try:
        return await handler(request)
    except Exception as error:  # noqa: BLE001  whatever it is, the client gets a typed answer
        return _answer(request, error)


def _answer(request: web.Request, error: Exception) -> web.Response:
    texts = parts(request).texts
    match error:
        case Refusal():
            code, answer = error.code.value, refusal_problem(texts, error)
        case AccessError():
            code, answer = error.code, access_problem(texts, error)
        case BadRequestError():
            content = Problem(code=error.code, field=error.field, detail=str(error))
            code, answer = error.code, problem(texts, error.status, content)
        case KeyReusedError():
            content = Problem(code="key_reused", field="Idempotency-Key", detail=str(error))
            code, answer = content.code, problem(texts, 422, content)
        case UnavailableError():
            content = Problem(code="unavailable", detail=str(error))
            code, answer = content.code, problem(texts, 503, content)
        case web.HTTPException():
            code, answer = f"http_{error.status}", _http_problem(texts, error)
        case _:
            log.error("request failed: %s %s", request.method, request.path, exc_info=error)
            content = Problem(code="internal", detail="internal error; see the log")
            code, answer = content.code, problem(texts, 500, content)
    parts(request).metrics.refusals.labels(code).inc()
    return answer


def _http_problem(texts: Texts, error: web.HTTPException) -> web.Response:
    if error.status < HTTPStatus.BAD_REQUEST:
        raise error
    code = _HTTP_CODES.get(error.status, "bad_json")
    answer = problem(texts, error.status, Problem(code=code, detail=error.reason))
    if "Allow" in error.headers:
        answer.headers["Allow"] = error.headers["Allow"]
    return answer


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site's page makes a browser send."""
    if request.method not in _SAFE and not _own_origin(request):
        raise AccessError("foreign_origin", "the Origin is not this server; use its own pages")
    return await handler(request)


def _own_origin(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.host
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
