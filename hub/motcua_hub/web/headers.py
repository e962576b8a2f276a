"""What every answer carries: no foreign content, no caching of pages, compressed text."""

import gzip
from typing import Final

from flask import Flask, Response, request

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SECURITY: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_COMPRESSIBLE: Final = ("text/", "application/json", "application/problem+json", "image/svg+xml")
_MIN_BYTES: Final = 1_000
_LEVEL: Final = 5
_YEAR_S: Final = 31_536_000
_FOR_EVERYBODY: Final = ("status.page", "status.feed")
_SHARED_S: Final = 10
"""How long a proxy may show citizens the same page."""


def set_up(app: Flask) -> None:
    """Add headers and compression to every answer."""
    app.after_request(_secure)
    app.after_request(_cache)
    app.after_request(_compress)


def _secure(response: Response) -> Response:
    for name, value in _SECURITY.items():
        response.headers.setdefault(name, value)
    return response


def _cache(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
    elif request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=86400"
    elif request.endpoint in _FOR_EVERYBODY and response.status_code in (200, 304):
        response.headers["Cache-Control"] = f"public, max-age={_SHARED_S}"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def _compress(response: Response) -> Response:
    response.vary.add("Accept-Encoding")
    if not _worth_it(response):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < _MIN_BYTES:
        return response
    response.set_data(gzip.compress(body, _LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _worth_it(response: Response) -> bool:
    return (
        response.status_code == 200  # noqa: PLR2004
        and "gzip" in request.headers.get("Accept-Encoding", "")
        and (response.mimetype or "").startswith(_COMPRESSIBLE)
        and "Content-Encoding" not in response.headers
    )
