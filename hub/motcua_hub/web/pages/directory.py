"""The directory: units, contacts, routes and people on call, edited “from this day on”."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from msgspec.structs import replace
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from motcua_contract.faults.base import Responsible
from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.domain.routing import listed
from motcua_hub.domain.routing.chain import SESSIONS
from motcua_hub.domain.routing.directory import Duty
from motcua_hub.domain.routing.listed import UnlistedError, WrongError
from motcua_hub.store import directory, directory_edits
from motcua_hub.store.directory_edits import CircleError, GoneError
from motcua_hub.store.directory_import import take_in
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import localtime, visitor
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import routing as query
from motcua_hub.web.security import audit

Answer = str | tuple[str, int] | BaseResponse
_MOST: Final = 2**31
Edit = Callable[[Connection, Mapping[str, str], int], str]
"""Carries a form out; returns what the audit says. Raises WrongError."""


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
    edits: dict[str, tuple[str, Edit]] = {
        "add_unit": ("/directory/units", _add_unit),
        "merge": ("/directory/merge", _merge),
        "add_contact": ("/directory/contacts", _add_contact),
        "change_contact": ("/directory/contacts/change", _change_contact),
        "end_contact": ("/directory/contacts/end", _end_contact),
        "end_unit": ("/directory/units/end", _end_unit),
        "add_route": ("/directory/routes", _add_route),
        "end_route": ("/directory/routes/end", _end_route),
        "fallback": ("/directory/fallback", _fallback),
        "duty": ("/directory/duty", _duty),
    }

    def make(edit: Edit) -> Callable[[], Answer]:
        return lambda: _edit(hub, edit)

    for name, (rule, edit) in edits.items():
        pages.add_url_rule(rule, name, make(edit), methods=["POST"])


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
        duties=sorted(duties, key=lambda one: (one.day, one.session)),
        names={one.id: one.name for one in held.contacts},
        others=[one for one in held.units.values() if one.id != unit and one.ends is None],
        problem=problem,
        said=request.form,
        **_shared(hub),
    )


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


def _edit(hub: Hub, edit: Edit) -> Answer:
    """Carry a form out, or show its page again with what is wrong."""
    said = {name: listed.clean(value) for name, value in request.form.items()}
    unit = _id(said, "of") if said.get("of") else 0
    now, me = hub.clock(), visitor.current().name
    try:
        with writing(hub.engine) as connection:
            what = edit(connection, said, now)
            action = audit.Action.DIRECTORY_CHANGED
            audit.write(connection, now, me, action, subject=edit.__name__[1:], detail=what)
    except WrongError as wrong:
        problem = hub.texts.vi("dir.refused", loi=hub.texts.vi(wrong.code), gi=wrong.what or "–")
        return (_unit(hub, unit, problem) if unit else _page(hub, problem)), 422
    except GoneError:
        problem = hub.texts.vi("dir.refused", loi=hub.texts.vi("dir.wrong.gone"), gi="–")
        return (_unit(hub, unit, problem) if unit else _page(hub, problem)), 409
    if unit:
        return redirect(url_for("directory.one", unit=unit), code=303)
    return redirect(url_for("directory.page"), code=303)


def _id(said: Mapping[str, str], name: str) -> int:
    text = said.get(name, "")
    if not text.isdecimal() or int(text) >= _MOST:
        raise WrongError("dir.wrong.no_unit", text)
    return int(text)


def _day(said: Mapping[str, str], name: str = "begins") -> str:
    # the same check as that of whole rows
    unit = listed.unit_of({"unit": "x", "begins": said.get(name, ""), "ends": ""})
    return unit.begins


def _add_unit(connection: Connection, said: Mapping[str, str], now: int) -> str:
    unit = listed.unit_of(said)
    made = directory_edits.add_unit(connection, unit, now)
    return f"#{made} {unit.name} from {unit.begins}"


def _merge(connection: Connection, said: Mapping[str, str], now: int) -> str:
    """One unit: renamed. Two: merged."""
    unit = listed.unit_of(said)
    old = [_id(said, "first"), *([_id(said, "second")] if said.get("second") else [])]
    if len(set(old)) != len(old):
        raise WrongError("dir.wrong.same_unit")
    made = directory_edits.succeed(connection, old, unit, now)
    return f"{old} -> #{made} {unit.name} from {unit.begins}"


def _end_unit(connection: Connection, said: Mapping[str, str], now: int) -> str:
    unit, day = _id(said, "unit"), _day(said, "ends")
    after = _id(said, "successor") if said.get("successor") else None
    try:
        directory_edits.end_unit(connection, unit, day, now, after)
    except CircleError as error:
        raise WrongError("dir.wrong.circle") from error
    return f"#{unit} ends {day}, successor {after}"


def _add_contact(connection: Connection, said: Mapping[str, str], now: int) -> str:
    contact = replace(listed.contact_of(said), unit=_id(said, "unit"))
    if contact.unit not in directory.load(connection).units:
        raise WrongError("dir.wrong.no_unit")
    made = directory_edits.add_contact(connection, contact, now)
    return f"#{made} {contact.name} of #{contact.unit}"


def _change_contact(connection: Connection, said: Mapping[str, str], now: int) -> str:
    contact = replace(listed.contact_of(said), unit=_id(said, "unit"), id=_id(said, "contact"))
    made = directory_edits.change_contact(connection, contact, contact.begins, now)
    return f"#{contact.id} -> #{made} {contact.name} from {contact.begins}"


def _end_contact(connection: Connection, said: Mapping[str, str], now: int) -> str:
    contact, day = _id(said, "contact"), _day(said, "ends")
    directory_edits.end_contact(connection, contact, day, now)
    return f"#{contact} ends {day}"


def _add_route(connection: Connection, said: Mapping[str, str], now: int) -> str:
    route = replace(listed.route_of(said), unit=_id(said, "unit"))
    if route.unit not in directory.load(connection).units:
        raise WrongError("dir.wrong.no_unit")
    made = directory_edits.add_route(connection, route, now)
    return f"#{made} tier {route.tier} {route.responsible} {route.site} -> #{route.unit}"


def _end_route(connection: Connection, said: Mapping[str, str], now: int) -> str:
    route, day = _id(said, "route"), _day(said, "ends")
    directory_edits.end_route(connection, route, day, now)
    return f"#{route} ends {day}"


def _fallback(connection: Connection, said: Mapping[str, str], now: int) -> str:
    unit = _id(said, "unit") if said.get("unit") else None
    directory.set_fallback(connection, unit, now)
    return f"#{unit}"


def _duty(connection: Connection, said: Mapping[str, str], now: int) -> str:
    if said.get("session") not in SESSIONS:
        raise WrongError("dir.wrong.session", said.get("session", ""))
    contact = _id(said, "contact") if said.get("contact") else 0
    duty = Duty(
        unit=_id(said, "unit"),
        day=_day(said, "day"),
        session=said["session"],
        contact=contact,
    )
    directory_edits.set_duty(connection, duty if contact else None, duty, now)
    return f"#{duty.unit} {duty.day} {duty.session}: #{contact}"


def _take_in(hub: Hub) -> Answer:
    now = hub.clock()
    try:
        found = listed.read(_file())
        with writing(hub.engine) as connection:
            new, changed = take_in(connection, found, now)
            detail = f"{new} new, {changed} changed"
            me, action = visitor.current().name, audit.Action.DIRECTORY_CHANGED
            audit.write(connection, now, me, action, subject="import", detail=detail)
    except UnlistedError as wrong:
        said = hub.texts.vi("dir.import.bad", dong=wrong.line, loi=hub.texts.vi(wrong.code))
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
