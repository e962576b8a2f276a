"""The outbox: what was sent to whom, and dead letters that a person sends on their way again."""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.store.engine import reading, writing
from motcua_hub.web import visitor
from motcua_hub.web.deeds import outbox as deeds
from motcua_hub.web.deeds.by import By
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import outbox as query

_MOST = 2**31


def blueprint(hub: Hub) -> Blueprint:
    """`/outbox`."""
    pages = Blueprint("outbox", __name__)

    @pages.get("/outbox")
    def page() -> str:
        return _page(hub)

    @pages.get("/outbox/<int:row>")
    def one(row: int) -> str:
        return _one(hub, row)

    @pages.post("/outbox/<int:row>/retry")
    def retry(row: int) -> BaseResponse:
        return _act(hub, row, deeds.retry)

    @pages.post("/outbox/<int:row>/aside")
    def aside(row: int) -> BaseResponse:
        return _act(hub, row, deeds.lay_aside)

    return pages


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004


def _page(hub: Hub) -> str:
    state = request.args.get("state", "")
    state = state if state in query.STATES else ""
    incident = _number("incident")
    with reading(hub.engine) as connection:
        found = query.view(connection, hub.clock(), state, incident or None, _number("before"))
    return render_template(
        "outbox/page.html",
        here="outbox",
        view=found,
        state=state,
        states=query.STATES,
        incident=incident,
        more=len(found.lines) == query.PAGE,
        now=hub.clock(),
        may_write=visitor.current().role == visitor.ADMIN,
    )


def _one(hub: Hub, row: int) -> str:
    with reading(hub.engine) as connection:
        found = query.letter(connection, row) if row < _MOST else None
    if found is None:
        abort(404)
    return render_template(
        "outbox/one.html",
        here="outbox",
        letter=found,
        line=found.line,
        now=hub.clock(),
        may_write=visitor.current().role == visitor.ADMIN,
    )


def _act(hub: Hub, row: int, deed: Callable[[Connection, int, By], bool]) -> BaseResponse:
    if row >= _MOST:
        abort(404)
    with writing(hub.engine) as connection:
        deed(connection, row, visitor.by(hub))
    return redirect(url_for("outbox.one", row=row), code=303)
