"""Reports of availability: asked for, read, compared, downloaded; when and for whom they are."""

import logging
import re
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.domain.reporting.changes import differences
from motcua_hub.domain.reporting.periods import PeriodKind
from motcua_hub.ledger.targets import Kind
from motcua_hub.reporting import checking
from motcua_hub.reporting.apart import CheckError
from motcua_hub.reporting.drawn import html
from motcua_hub.reporting.making import template_hash
from motcua_hub.reporting.words import load
from motcua_hub.store import archive, reporting
from motcua_hub.store.archive import Filters
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.reporting import ReportPlan, Template
from motcua_hub.web import visitor
from motcua_hub.web.deeds import reports as deeds
from motcua_hub.web.deeds.reports import UnfitError
from motcua_hub.web.hub import Hub
from motcua_hub.web.pages.report_trace import ReportLinks
from motcua_hub.web.queries import reports as query

log = logging.getLogger(__name__)
Answer = str | tuple[str, int] | BaseResponse
TYPES: Final = {
    "json": "application/json",
    "targets": "application/jsonl",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "short": "application/json",
}
"""Kinds of files and what they are."""
ENDINGS: Final = {"targets": "-targets.jsonl", "short": "-short.json"}
_NUMBER: Final = re.compile(r"[A-Z]{2,8}-20[0-9]{2}-[0-9]{4,9}")


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


def _shown(hub: Hub, number: str, which: int | None) -> query.Shown:
    """A version as a screen shows it; 404 when it is not there."""
    if not _NUMBER.fullmatch(number):
        abort(404)
    with reading(hub.engine) as connection:
        found = query.shown(connection, number, which)
    if found is None:
        abort(404)
    return found


def _checked(hub: Hub, number: str, version: int) -> Answer:
    found = _shown(hub, number, version)
    try:
        verdict = hub.checker.check(found.entry)
    except CheckError as error:
        log.warning("%s", error)
        return _one(hub, number, version, "reports.fault.check"), 503
    return _one(hub, number, version, verdict=verdict)


def _one(
    hub: Hub,
    number: str,
    which: int | None,
    problem: str = "",
    verdict: checking.Verdict | None = None,
) -> str:
    found = _shown(hub, number, which)
    body = html.body(found.short, found.entry.sha256, ReportLinks(found.entry))
    return render_template(
        "reports/one.html",
        here="reports",
        found=found,
        entry=found.entry,
        body=Markup(body),  # noqa: S704 - escaped there
        newest=found.versions[-1],
        problem=problem,
        verdict=verdict,
        now=hub.clock(),
        may_write=_may_write(),
    )


def _file(hub: Hub, number: str, version: int, kind: str) -> Response:
    if kind not in TYPES:
        abort(404)
    found = _shown(hub, number, version)
    with reading(hub.engine) as connection:
        if kind == "json":
            raw: bytes | None = archive.document(connection, found.entry)
        else:
            raw = archive.body(connection, found.entry, kind)
    if raw is None:
        abort(404)
    name = f"{found.name}{ENDINGS.get(kind, f'.{kind}')}"
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
    try:
        with writing(hub.engine) as connection:
            asked, _ = deeds.ask(connection, _period(), _filters(), visitor.by(hub))
    except UnfitError as error:
        return _page(hub, str(error)), 422
    return redirect(url_for("traces.asked", number=asked), code=303)


def _filters() -> Filters:
    """What the form limits the report to."""
    said = {name: request.form.get(name, "") for name in ("unit", "site", "carrier")}
    return Filters(kind=request.form.get("target_kind", ""), **said)


def _period() -> str:
    """The period that the form names."""
    form = request.form
    kind, year, index = (form.get(name, "") for name in ("kind", "year", "index"))
    return f"{kind}:{year}" if kind == PeriodKind.YEAR else f"{kind}:{year}-{index}"


def _revise(hub: Hub, number: str) -> Answer:
    found = _shown(hub, number, None)
    try:
        with writing(hub.engine) as connection:
            reason = request.form.get("reason", "")
            asked = deeds.revise(connection, found.entry, reason, visitor.by(hub))
    except UnfitError as error:
        return _one(hub, number, None, str(error)), 422
    return redirect(url_for("traces.asked", number=asked), code=303)


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
        days=deeds.DAYS,
        hours=deeds.HOURS,
        problem=problem,
        may_write=_may_write(),
    )


def _set_plan(hub: Hub) -> Answer:
    form = request.form
    try:
        plan = ReportPlan(
            kind=_kind(form.get("kind", "")),
            enabled=form.get("enabled") == "yes",
            day=_number(form.get("day", "")),
            hour=_number(form.get("hour", "")),
            recipients=_addresses(form.get("recipients", "")),
        )
        with writing(hub.engine) as connection:
            deeds.set_plan(connection, plan, visitor.by(hub))
    except UnfitError as error:
        return _settings(hub, str(error)), 422
    return redirect(url_for("reports.settings"), code=303)


def _kind(text: str) -> PeriodKind:
    try:
        return PeriodKind(text)
    except ValueError as error:
        raise UnfitError("reports.fault.period") from error


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise UnfitError("reports.fault.moment")
    return int(text[:3])


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))


def _set_template(hub: Hub) -> Answer:
    form = request.form
    names = ("parent", "org", "place", "signer", "signer_name", "note")
    said = {name: form.get(name, "") for name in names}
    held = Template(**said, receivers=tuple(form.get("receivers", "").splitlines()))
    with writing(hub.engine) as connection:
        deeds.set_template(connection, held, visitor.by(hub))
    return redirect(url_for("reports.settings"), code=303)
