"""Calibration and servicing: what is due, a device's history, checklists on a phone, minutes."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.domain.upkeep.checklists import checklist
from motcua_hub.domain.upkeep.duties import Duty
from motcua_hub.domain.upkeep.findings import Faulty
from motcua_hub.domain.upkeep.rules import MAX_INTERVAL
from motcua_hub.store import papers, servicing
from motcua_hub.store.assets import Asset
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.servicing import Interval, Life, Record
from motcua_hub.upkeep import minutes
from motcua_hub.upkeep.drafting import Desk
from motcua_hub.upkeep.minutes import SigningRefusal
from motcua_hub.upkeep.part import desk_of
from motcua_hub.web import localtime, visitor
from motcua_hub.web.hub import Hub
from motcua_hub.web.pages.notices import sheet
from motcua_hub.web.queries import maintenance as query
from motcua_hub.web.security import audit

Answer = str | tuple[str, int] | BaseResponse
_MOST: Final = 2**31
_DAYS: Final = ("bought_on", "handed_over_on", "warranty_until")
_NUMBERS: Final = {"interval_days": MAX_INTERVAL, "promised_minutes": 10_000}


def blueprint(hub: Hub) -> Blueprint:
    """`/maintenance`; the yearly plan has its own."""
    pages = Blueprint("maintenance", __name__)
    desk = desk_of(hub.config.notices)
    _add_devices(pages, hub)
    _add_records(pages, hub, desk)
    _add_models(pages, hub)
    return pages


def _add_devices(pages: Blueprint, hub: Hub) -> None:
    @pages.get("/maintenance")
    def page() -> str:
        return _board(hub, request.args.get("site", "")[:32])

    @pages.get("/maintenance/<int:asset>")
    def device(asset: int) -> str:
        return _device(hub, _find(hub, asset))

    @pages.post("/maintenance/<int:asset>/life")
    def life(asset: int) -> Answer:
        return _life(hub, _find(hub, asset))

    @pages.get("/maintenance/<int:asset>/check")
    def check(asset: int) -> Answer:
        return _form(hub, _find(hub, asset), {})

    @pages.post("/maintenance/<int:asset>/check")
    def record(asset: int) -> Answer:
        return _record(hub, _find(hub, asset))


def _add_records(pages: Blueprint, hub: Hub, desk: Desk) -> None:
    @pages.get("/maintenance/records/<int:record>", endpoint="record_page")
    def one(record: int) -> str:
        return _minutes(hub, desk, record)

    @pages.get("/maintenance/records/<int:record>.pdf")
    def paper(record: int) -> Response:
        return sheet(hub, desk, papers.SERVICING, record, "bien-ban")

    @pages.post("/maintenance/records/<int:record>/sign")
    def sign(record: int) -> Answer:
        return _sign(hub, desk, record)

    @pages.post("/maintenance/records/<int:record>/discard")
    def discard(record: int) -> Answer:
        return _discard(hub, record)


def _add_models(pages: Blueprint, hub: Hub) -> None:
    @pages.get("/maintenance/models")
    def models() -> str:
        return _models(hub)

    @pages.post("/maintenance/models")
    def interval() -> Answer:
        return _interval(hub)


def _today(hub: Hub) -> date:
    return localtime.at(hub.clock()).date()


def _may_write() -> bool:
    return visitor.current().role == visitor.ADMIN


def _find(hub: Hub, asset: int) -> Asset:
    with reading(hub.engine) as connection:
        found = query.find_asset(connection, asset) if asset < _MOST else None
    if found is None:
        abort(404)
    return found


def _board(hub: Hub, site: str) -> str:
    with reading(hub.engine) as connection:
        board = query.board(connection, _today(hub), site)
    return render_template(
        "maintenance/page.html",
        here="maintenance",
        board=board,
        site_id=site,
        plan_year=board.year + 1,
        may_write=_may_write(),
    )


def _device(hub: Hub, asset: Asset, faults: Mapping[str, str] | None = None) -> str:
    with reading(hub.engine) as connection:
        view = query.device(connection, asset, _today(hub))
    return render_template(
        "maintenance/device.html",
        here="maintenance",
        view=view,
        asset_row=asset,
        faults=faults or {},
        said=request.form if faults else {},
        may_write=_may_write(),
        now=hub.clock(),
    )


def _number(name: str, faults: dict[str, str]) -> int | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    value = int(text) if text.isdecimal() and len(text) < 6 else 0  # noqa: PLR2004
    if not 0 < value <= _NUMBERS[name]:
        faults[name] = "maint.fault.number"
    return value


def _day(name: str, faults: dict[str, str]) -> str | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        faults[name] = "maint.fault.day"
        return None


def _life(hub: Hub, asset: Asset) -> Answer:
    faults: dict[str, str] = {}
    days = {name: _day(name, faults) for name in _DAYS}
    numbers = {name: _number(name, faults) for name in _NUMBERS}
    if faults:
        return _device(hub, asset, faults), 422
    unit = " ".join(request.form.get("unit", "").split())[:120]
    spare = request.form.get("spare") == "yes"
    said = Life(
        asset=asset.id,
        bought_on=days["bought_on"],
        handed_over_on=days["handed_over_on"],
        warranty_until=days["warranty_until"],
        interval_days=numbers["interval_days"],
        promised_minutes=numbers["promised_minutes"],
        unit=unit,
        spare=spare,
    )
    actor, now = visitor.current().name, hub.clock()
    with writing(hub.engine) as connection:
        servicing.set_life(connection, said, actor=actor, now=now)
        detail = f"{asset.name}: {days} {numbers} {unit} {'spare' if spare else 'in use'}"
        subject = f"asset {asset.id}"
        audit.write(
            connection, now, actor, audit.Action.LIFE_CHANGED, subject=subject, detail=detail
        )
    return redirect(url_for("maintenance.device", asset=asset.id), code=303)


def _form(hub: Hub, asset: Asset, faults: Mapping[str, str], status: int = 200) -> Answer:
    if asset.retired_at is not None:
        abort(409, description="maint.refused.retired")
    with reading(hub.engine) as connection:
        view = query.device(connection, asset, _today(hub))
    duty = query.duty_of(view.tasks, request.values.get("duty", ""))
    page = render_template(
        "maintenance/check.html",
        here="maintenance",
        view=view,
        asset_row=asset,
        duty=duty,
        items=checklist(asset.kind, duty),
        promised=view.life.promised_minutes,
        said=request.form,
        faults=faults,
        today=_today(hub).isoformat(),
        me_name=visitor.current().name,
    )
    return page, status


def _record(hub: Hub, asset: Asset) -> Answer:
    if asset.retired_at is not None:
        abort(409, description="maint.refused.retired")
    actor, now = visitor.current().name, hub.clock()
    duty = request.form.get("duty", "")
    if duty not in set(Duty):
        abort(400)
    try:
        with writing(hub.engine) as connection:
            promised = servicing.life(connection, asset.id).promised_minutes
            said = minutes.judged(asset, Duty(duty), request.form, promised, _today(hub))
            made = servicing.record(connection, said, actor=actor, now=now)
            detail = f"{duty} of asset {asset.id} {asset.name}: {said.result.value}"
            action = audit.Action.SERVICING_RECORDED
            audit.write(connection, now, actor, action, subject=f"record {made}", detail=detail)
    except Faulty as wrong:
        return _form(hub, asset, wrong.faults, 422)
    return redirect(url_for("maintenance.record_page", record=made), code=303)


def _minutes(hub: Hub, desk: Desk, record: int, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        found = servicing.find(connection, record) if record < _MOST else None
        asset = query.find_asset(connection, found.asset) if found else None
    if found is None or asset is None:
        abort(404)
    return render_template(
        "maintenance/minutes.html",
        here="maintenance",
        one=found,
        asset_row=asset,
        rows=_rows(desk, found),
        intact=minutes.intact(found),
        problem=problem,
        now=hub.clock(),
    )


def _rows(desk: Desk, record: Record) -> list[dict[str, object]]:
    return [
        {
            "key": one.key,
            "limit": minutes.limit(desk.say, one),
            "value": minutes.value(desk.say, one),
            "verdict": one.verdict.value,
            "reason": one.reason,
        }
        for one in record.findings
    ]


def _sign(hub: Hub, desk: Desk, record: int) -> Answer:
    actor, now = visitor.current().name, hub.clock()
    if record >= _MOST:
        abort(404)
    try:
        with writing(hub.engine) as connection:
            signed = minutes.sign(connection, desk, record, actor=actor, now=now)
            detail = f"{signed.number} of {signed.year}: {signed.result.value}, {signed.sha256}"
            action = audit.Action.SERVICING_SIGNED
            audit.write(connection, now, actor, action, subject=f"record {record}", detail=detail)
    except SigningRefusal as refusal:
        return _minutes(hub, desk, record, refusal.code), 409
    return redirect(url_for("maintenance.record_page", record=record), code=303)


def _discard(hub: Hub, record: int) -> Answer:
    actor, now = visitor.current().name, hub.clock()
    with writing(hub.engine) as connection:
        found = servicing.find(connection, record) if record < _MOST else None
        if found is None or not servicing.discard(connection, record):
            abort(409, description="maint.refused.signed")
        action = audit.Action.SERVICING_DISCARDED
        detail = f"{found.duty} of asset {found.asset}"
        audit.write(connection, now, actor, action, subject=f"record {record}", detail=detail)
    return redirect(url_for("maintenance.device", asset=found.asset), code=303)


def _models(hub: Hub, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        models = servicing.models(connection)
        known = {(one.kind, one.model): one for one in servicing.intervals(connection)}
    return render_template(
        "maintenance/models.html",
        here="maintenance",
        models=models,
        known=known,
        problem=problem,
        may_write=_may_write(),
    )


def _interval(hub: Hub) -> Answer:
    kind, model = request.form.get("kind", ""), request.form.get("model", "")
    text = request.form.get("days", "").strip()
    days = int(text) if text.isdecimal() and len(text) < 6 else None  # noqa: PLR2004
    source = " ".join(request.form.get("source", "").split())[:200]
    if (text and days is None) or (days is not None and not 0 < days <= MAX_INTERVAL):
        return _models(hub, "maint.fault.number"), 422
    if days is not None and not source:
        return _models(hub, "maint.fault.source"), 422
    actor, now = visitor.current().name, hub.clock()
    with writing(hub.engine) as connection:
        if (kind, model) not in {(one[0], one[1]) for one in servicing.models(connection)}:
            abort(404)
        said = Interval(
            kind=kind, model=model, days=days, source=source, changed_at=now, changed_by=actor
        )
        servicing.set_interval(connection, said)
        detail = f"{kind} {model}: {days or 'none'} {source}"
        audit.write(connection, now, actor, audit.Action.INTERVAL_CHANGED, detail=detail)
    return redirect(url_for("maintenance.models"), code=303)
