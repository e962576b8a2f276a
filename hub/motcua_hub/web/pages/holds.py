"""Orders to keep things beyond their time: all of them, of every kind, in one place."""

from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.store.engine import reading, writing
from motcua_hub.upkeep.holding import HoldRefusal, Series
from motcua_hub.web import visitor
from motcua_hub.web.deeds import holds as deeds
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import holds as query

Answer = str | tuple[str, int] | BaseResponse
_MOST: Final = 2**31
_LONGEST: Final = 64


def blueprint(hub: Hub) -> Blueprint:
    """`/holds`."""
    pages = Blueprint("holds", __name__)

    @pages.get("/holds")
    def page() -> str:
        return _page(hub)

    @pages.post("/holds")
    def order() -> Answer:
        return _order(hub)

    @pages.post("/holds/<int:number>/<decision>")
    def decide(number: int, decision: str) -> Answer:
        if number >= _MOST or decision not in deeds.DECISIONS:
            abort(404)
        return _decide(hub, number, decision)

    return pages


def _page(hub: Hub, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        view = query.view(connection)
    said = request.form if problem else request.args
    return render_template(
        "holds/page.html",
        here="holds",
        view=view,
        series=tuple(Series),
        said={name: said.get(name, "")[:400] for name in ("series", "thing", "why")},
        problem=problem,
        me_name=visitor.current().name,
        may_write=visitor.current().role == visitor.ADMIN,
        now=hub.clock(),
    )


def _order(hub: Hub) -> Answer:
    series = request.form.get("series", "")
    thing = request.form.get("thing", "").strip().removeprefix("#")[:_LONGEST]
    try:
        with writing(hub.engine) as connection:
            why = request.form.get("why", "")
            made = deeds.order(connection, series, thing, why, visitor.by(hub))
    except HoldRefusal as refusal:
        return _page(hub, refusal.code), 422
    return redirect(url_for("holds.page") + f"#hold-{made}", code=303)


def _decide(hub: Hub, number: int, decision: str) -> Answer:
    try:
        with writing(hub.engine) as connection:
            why = request.form.get("why", "")
            deeds.decide(connection, number, decision, why, visitor.by(hub))
    except HoldRefusal as refusal:
        if refusal.code == "hold.refused.unknown":
            abort(404)
        return _page(hub, refusal.code), 409
    return redirect(url_for("holds.page") + f"#hold-{number}", code=303)
