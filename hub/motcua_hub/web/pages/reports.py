"""Reports of availability: asked for, read, compared, downloaded; when and for whom they are."""

import re
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.domain.reporting.changes import differences
from motcua_hub.domain.reporting.periods import NoPeriodError, PeriodKind, containing, period_of
from motcua_hub.ledger.targets import Kind
from motcua_hub.reporting import checking
from motcua_hub.reporting.drawn import html
from motcua_hub.reporting.making import template_hash
from motcua_hub.reporting.words import load
from motcua_hub.store import archive, reporting
from motcua_hub.store.archive import Filters
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.reporting import ReportPlan, Template
from motcua_hub.web import visitor
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import reports as query
from motcua_hub.web.security import audit

Answer = str | tuple[str, int] | BaseResponse
TYPES: Final = {
    "json": "application/json",
    "targets": "application/jsonl",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
"""Kinds of files and what they are."""
_ENDINGS: Final = {"targets": "-targets.jsonl"}
_NUMBER: Final = re.compile(r"[A-Z]{2,8}-20[0-9]{2}-[0-9]{4,9}")
_ADDRESS: Final = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")
_DAYS, _HOURS = range(1, 32), range(24)
_LONGEST: Final = 200
_MOST_RECEIVERS: Final = 20


class UnfitError(ValueError):
    """What was asked for cannot be; the message is the code of the words for it."""


def blueprint(hub: Hub) -> Blueprint:
    """`/reports`."""
    pages = Blueprint("reports", __name__)
    _add_reading(pages, hub)
    _add_acts(pages, hub)
    return pages


def _add_reading(pages: Blueprint, hub: Hub) -> None:
    @pages.get("/reports")
    def page() -> Answer:
        return _page(hub)

    @pages.get("/reports/<number>")
    def one(number: str) -> Answer:
        return _one(hub, number, None)

    @pages.get("/reports/<number>/<int:version>")
    def version(number: str, version: int) -> Answer:
        return _one(hub, number, version)

    @pages.get("/reports/<number>/<int:version>/<kind>")
    def file(number: str, version: int, kind: str) -> Answer:
        return _file(hub, number, version, kind)

    @pages.get("/reports/<number>/compare")
    def compare(number: str) -> Answer:
        return _compare(hub, number)

    @pages.get("/reports/<number>/<int:version>/check")
    def check(number: str, version: int) -> Answer:
        return _checked(hub, number, version)

    @pages.get("/reports/settings")
    def settings() -> Answer:
        return _settings(hub)


def _add_acts(pages: Blueprint, hub: Hub) -> None:
    @pages.post("/reports")
    def ask() -> Answer:
        return _ask(hub)

    @pages.post("/reports/<number>/revise")
    def revise(number: str) -> Answer:
        return _revise(hub, number)

    @pages.post("/reports/settings/plan")
    def set_plan() -> Answer:
        return _set_plan(hub)

    @pages.post("/reports/settings/template")
    def set_template() -> Answer:
        return _set_template(hub)


def _may_write() -> bool:
    return visitor.current().role == visitor.ADMIN


def _page(hub: Hub, problem: str = "") -> str:
    now = hub.clock()
    with reading(hub.engine) as connection:
        shelf = query.shelf(connection, now)
    return render_template(
        "reports/page.html",
        here="reports",
        shelf=shelf,
        kinds=tuple(PeriodKind),
        target_kinds=tuple(Kind),
        now=now,
        said=request.form if problem else {},
        problem=problem,
        may_write=_may_write(),
    )


def _found(hub: Hub, number: str, which: int | None) -> query.Version:
    """A version; 404 when it is not there."""
    if not _NUMBER.fullmatch(number):
        abort(404)
    with reading(hub.engine) as connection:
        found = query.version(connection, number, which)
    if found is None:
        abort(404)
    return found


def _checked(hub: Hub, number: str, version: int) -> str:
    found = _found(hub, number, version)
    with reading(hub.engine) as connection:
        verdict = checking.check(connection, found.entry)
    return _one(hub, number, version, verdict=verdict)


def _one(
    hub: Hub,
    number: str,
    which: int | None,
    problem: str = "",
    verdict: checking.Verdict | None = None,
) -> str:
    found = _found(hub, number, which)
    return render_template(
        "reports/one.html",
        here="reports",
        found=found,
        entry=found.entry,
        body=Markup(html.body(found.document, found.entry.sha256)),  # noqa: S704 - escaped there
        newest=found.versions[-1],
        problem=problem,
        verdict=verdict,
        now=hub.clock(),
        may_write=_may_write(),
    )


def _file(hub: Hub, number: str, version: int, kind: str) -> Response:
    if kind not in TYPES:
        abort(404)
    found = _found(hub, number, version)
    with reading(hub.engine) as connection:
        if kind == "json":
            raw: bytes | None = archive.document(connection, found.entry)
        else:
            raw = archive.body(connection, found.entry, kind)
    if raw is None:
        abort(404)
    name = f"{found.document.name}{_ENDINGS.get(kind, f'.{kind}')}"
    answer = Response(raw, content_type=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _compare(hub: Hub, number: str) -> str:
    old, new = (_found(hub, number, _version(name)) for name in ("a", "b"))
    if old.entry.version > new.entry.version:
        old, new = new, old
    return render_template(
        "reports/compare.html",
        here="reports",
        old=old,
        new=new,
        table=differences(old.document, new.document, load()),
    )


def _version(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None  # noqa: PLR2004


def _ask(hub: Hub) -> Answer:
    now, me = hub.clock(), visitor.current().name
    try:
        period = _period(now)
        with writing(hub.engine) as connection:
            filters = _filters(query.choices(connection, now))
            _check_new(connection, period, filters)
            asked = {"period": period, "filters": filters, "number": "", "reason": ""}
            archive.ask(connection, asked, now, me)
            detail = archive.filters_text(filters)
            action = audit.Action.REPORT_ASKED
            audit.write(connection, now, me, action, subject=period, detail=detail)
    except UnfitError as error:
        return _page(hub, str(error)), 422
    return redirect(url_for("reports.page") + "#waiting", code=303)


def _filters(known: query.Choices) -> Filters:
    """What the form limits the report to; only what there is."""
    form = request.form
    limits = {
        "unit": known.units,
        "site": tuple(known.sites),
        "target_kind": tuple(Kind),
        "carrier": known.carriers,
    }
    said = {name: form.get(name, "") for name in limits}
    if any(value and value not in limits[name] for name, value in said.items()):
        raise UnfitError("reports.fault.limit")
    kind = said.pop("target_kind")
    return Filters(kind=kind, **said)


def _check_new(connection: Connection, period: str, filters: Filters) -> None:
    if archive.same(connection, *period_of(period).interval, filters) is not None:
        raise UnfitError("reports.fault.exists")


def _period(now: int) -> str:
    """The period that the form names, which is over."""
    form = request.form
    kind, year, index = (form.get(name, "") for name in ("kind", "year", "index"))
    key = f"{kind}:{year}" if kind == PeriodKind.YEAR else f"{kind}:{year}-{index}"
    try:
        period = period_of(key)
    except NoPeriodError as error:
        raise UnfitError("reports.fault.period") from error
    if period.interval[1] > now:
        raise UnfitError("reports.fault.running")
    return period.key


def _revise(hub: Hub, number: str) -> Answer:
    found, now, me = _found(hub, number, None), hub.clock(), visitor.current().name
    reason = " ".join(request.form.get("reason", "").split())[:400]
    if not reason:
        return _one(hub, number, None, "reports.fault.reason"), 422
    entry = found.entry
    with writing(hub.engine) as connection:
        asked = {
            "period": _key(entry),
            "filters": entry.filters,
            "number": number,
            "reason": reason,
        }
        archive.ask(connection, asked, now, me)
        action = audit.Action.REPORT_ASKED
        audit.write(connection, now, me, action, subject=number, detail=reason)
    return redirect(url_for("reports.page") + "#waiting", code=303)


def _key(entry: archive.Entry) -> str:
    return containing(PeriodKind(entry.kind), entry.begin_at).key


def _settings(hub: Hub, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        plans = reporting.plans(connection)
        template = reporting.template(connection)
    return render_template(
        "reports/settings.html",
        here="reports",
        plans=plans,
        template=template,
        hash=template_hash(template, load()),
        days=_DAYS,
        hours=_HOURS,
        problem=problem,
        may_write=_may_write(),
    )


def _set_plan(hub: Hub) -> Answer:
    form, now, me = request.form, hub.clock(), visitor.current().name
    try:
        plan = ReportPlan(
            kind=_kind(form.get("kind", "")),
            enabled=form.get("enabled") == "yes",
            day=_within(form.get("day", ""), _DAYS),
            hour=_within(form.get("hour", ""), _HOURS),
            recipients=_addresses(form.get("recipients", "")),
        )
    except UnfitError as error:
        return _settings(hub, str(error)), 422
    with writing(hub.engine) as connection:
        reporting.begin(connection, now)
        reporting.set_plan(connection, plan, now, me)
        detail = f"{plan.enabled} {plan.day} {plan.hour}h {', '.join(plan.recipients)}"
        action, subject = audit.Action.REPORT_SETTINGS, plan.kind.value
        audit.write(connection, now, me, action, subject=subject, detail=detail)
    return redirect(url_for("reports.settings"), code=303)


def _kind(text: str) -> PeriodKind:
    try:
        return PeriodKind(text)
    except ValueError as error:
        raise UnfitError("reports.fault.period") from error


def _within(text: str, allowed: range) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:3]) not in allowed:
        raise UnfitError("reports.fault.moment")
    return int(text[:3])


def _addresses(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))
    if len(found) > _MOST_RECEIVERS or not all(_ADDRESS.fullmatch(each) for each in found):
        raise UnfitError("reports.fault.address")
    return found


def _set_template(hub: Hub) -> Answer:
    form, now, me = request.form, hub.clock(), visitor.current().name
    said = {
        name: " ".join(form.get(name, "").split())[:_LONGEST]
        for name in ("parent", "org", "place", "signer", "signer_name", "note")
    }
    lines = [" ".join(line.split())[:_LONGEST] for line in form.get("receivers", "").splitlines()]
    held = Template(**said, receivers=tuple(line for line in lines if line)[:_MOST_RECEIVERS])
    sha256 = template_hash(held, load())
    with writing(hub.engine) as connection:
        reporting.set_template(connection, held, sha256, now, me)
        action = audit.Action.REPORT_SETTINGS
        audit.write(connection, now, me, action, subject="template", detail=sha256)
    return redirect(url_for("reports.settings"), code=303)
