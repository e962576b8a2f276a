"""Around every request: errors as JSON, origin check, counting, security headers."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from motcua_edge.domain.refusals import Refusal
from motcua_edge.services.office import KeyReusedError
from motcua_edge.services.sessions import AccessError
from motcua_edge.web.deps import UnavailableError, parts
from motcua_edge.web.errors import BadRequestError, access_problem, problem, refusal_problem
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
    texts = parts(request).texts
    try:
        return await handler(request)
    except Refusal as refusal:
        return _counted(request, refusal.code.value, refusal_problem(texts, refusal))
    except AccessError as error:
        return _counted(request, error.code, access_problem(texts, error))
    except BadRequestError as bad:
        return _counted(
            request, bad.code, problem(texts, bad.status, bad.code, str(bad), bad.field)
        )
    except KeyReusedError as error:
        answer = problem(texts, 422, "key_reused", str(error), "Idempotency-Key")
        return _counted(request, "key_reused", answer)
    except UnavailableError as error:
        return _counted(request, "unavailable", problem(texts, 503, "unavailable", str(error)))
    except web.HTTPException as error:
        return _counted(request, f"http_{error.status}", _http_problem(texts, error))
    except Exception:
        log.exception("request failed: %s %s", request.method, request.path)
        detail = "internal error; see the log"
        return _counted(request, "internal", problem(texts, 500, "internal", detail))


def _counted(request: web.Request, code: str, response: web.Response) -> web.Response:
    parts(request).metrics.refusals.labels(code).inc()
    return response


def _http_problem(texts: Texts, error: web.HTTPException) -> web.Response:
    if error.status < 400:
        raise error
    code = _HTTP_CODES.get(error.status, "bad_json")
    answer = problem(texts, error.status, code, error.reason)
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
