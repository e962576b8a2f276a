"""The outbox: what was sent to whom, and dead letters that a person sends on their way again."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.store import outbox_work
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import visitor
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import outbox as query
from motcua_hub.web.security import audit

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
        return _act(hub, row, audit.Action.DEAD_LETTER_RETRIED)

    @pages.post("/outbox/<int:row>/aside")
    def aside(row: int) -> BaseResponse:
        return _act(hub, row, audit.Action.DEAD_LETTER_SETTLED)

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


def _act(hub: Hub, row: int, action: audit.Action) -> BaseResponse:
    me, now = visitor.current().name, hub.clock()
    with writing(hub.engine) as connection:
        if _done(connection, row, action, now, me):
            audit.write(connection, now, me, action, subject=str(row))
    return redirect(url_for("outbox.one", row=row), code=303)


def _done(connection: Connection, row: int, action: audit.Action, now: int, me: str) -> bool:
    if row >= _MOST:
        abort(404)
    if action is audit.Action.DEAD_LETTER_RETRIED:
        return outbox_work.retry(connection, row, now, me)
    return outbox_work.lay_aside(connection, row, now, me)
