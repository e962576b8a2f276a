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
from motcua_hub.upkeep import acts, drafting, filing
from motcua_hub.upkeep.drafting import Desk
from motcua_hub.upkeep.part import desk_of
from motcua_hub.web import localtime, visitor
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import notices as query
from motcua_hub.web.security import audit

Answer = str | tuple[str, int] | BaseResponse
_MOST: Final = 2**31
_LIMITS: Final = {"name": 120, "address": 200}


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
        return _act(hub, notice, audit.Action.NOTICE_EDITED, _edit)

    @pages.post("/notices/<int:notice>/approve")
    def approve(notice: int) -> Answer:
        return _act(hub, notice, audit.Action.NOTICE_APPROVED, _approve)

    @pages.post("/notices/<int:notice>/send")
    def send(notice: int) -> Answer:
        return _act(hub, notice, audit.Action.NOTICE_SENT, _sending(hub, desk))

    @pages.post("/notices/<int:notice>/excuse")
    def excuse(notice: int) -> Answer:
        return _act(hub, notice, audit.Action.NOTICE_EXCUSED, _excuse)

    @pages.post("/notices/<int:notice>/hold")
    def hold(notice: int) -> Answer:
        return _hold(hub, notice)

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


Work = Callable[[Connection, int, str, int], str]


def _act(hub: Hub, notice: int, action: audit.Action, work: Work) -> Answer:
    """Do one thing with a notice in one transaction, with its line in the audit trail."""
    if notice >= _MOST:
        abort(404)
    actor, now = visitor.current().name, hub.clock()
    try:
        with writing(hub.engine) as connection:
            detail = work(connection, notice, actor, now)
            audit.write(connection, now, actor, action, subject=f"notice {notice}", detail=detail)
    except NoticeRefusal as refusal:
        if refusal.code == "notice.refused.gone":
            abort(404)
        return _one(hub, notice, refusal.code), 409
    return redirect(url_for("notices.one", notice=notice), code=303)


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 7 else 0  # noqa: PLR2004


def _edit(connection: Connection, notice: int, actor: str, now: int) -> str:
    title, body = request.form.get("title", ""), request.form.get("body", "")
    acts.edit(connection, notice, _revision(), title, body, actor=actor, now=now)
    return f"after revision {_revision()}"


def _approve(connection: Connection, notice: int, actor: str, now: int) -> str:
    acts.approve(connection, notice, _revision(), actor=actor, now=now)
    return f"revision {_revision()}"


def _excuse(connection: Connection, notice: int, actor: str, now: int) -> str:
    why = request.form.get("why", "")
    acts.excuse(connection, notice, why, actor=actor, now=now)
    return why[:400]


def _sending(hub: Hub, desk: Desk) -> Work:
    def work(connection: Connection, notice: int, actor: str, now: int) -> str:
        base = (hub.config.sending.url or request.url_root).rstrip("/")
        why = request.form.get("why", "")
        sent = acts.send(connection, desk, notice, base_url=base, actor=actor, now=now, why=why)
        return f"{sent.name} of {sent.year} to {sent.recipients}"

    return work


def _hold(hub: Hub, notice: int) -> Answer:
    def work(connection: Connection, number: int, actor: str, now: int) -> str:
        if notices.find(connection, number) is None:
            raise NoticeRefusal("notice.refused.gone")
        why = lifecycle.reason(request.form.get("why", ""))
        papers.hold(connection, papers.NOTICE, number, why, actor=actor, now=now)
        return why

    def lift(connection: Connection, number: int, actor: str, now: int) -> str:
        papers.lift(connection, papers.NOTICE, number, actor=actor, now=now)
        return "lifted"

    lifting = request.form.get("what") == "lift"
    action = audit.Action.HOLD_LIFTED if lifting else audit.Action.HOLD_SET
    return _act(hub, notice, action, lift if lifting else work)


def _by_hand(hub: Hub, desk: Desk, incident: int) -> Answer:
    if incident >= _MOST:
        abort(404)
    actor, now = visitor.current().name, hub.clock()
    with writing(hub.engine) as connection:
        made = drafting.by_hand(connection, desk, incident, now=now)
        if made is None:
            abort(409, description="notice.refused.exists")
        audit.write(
            connection,
            now,
            actor,
            audit.Action.NOTICE_DRAFTED,
            subject=f"notice {made}",
            detail=f"incident {incident}",
        )
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
    said = {key: " ".join(request.form.get(key, "").split()) for key in ("name", "address")}
    grp, channel = request.form.get("grp", ""), request.form.get("channel", "")
    if grp not in set(Group) or channel not in set(Channel):
        return _people(hub, "notice.people.fault.kind"), 422
    if not all(0 < len(said[key]) <= most for key, most in _LIMITS.items()):
        return _people(hub, "notice.people.fault.empty"), 422
    try:
        begin = date.fromisoformat(request.form.get("valid_from", ""))
    except ValueError:
        return _people(hub, "notice.people.fault.day"), 422
    actor, now = visitor.current().name, hub.clock()
    with writing(hub.engine) as connection:
        recipients.add(
            connection, grp=grp, channel=channel, valid_from=begin, actor=actor, now=now, **said
        )
        detail = f"{grp} {said['name']} {channel} {said['address']} from {begin}"
        audit.write(connection, now, actor, audit.Action.RECIPIENT_ADDED, detail=detail)
    return redirect(url_for("notices.people"), code=303)


def _end(hub: Hub, recipient: int) -> Answer:
    actor, now = visitor.current().name, hub.clock()
    last = localtime.at(now).date()
    with writing(hub.engine) as connection:
        gone = recipients.finish(connection, recipient, last, actor) if recipient < _MOST else None
        if gone is None:
            abort(404)
        detail = f"{gone.grp} {gone.name} {gone.channel} until {last}"
        audit.write(connection, now, actor, audit.Action.RECIPIENT_ENDED, detail=detail)
    return redirect(url_for("notices.people"), code=303)
