"""Who is asking: decided once, before any page runs."""

import logging
import secrets
from typing import Final

from flask import Flask, Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.store import papers
from motcua_hub.store.engine import reading
from motcua_hub.store.papers import Hold
from motcua_hub.web.access import ACCESS, LARGE, Access
from motcua_hub.web.deeds.by import By
from motcua_hub.web.hub import Hub
from motcua_hub.web.problems import json_problem
from motcua_hub.web.render import form_proof
from motcua_hub.web.security import accounts, csrf, sessions, tokens

_BEARER: Final = "Bearer "
ADMIN: Final = accounts.ADMIN
"""The role that may change what is written down."""
_log = logging.getLogger(__name__)


def set_up(app: Flask, hub: Hub) -> None:
    """Put the guard before, and the visitor's cookie after, every request."""

    def guard() -> BaseResponse | None:
        return _guard(hub)

    def keep_visit(response: Response) -> Response:
        return _keep_visit(hub, response)

    def holds_of(series: str, thing: str | int) -> list[Hold]:
        with reading(hub.engine) as connection:
            return papers.holds(connection, series, thing)

    def tools() -> dict[str, object]:
        return {
            "holds_of": holds_of,
            "me": g.get("session"),
            "form_proof": lambda: form_proof(_proof()),
            "server_now": hub.clock(),
        }

    app.before_request(guard)
    app.after_request(keep_visit)
    app.context_processor(tools)


def current() -> sessions.Session:
    """The session of a page behind Access.SESSION."""
    session: sessions.Session = g.session
    return session


def by(hub: Hub) -> By:
    """Who does something at a page behind Access.SESSION, and when."""
    return By(who=current().name, now=hub.clock())


def safe_next(path: str) -> str:
    """A place inside this site to go to after login; the overview when `path` is none."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else url_for("overview.page")


def _guard(hub: Hub) -> BaseResponse | None:
    g.session, g.visit, g.new_visit = None, request.cookies.get(sessions.VISIT_COOKIE, ""), False
    if request.endpoint is None:
        return None
    access = ACCESS.get(request.endpoint)
    if access is None:
        _log.error("route %s has no entry in the access table", request.endpoint)
        abort(404)
    request.max_content_length = LARGE.get(request.endpoint, request.max_content_length)
    if access is Access.SECRET:
        return None
    if access is Access.WRITE:
        return _token_needed(hub)
    if access is not Access.PUBLIC:
        g.session = _session(hub)
    _check_form()
    return _turned_away(hub, access)


def _token_needed(hub: Hub) -> Response | None:
    """Whoever writes through the API shows a token that may; a cookie counts for nothing here."""
    token = _bearer(hub)
    if token is None:
        return _unauthorized()
    _remember(token)
    if token.scope != tokens.WRITE:
        return json_problem(403, "read_only", "this token may only read; issue one with --write")
    if not token.account:
        said = "this token is of no account; issue one with --account, and revoke this one"
        return json_problem(403, "no_account", said)
    return None


def _remember(token: tokens.ApiToken) -> None:
    g.token_name, g.token_account, g.token_role = token.name, token.account, token.role


def _unauthorized() -> Response:
    return json_problem(401, "unauthorized", "log in, or send Authorization: Bearer <token>")


def _session(hub: Hub) -> sessions.Session | None:
    cookie = request.cookies.get(sessions.COOKIE, "")
    if not cookie:
        return None
    with reading(hub.engine) as connection:
        return sessions.find(connection, cookie, hub.clock())


def _check_form() -> None:
    if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return
    secret = g.session.csrf if g.session else g.visit
    if not csrf.form_is_ours(secret, request.form.get("proof", "")):
        abort(400, description="auth.form_expired")


def _turned_away(hub: Hub, access: Access) -> BaseResponse | None:
    if access is Access.ADMIN and g.session is not None and g.session.role != ADMIN:
        abort(403, description="error.role")
    if access in (Access.PUBLIC, Access.LOGIN) or g.session is not None:
        return None
    if access is Access.API and (token := _bearer(hub)) is not None:
        _remember(token)
        return None
    if access in (Access.API, Access.LIVE):
        return _unauthorized()
    return redirect(_way_in(hub), code=302)


def _bearer(hub: Hub) -> tokens.ApiToken | None:
    header = request.headers.get("Authorization", "")
    if not header.startswith(_BEARER):
        return None
    with reading(hub.engine) as connection:
        return tokens.living(connection, header.removeprefix(_BEARER).strip(), hub.clock())


def _way_in(hub: Hub) -> str:
    with reading(hub.engine) as connection:
        first_run = not accounts.any_account(connection)
    if first_run:
        return url_for("auth.setup_form")
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return url_for("auth.login_form", next=wanted or None)


def _proof() -> str:
    if g.get("session") is not None:
        return csrf.form_value(g.session.csrf)
    if not g.get("visit"):
        g.visit, g.new_visit = secrets.token_urlsafe(32), True
    return csrf.form_value(g.visit)


def _keep_visit(hub: Hub, response: Response) -> Response:
    if g.get("new_visit"):
        secure = hub.config.web.secure_cookie
        response.set_cookie(
            sessions.VISIT_COOKIE, g.visit, httponly=True, samesite="Lax", secure=secure
        )
    return response
