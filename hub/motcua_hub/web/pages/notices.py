"""Interruption notices: drafts that wait, their approval and sending, who read them, the list."""

from collections.abc import Callable
from datetime import date
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.domain.notice import lifecycle
from motcua_hub.domain.notice.lifecycle import NoticeRefusal
from motcua_hub.domain.notice.model import OPEN, Group
from motcua_hub.store import notices, papers, recipients
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.outbox import Channel
from motcua_hub.upkeep import filing
from motcua_hub.upkeep.drafting import Desk
from motcua_hub.upkeep.part import desk_of
from motcua_hub.web import localtime, visitor
from motcua_hub.web.deeds import notices as deeds
from motcua_hub.web.deeds.by import By
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import notices as query

Answer = str | tuple[str, int] | BaseResponse
_MOST: Final = 2**31


def blueprint(hub: Hub) -> Blueprint:
    """`/notices`."""
    pages = Blueprint("notices", __name__)
    desk = desk_of(hub.config.notices)
    _add_reading(pages, hub, desk)
    _add_acts(pages, hub, desk)
    _add_people(pages, hub)
    return pages


def _add_reading(pages: Blueprint, hub: Hub, desk: Desk) -> None:
    @pages.get("/notices")
    def page() -> str:
        return _all(hub)

    @pages.get("/notices/<int:notice>")
    def one(notice: int) -> str:
        return _one(hub, notice)

    @pages.get("/notices/<int:notice>.pdf")
    def paper(notice: int) -> Response:
        return sheet(hub, desk, papers.NOTICE, notice, "thong-bao")


def _add_acts(pages: Blueprint, hub: Hub, desk: Desk) -> None:
    @pages.post("/notices/<int:notice>/edit")
    def edit(notice: int) -> Answer:
        return _act(hub, notice, _edit)

    @pages.post("/notices/<int:notice>/approve")
    def approve(notice: int) -> Answer:
        return _act(hub, notice, _approve)

    @pages.post("/notices/<int:notice>/send")
    def send(notice: int) -> Answer:
        return _act(hub, notice, _sending(hub, desk))

    @pages.post("/notices/<int:notice>/excuse")
    def excuse(notice: int) -> Answer:
        return _act(hub, notice, _excuse)

    @pages.post("/notices/of/<int:incident>")
    def by_hand(incident: int) -> Answer:
        return _by_hand(hub, desk, incident)


def _add_people(pages: Blueprint, hub: Hub) -> None:
    @pages.get("/notices/recipients")
    def people() -> str:
        return _people(hub)

    @pages.post("/notices/recipients")
    def name_somebody() -> Answer:
        return _name(hub)

    @pages.post("/notices/recipients/<int:recipient>/end")
    def end(recipient: int) -> Answer:
        return _end(hub, recipient)


def _all(hub: Hub) -> str:
    with reading(hub.engine) as connection:
        found = notices.listing(connection)
        reads = notices.reads(connection)
    open_ones = [one for one in found if one.state in OPEN]
    return render_template(
        "notices/page.html",
        here="notices",
        waiting=open_ones,
        rest=[one for one in found if one.state not in OPEN],
        reads=reads,
        now=hub.clock(),
    )


def _one(hub: Hub, notice: int, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        view = query.read(connection, notice, hub.clock()) if notice < _MOST else None
    if view is None:
        abort(404)
    return render_template(
        "notices/one.html",
        here="notices",
        view=view,
        one=view.notice,
        problem=problem,
        said=request.form if problem else {},
        me_name=visitor.current().name,
        may_write=visitor.current().role == visitor.ADMIN,
        now=hub.clock(),
    )


Work = Callable[[Connection, int, By], object]


def _act(hub: Hub, notice: int, work: Work) -> Answer:
    """Do one thing with a notice in one transaction, with its line in the audit trail."""
    if notice >= _MOST:
        abort(404)
    try:
        with writing(hub.engine) as connection:
            work(connection, notice, visitor.by(hub))
    except NoticeRefusal as refusal:
        if refusal.code == "notice.refused.gone":
            abort(404)
        return _one(hub, notice, refusal.code), 409
    return redirect(url_for("notices.one", notice=notice), code=303)


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 7 else 0  # noqa: PLR2004


def _edit(connection: Connection, notice: int, by: By) -> None:
    title, body = request.form.get("title", ""), request.form.get("body", "")
    deeds.edit(connection, notice, _revision(), title, body, by=by)


def _approve(connection: Connection, notice: int, by: By) -> None:
    deeds.approve(connection, notice, _revision(), by)


def _excuse(connection: Connection, notice: int, by: By) -> None:
    deeds.excuse(connection, notice, request.form.get("why", ""), by)


def _sending(hub: Hub, desk: Desk) -> Work:
    def work(connection: Connection, notice: int, by: By) -> None:
        base = hub.config.sending.url or request.url_root
        deeds.send(connection, desk, notice, base, request.form.get("why", ""), by=by)

    return work


def _by_hand(hub: Hub, desk: Desk, incident: int) -> Answer:
    if incident >= _MOST:
        abort(404)
    try:
        with writing(hub.engine) as connection:
            made = deeds.draft(connection, desk, incident, visitor.by(hub))
    except NoticeRefusal as refusal:
        abort(409, description=refusal.code)
    return redirect(url_for("notices.one", notice=made), code=303)


def sheet(hub: Hub, desk: Desk, series: str, subject: int, name: str) -> Response:
    """A paper as PDF: the one that was kept, or how it would look now."""
    if subject >= _MOST:
        abort(404)
    with reading(hub.engine) as connection:
        kept = papers.paper(connection, series, subject)
        content = kept.content if kept else None
        if content is None:
            content = filing.made(connection, desk, series, subject, hub.clock())
    if content is None:
        abort(404)
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}-{subject}.pdf"'
    return answer


def _people(hub: Hub, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        everyone = recipients.everyone(connection)
    today = localtime.day_of(hub.clock())
    now_named = lifecycle.holding(everyone, date.fromisoformat(today))
    past = [one for one in everyone if one.valid_until is not None and one.valid_until < today]
    future = [one for one in everyone if one not in now_named and one not in past]
    return render_template(
        "notices/recipients.html",
        here="notices",
        groups=[(group, [one for one in now_named if one.grp == group]) for group in Group],
        future=future,
        past=past,
        channels=tuple(Channel),
        group_names=tuple(Group),
        today=today,
        problem=problem,
        said=request.form if problem else {},
        may_write=visitor.current().role == visitor.ADMIN,
    )


def _name(hub: Hub) -> Answer:
    said = {key: request.form.get(key, "") for key in ("grp", "name", "channel", "address")}
    begin = request.form.get("valid_from", "")
    try:
        with writing(hub.engine) as connection:
            deeds.name_somebody(connection, **said, valid_from=begin, by=visitor.by(hub))
    except deeds.UnfitRecipientError as error:
        return _people(hub, str(error)), 422
    return redirect(url_for("notices.people"), code=303)


def _end(hub: Hub, recipient: int) -> Answer:
    with writing(hub.engine) as connection:
        known = recipient < _MOST
        if not known or deeds.end_recipient(connection, recipient, visitor.by(hub)) is None:
            abort(404)
    return redirect(url_for("notices.people"), code=303)
