"""Incidents: the list, one with everything about it, its print, and what people do with it."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_contract.faults import Responsible
from motcua_hub.desk import acts
from motcua_hub.domain.incident.lifecycle import IncidentRefusal
from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import visitor
from motcua_hub.web.deeds import incidents as deeds
from motcua_hub.web.deeds.incidents import Said
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import incidents as query
from motcua_hub.web.queries import routing
from motcua_hub.web.queries.incidents import Wanted, Whole
from motcua_hub.web.views import incidents as view

Answer = str | tuple[str, int] | BaseResponse
Form = Mapping[str, str]
_MOST: Final = 2**31
_LONGEST: Final = 64


def blueprint(hub: Hub) -> Blueprint:
    """`/incidents`."""
    pages = Blueprint("incidents", __name__)

    @pages.get("/incidents")
    def page() -> str:
        return _all(hub)

    @pages.get("/incidents/<int:incident>")
    def one(incident: int) -> str:
        return _one(hub, incident, "incidents/one.html")

    @pages.get("/incidents/<int:incident>/print")
    def sheet(incident: int) -> str:
        return _one(hub, incident, "incidents/print.html")

    @pages.post("/incidents/<int:incident>/<deed>")
    def act(incident: int, deed: str) -> Answer:
        return _act(hub, incident, deed)

    return pages


def wanted() -> Wanted:
    """What the address asks for; what it cannot mean is left out."""
    args = request.args
    tab = args.get("tab", query.ALL if "all" in args else query.OPEN)
    unit = args.get("unit", "")
    named = {name: args.get(name, "")[:_LONGEST] for name in ("site", "carrier")}
    responsible, cause = args.get("responsible", ""), args.get("cause", "")
    return Wanted(
        tab=tab if tab in query.TABS else query.OPEN,
        unit=int(unit) if unit.isdecimal() and len(unit) < 10 else None,  # noqa: PLR2004
        responsible=responsible if responsible in set(Responsible) else "",
        cause=cause if cause in set(Cause) else "",
        **named,
    )


def _all(hub: Hub) -> str:
    asked = wanted()
    with reading(hub.engine) as connection:
        rows = query.listing(connection, asked)
        choices = query.choices(connection)
    return render_template(
        "incidents/page.html",
        here="incidents",
        rows=rows,
        wanted=asked,
        choices=choices,
        tabs=query.TABS,
        classes=[each.value for each in Responsible],
        causes=[each.value for each in Cause],
        most=query.MOST,
        now=hub.clock(),
        what=view.what(hub.texts),
        confidence=view.confidence(hub.texts),
    )


def _find(hub: Hub, incident: int) -> Whole:
    with reading(hub.engine) as connection:
        found = query.whole(connection, incident) if incident < _MOST else None
    if found is None:
        abort(404)
    return found


def _one(
    hub: Hub, incident: int, template: str, problem: str = "", said: Form | None = None
) -> str:
    found = _find(hub, incident)
    with reading(hub.engine) as connection:
        units = query.units(connection)
        chain = routing.chain(connection, incident)
    story = view.Story(hub.texts)
    return render_template(
        template,
        here="incidents",
        one=found,
        line=found.line,
        state=found.state,
        told=story.told(found.rows),
        evidence=story.evidence(found.rows),
        doubts=story.doubts(found.rows),
        offered=view.offered(found.state),
        units=units,
        chain=chain,
        problem=problem,
        said=said or {},
        now=hub.clock(),
        what=view.what(hub.texts),
        confidence=view.confidence(hub.texts),
    )


def _act(hub: Hub, incident: int, deed: str) -> Answer:
    if deed not in deeds.DEEDS or incident >= _MOST:
        abort(404)
    try:
        with writing(hub.engine) as connection:
            deeds.do(connection, incident, deed, _said(request.form), visitor.by(hub))
    except acts.UnknownIncidentError:
        abort(404)
    except IncidentRefusal as refusal:
        page = _one(hub, incident, "incidents/one.html", refusal.code, request.form)
        return page, 409
    return redirect(url_for("incidents.one", incident=incident), code=303)


def _said(form: Form) -> Said:
    unit = form.get("unit", "")
    return Said(
        words=form.get("words", form.get("number", "")),
        name=form.get("name", form.get("carrier", "")),
        unit=int(unit) if unit.isdecimal() and len(unit) < 10 else 0,  # noqa: PLR2004
        on=form.get("on") == "1",
    )
