"""Calibration and servicing: what is due, a device's history, checklists on a phone, minutes."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.domain.upkeep.duties import Duty
from motcua_hub.domain.upkeep.findings import Faulty
from motcua_hub.domain.upkeep.rules import MAX_INTERVAL
from motcua_hub.store import papers, servicing
from motcua_hub.store.assets import Asset
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.servicing import Life, Record
from motcua_hub.upkeep import minutes
from motcua_hub.upkeep.drafting import Desk
from motcua_hub.upkeep.minutes import SigningRefusal
from motcua_hub.upkeep.part import desk_of
from motcua_hub.web import localtime, visitor
from motcua_hub.web.deeds import maintenance as deeds
from motcua_hub.web.hub import Hub
from motcua_hub.web.pages.notices import sheet
from motcua_hub.web.queries import maintenance as query

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
    with writing(hub.engine) as connection:
        deeds.set_life(connection, asset, said, visitor.by(hub))
    return redirect(url_for("maintenance.device", asset=asset.id), code=303)


def _form(hub: Hub, asset: Asset, faults: Mapping[str, str], status: int = 200) -> Answer:
    if asset.retired_at is not None:
        abort(409, description="maint.refused.retired")
    with reading(hub.engine) as connection:
        view = query.device(connection, asset, _today(hub))
        duty = query.duty_of(view.tasks, request.values.get("duty", ""))
        items = minutes.items(connection, asset, duty, minutes.day_done(request.form, _today(hub)))
    page = render_template(
        "maintenance/check.html",
        here="maintenance",
        view=view,
        asset_row=asset,
        duty=duty,
        items=items,
        promised=view.life.promised_minutes,
        said=request.form,
        faults=faults,
        today=_today(hub).isoformat(),
        me_name=visitor.current().name,
    )
    return page, status


def _record(hub: Hub, asset: Asset) -> Answer:
    duty = request.form.get("duty", "")
    if duty not in set(Duty):
        abort(400)
    try:
        with writing(hub.engine) as connection:
            made = deeds.record(connection, asset, Duty(duty), request.form, visitor.by(hub))
    except deeds.UnfitServicingError as error:
        abort(409, description=str(error))
    except Faulty as wrong:
        return _form(hub, asset, wrong.faults, 422)
    return redirect(url_for("maintenance.record_page", record=made), code=303)


def _minutes(hub: Hub, desk: Desk, record: int, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        found = servicing.find(connection, record) if record < _MOST else None
        asset = query.find_asset(connection, found.asset) if found else None
        holds = papers.holds(connection, papers.SERVICING, record) if found else []
    if found is None or asset is None:
        abort(404)
    return render_template(
        "maintenance/minutes.html",
        here="maintenance",
        one=found,
        asset_row=asset,
        rows=_rows(desk, found),
        intact=minutes.intact(found),
        holds=holds,
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
    if record >= _MOST:
        abort(404)
    try:
        with writing(hub.engine) as connection:
            deeds.sign(connection, desk, record, visitor.by(hub))
    except SigningRefusal as refusal:
        return _minutes(hub, desk, record, refusal.code), 409
    return redirect(url_for("maintenance.record_page", record=record), code=303)


def _discard(hub: Hub, record: int) -> Answer:
    if record >= _MOST:
        abort(409, description="maint.refused.signed")
    try:
        with writing(hub.engine) as connection:
            found = deeds.discard(connection, record, visitor.by(hub))
    except SigningRefusal as refusal:
        abort(409, description=refusal.code)
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
    text, source = request.form.get("days", "").strip(), request.form.get("source", "")
    days = int(text) if text.isdecimal() and len(text) < 6 else 0 if text else None  # noqa: PLR2004
    try:
        with writing(hub.engine) as connection:
            deeds.set_interval(connection, kind, model, days, source, by=visitor.by(hub))
    except deeds.UnfitServicingError as error:
        if str(error) == "maint.refused.model":
            abort(404)
        return _models(hub, str(error)), 422
    return redirect(url_for("maintenance.models"), code=303)
