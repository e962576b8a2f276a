"""Maintenance windows and exclusions: asked for by one person, agreed to by another."""

from datetime import datetime
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.domain.calendar.planned import Scope, ScopeKind, UnfitPlanError, Wish
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.plans import EXCLUSION, WINDOW, UnknownPlanError
from motcua_hub.web import localtime, visitor
from motcua_hub.web.deeds import windows as deeds
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import plans as query

Answer = str | tuple[str, int] | BaseResponse
_LAYERS: Final = (WINDOW, EXCLUSION)
_DECISIONS: Final = ("approve", "refuse", "end")
_MOST: Final = 2**31
_LONGEST: Final = {"reason": 2000, "paper": 200}


def blueprint(hub: Hub) -> Blueprint:
    """`/windows`."""
    pages = Blueprint("windows", __name__)

    @pages.get("/windows")
    def page() -> Answer:
        return _page(hub)

    @pages.post("/windows")
    def ask() -> Answer:
        return _ask(hub, WINDOW)

    @pages.post("/exclusions")
    def ask_exclusion() -> Answer:
        return _ask(hub, EXCLUSION)

    @pages.post("/windows/<layer>/<int:number>/<decision>")
    def decide(layer: str, number: int, decision: str) -> Answer:
        if layer not in _LAYERS or decision not in _DECISIONS or number >= _MOST:
            abort(404)
        return _decide(hub, layer, number, decision)

    return pages


def _page(hub: Hub, problem: str = "", layer: str = "") -> str:
    now = hub.clock()
    with reading(hub.engine) as connection:
        board = query.board(connection, now)
    me = visitor.current()
    return render_template(
        "windows/page.html",
        here="windows",
        board=board,
        now=now,
        problem=problem,
        layer=layer,
        said=request.form if problem else {},
        may_write=me.role == visitor.ADMIN,
        me_name=me.name,
    )


def _ask(hub: Hub, layer: str) -> Answer:
    try:
        with writing(hub.engine) as connection:
            wish = _wish(query.names(connection), layer)
            number = deeds.ask(connection, layer, wish, visitor.by(hub))
    except UnfitPlanError as error:
        return _page(hub, str(error), layer), 422
    return redirect(url_for("windows.page") + f"#{layer}-{number}", code=303)


def _wish(names: query.Names, layer: str) -> Wish:
    form = request.form
    told = form.get("told_at", "").strip()
    incident = form.get("incident", "").strip().removeprefix("#")
    if incident and (not incident.isascii() or not incident.isdigit() or int(incident) >= _MOST):
        raise UnfitPlanError("plan.fault.incident")
    return Wish(
        begin=_moment(form.get("begin", "")),
        end=_moment(form.get("end", "")),
        reason=form.get("reason", "").strip()[: _LONGEST["reason"]],
        paper=form.get("paper", "").strip()[: _LONGEST["paper"]],
        scopes=(_scope(names),),
        emergency=layer == WINDOW and form.get("emergency") == "yes",
        told_at=_moment(told) if told and layer == WINDOW else None,
        incident=int(incident) if incident and layer == EXCLUSION else None,
    )


def _moment(text: str) -> int:
    """A local time as a form sends it: `2026-11-25T22:00`."""
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise UnfitPlanError("plan.fault.time") from error
    if local.tzinfo is not None or not 2000 <= local.year < 2100:  # noqa: PLR2004
        raise UnfitPlanError("plan.fault.time")
    return int(local.replace(tzinfo=localtime.ZONE).timestamp()) * 1000


def _scope(names: query.Names) -> Scope:
    """What the form says the plan is about; it must be there."""
    kind, form = request.form.get("scope", ""), request.form
    if kind == ScopeKind.EVERYTHING:
        return Scope(ScopeKind.EVERYTHING)
    if kind == ScopeKind.SITE and form.get("site", "") in names.sites:
        return Scope(ScopeKind.SITE, form["site"])
    if kind in (ScopeKind.TARGET, ScopeKind.BRANCH) and form.get("target", "") in names.targets:
        return Scope(ScopeKind(kind), form["target"])
    raise UnfitPlanError("plan.fault.scope")


def _decide(hub: Hub, layer: str, number: int, decision: str) -> Answer:
    why = request.form.get("why", "").strip()[: _LONGEST["reason"]]
    try:
        with writing(hub.engine) as connection:
            deeds.decide(connection, layer, number, decision, why, by=visitor.by(hub))
    except UnknownPlanError:
        abort(404)
    except UnfitPlanError as error:
        return _page(hub, str(error)), 409
    return redirect(url_for("windows.page") + f"#{layer}-{number}", code=303)
