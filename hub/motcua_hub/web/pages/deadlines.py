"""Within how long incidents are taken on and repaired: what holds, from which day, who decided."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_contract.faults import Responsible
from motcua_hub.domain.incident.promises import (
    HOUR,
    MINUTE,
    PROMISED,
    PromiseRefusal,
    Scope,
    Term,
    Version,
)
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import localtime, visitor
from motcua_hub.web.deeds import promises as deeds
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import promises as query

Answer = str | tuple[str, int] | BaseResponse
Form = Mapping[str, str]
UNITS: Final = {"minute": MINUTE, "hour": HOUR}
_LONGEST: Final = 6
_NUMBER: Final = 10


def blueprint(hub: Hub) -> Blueprint:
    """`/incidents/deadlines`."""
    pages = Blueprint("deadlines", __name__)

    @pages.get("/incidents/deadlines")
    def page() -> str:
        return _page(hub)

    @pages.post("/incidents/deadlines")
    def promise() -> Answer:
        return _promise(hub)

    return pages


def _page(hub: Hub, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        found = query.board(connection, hub.clock())
    return render_template(
        "incidents/deadlines.html",
        here="deadlines",
        board=found,
        filled=request.form if problem else filled(found.whole),
        problem=problem,
        severities=[int(each) for each in PROMISED],
        lengths=tuple(UNITS),
        classes=[each.value for each in Responsible],
        today=localtime.at(hub.clock()).date().isoformat(),
        now=hub.clock(),
        may_write=visitor.current().role == visitor.ADMIN,
    )


def filled(version: Version) -> dict[str, str]:
    """The form as it would be sent to promise the same."""
    found: dict[str, str] = {}
    for term in version.terms:
        for name, length in (("ack", term.acknowledge), ("repair", term.repair)):
            unit = "minute" if length % HOUR else "hour"
            found[f"{name}-{term.severity}"] = str(length // UNITS[unit])
            found[f"{name}-unit-{term.severity}"] = unit
        found[f"clock-{term.severity}"] = "1" if term.clock else ""
    return found


def _promise(hub: Hub) -> Answer:
    form = request.form
    try:
        scope = _scope(form)
        terms = () if form.get("end") else read(form)
        with writing(hub.engine) as connection:
            deeds.promise(
                connection,
                scope,
                terms,
                form.get("reason", ""),
                form.get("begins", ""),
                _number(form.get("after", "")),
                visitor.by(hub),
            )
    except PromiseRefusal as refusal:
        return _page(hub, refusal.code), 422
    return redirect(url_for("deadlines.page"), code=303)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < _NUMBER else 0


def _scope(form: Form) -> Scope:
    responsible = form.get("class", "")
    if responsible and responsible not in set(Responsible):
        code = "promise.refused.class"
        raise PromiseRefusal(code)
    unit = _number(form.get("unit", ""))
    return Scope(unit=unit or None, responsible=responsible, site=form.get("site", "")[:32])


def read(form: Form) -> tuple[Term, ...]:
    """The terms in a form; a severity that is left empty is not promised. PromiseRefusal."""
    found = []
    for severity in PROMISED:
        ack, repair = (_length(form, name, severity) for name in ("ack", "repair"))
        if ack is None and repair is None:
            continue
        term = Term(
            severity=int(severity),
            acknowledge=ack or 0,
            repair=repair or 0,
            clock=severity == PROMISED[0] or form.get(f"clock-{severity}") == "1",
        )
        found.append(term)
    return tuple(found)


def _length(form: Form, name: str, severity: int) -> int | None:
    text = form.get(f"{name}-{severity}", "").strip()
    if not text:
        return None
    unit = UNITS.get(form.get(f"{name}-unit-{severity}", ""))
    if unit is None or not text.isdecimal() or len(text) > _LONGEST:
        code = "promise.refused.length"
        raise PromiseRefusal(code)
    return int(text) * unit
