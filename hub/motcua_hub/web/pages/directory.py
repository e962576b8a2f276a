"""The directory: units, contacts, routes and people on call, edited “from this day on”."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_contract.faults.base import Responsible
from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.domain.routing import listed
from motcua_hub.domain.routing.chain import SESSIONS
from motcua_hub.domain.routing.directory import Directory, following
from motcua_hub.domain.routing.fields import CHANNELS, MOST_TIER, waited
from motcua_hub.domain.routing.listed import UnlistedError, WrongError
from motcua_hub.store import directory
from motcua_hub.store.directory_edits import GoneError
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import localtime, visitor
from motcua_hub.web.deeds import directory as deeds
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import routing as query

Answer = str | tuple[str, int] | BaseResponse


def blueprint(hub: Hub) -> Blueprint:
    """`/directory`."""
    pages = Blueprint("directory", __name__)
    _add_reading(pages, hub)
    _add_lists(pages, hub)
    _add_edits(pages, hub)
    return pages


def _add_reading(pages: Blueprint, hub: Hub) -> None:
    @pages.get("/directory")
    def page() -> str:
        return _page(hub)

    @pages.get("/directory/units/<int:unit>")
    def one(unit: int) -> str:
        return _unit(hub, unit)

    @pages.get("/directory/who")
    def who() -> str:
        return _who(hub)


def _add_lists(pages: Blueprint, hub: Hub) -> None:
    @pages.get("/directory.csv")
    def export() -> Response:
        with reading(hub.engine) as connection:
            text = listed.write(directory.load(connection))
        answer = Response(text, mimetype="text/csv")
        answer.headers["Content-Disposition"] = 'attachment; filename="motcua-directory.csv"'
        return answer

    @pages.post("/directory/import", endpoint="take_in")
    def taken() -> Answer:
        return _take_in(hub)


def _add_edits(pages: Blueprint, hub: Hub) -> None:
    rules = {
        "add_unit": "/directory/units",
        "merge": "/directory/merge",
        "add_contact": "/directory/contacts",
        "change_contact": "/directory/contacts/change",
        "end_contact": "/directory/contacts/end",
        "end_unit": "/directory/units/end",
        "add_route": "/directory/routes",
        "end_route": "/directory/routes/end",
        "fallback": "/directory/fallback",
        "duty": "/directory/duty",
        "steps": "/directory/steps",
    }

    def make(name: str) -> Callable[[], Answer]:
        return lambda: _edit(hub, name)

    for name, rule in rules.items():
        pages.add_url_rule(rule, name, make(name), methods=["POST"])


def _today(hub: Hub) -> str:
    return localtime.at(hub.clock()).date().isoformat()


def _shared(hub: Hub) -> dict[str, object]:
    return {
        "here": "directory",
        "today": _today(hub),
        "now": hub.clock(),
        "classes": tuple(each.value for each in Responsible),
        "causes": tuple(each.value for each in Cause),
        "targets": listed.TARGETS,
        "schedules": listed.SCHEDULES,
        "sessions": SESSIONS,
        "may_write": visitor.current().role == visitor.ADMIN,
    }


def _page(hub: Hub, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        found = query.view(connection, _today(hub))
    done = ""
    new, changed = request.args.get("new", ""), request.args.get("changed", "")
    if new.isdecimal() and changed.isdecimal() and len(new + changed) < 12:  # noqa: PLR2004
        done = hub.texts.vi("dir.import.done", moi=new, sua=changed)
    return render_template(
        "directory/page.html",
        view=found,
        problem=problem,
        done=done,
        said=request.form,
        header=", ".join(listed.HEADER),
        **_shared(hub),
    )


def _unit(hub: Hub, unit: int, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        held = directory.load(connection)
    if unit not in held.units:
        abort(404)
    mine = query.unit_view(held, held.units[unit], _today(hub))
    duties = [one for one in held.duties if one.unit == unit and one.day >= _today(hub)]
    return render_template(
        "directory/unit.html",
        view=mine,
        unit=mine.unit,
        past=[one for one in held.contacts if one.unit == unit and one not in mine.contacts],
        routes=[one for one in held.routes if one.unit == unit],
        steps=steps_of(held, unit),
        ways=CHANNELS,
        tiers=range(1, MOST_TIER + 1),
        spare=3,
        duties=sorted(duties, key=lambda one: (one.day, one.session)),
        names={one.id: one.name for one in held.contacts},
        now_held=lambda contact: following(held, contact, _today(hub)),
        others=[one for one in held.units.values() if one.id != unit and one.ends is None],
        problem=problem,
        said=request.form,
        **_shared(hub),
    )


def steps_of(held: Directory, unit: int) -> list[dict[str, object]]:
    """A unit's own order as its form shows it."""
    mine = sorted((s for s in held.steps if s.unit == unit), key=lambda s: s.position)
    return [
        {"contact": s.contact, "wait": waited(s.wait_s), "channel": s.channel, "tier": s.tier}
        for s in mine
    ]


def _who(hub: Hub) -> str:
    args = request.args
    site, responsible = args.get("site", "")[:32], args.get("class", "")
    kind, severity = args.get("target", ""), args.get("severity", "")
    at = _moment(args.get("at", "")) or hub.clock()
    severity = severity if severity in ("1", "2", "3", "4") else "2"
    with reading(hub.engine) as connection:
        sites = query.sites_of(connection)
        asked = responsible in set(Responsible)
        answer = (
            query.who(connection, site, responsible, kind, int(severity), at) if asked else None
        )
    said = {"site": site, "class": responsible, "target": kind, "severity": severity}
    return render_template(
        "directory/who.html", answer=answer, sites=sites, said=said, at=at, **_shared(hub)
    )


def _moment(text: str) -> int | None:
    """What a field for date and time holds, as UTC ms."""
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=localtime.ZONE)
    except ValueError:
        return None
    return max(round(local.timestamp() * 1000), 0)


def _edit(hub: Hub, name: str) -> Answer:
    """Carry a form out, or show its page again with what is wrong."""
    of = listed.clean(request.form.get("of", ""))
    unit = int(of) if of.isdecimal() and len(of) < 10 else 0  # noqa: PLR2004
    try:
        with writing(hub.engine) as connection:
            deeds.edit(connection, name, request.form, visitor.by(hub))
    except WrongError as wrong:
        problem = hub.texts.vi("dir.refused", loi=hub.texts.vi(wrong.code), gi=wrong.what or "–")
        return (_unit(hub, unit, problem) if unit else _page(hub, problem)), 422
    except GoneError:
        problem = hub.texts.vi("dir.refused", loi=hub.texts.vi("dir.wrong.gone"), gi="–")
        return (_unit(hub, unit, problem) if unit else _page(hub, problem)), 409
    if unit:
        return redirect(url_for("directory.one", unit=unit), code=303)
    return redirect(url_for("directory.page"), code=303)


def _take_in(hub: Hub) -> Answer:
    try:
        text = _file()
        with writing(hub.engine) as connection:
            new, changed = deeds.take_in(connection, text, visitor.by(hub))
    except UnlistedError as wrong:
        said = hub.texts.vi(
            "dir.import.bad", dong=wrong.line, cot=wrong.column or "–", loi=hub.texts.vi(wrong.code)
        )
        return _page(hub, f"{said} {wrong.what}"), 422
    except WrongError as wrong:
        said = hub.texts.vi("dir.refused", loi=hub.texts.vi(wrong.code), gi=wrong.what or "–")
        return _page(hub, said), 422
    return redirect(url_for("directory.page", new=new, changed=changed), code=303)


def _file() -> str:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise WrongError("dir.csv.missing")
    try:
        text: str = sent.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongError("dir.csv.utf8") from error
    return text
