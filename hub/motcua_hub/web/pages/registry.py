"""The registry of devices: what every office has, written down by people."""

from collections.abc import Mapping

import msgspec
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.domain import registry as rules
from motcua_hub.domain.health.kinds import ASKED, DeviceClass, class_of
from motcua_hub.domain.registry import UnreadableError
from motcua_hub.store import assets
from motcua_hub.store.assets import Asset, ComponentTakenError, Described
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import visitor
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import registry as query
from motcua_hub.web.security import audit

Answer = tuple[str, int] | BaseResponse


def blueprint(hub: Hub) -> Blueprint:
    """`/registry` and `/sites/<site>/registry`."""
    pages = Blueprint("registry", __name__)

    @pages.get("/registry")
    def page() -> str:
        return _everything(hub)

    @pages.get("/registry.csv")
    def export() -> Response:
        return _export(hub)

    @pages.post("/registry/import")
    def take_in() -> Answer:
        return _take_in(hub)

    @pages.get("/sites/<site>/registry", endpoint="site")
    def of_site(site: str) -> str:
        component = request.args.get("component", "")[:48]
        kind = class_of(component) if component else None
        said = {"component": component, "kind": kind.value if kind else ""}
        return _site(hub, site, rules.clean(said))

    @pages.post("/sites/<site>/registry")
    def add(site: str) -> Answer:
        return _add(hub, site)

    @pages.get("/sites/<site>/registry/<int:asset>")
    def edit(site: str, asset: int) -> str:
        return _edit(hub, _find(hub, site, asset))

    @pages.post("/sites/<site>/registry/<int:asset>")
    def change(site: str, asset: int) -> Answer:
        return _change(hub, _find(hub, site, asset))

    @pages.post("/sites/<site>/registry/<int:asset>/retire")
    def retire(site: str, asset: int) -> Answer:
        return _retire(hub, _find(hub, site, asset))

    return pages


def _may_write() -> bool:
    return visitor.current().role == visitor.ADMIN


def _find(hub: Hub, site: str, asset: int) -> Asset:
    """A device in use; 404 when there is none."""
    with reading(hub.engine) as connection:
        found = assets.find(connection, site, asset) if asset < 2**31 else None
    if found is None or found.retired_at is not None:
        abort(404)
    return found


def _everything(hub: Hub, *, problem: str = "", done: str = "") -> str:
    with reading(hub.engine) as connection:
        counts, sites = query.by_class(connection), query.by_site(connection)
    own = tuple(each for each in DeviceClass if each not in ASKED)
    return render_template(
        "registry/everything.html",
        here="registry",
        groups=(("registry.asked", ASKED), ("registry.own", own)),
        counts=counts,
        sites=sites,
        header=", ".join(rules.HEADER),
        problem=problem,
        done=done or _imported(hub),
        may_write=_may_write(),
    )


def _imported(hub: Hub) -> str:
    """What the import that led here did; numbers only, whatever the address says."""
    new, changed = request.args.get("new", ""), request.args.get("changed", "")
    if not (new.isdecimal() and changed.isdecimal() and len(new + changed) < 12):  # noqa: PLR2004
        return ""
    return hub.texts.vi("registry.import.done", moi=new, sua=changed)


def _site(
    hub: Hub, site: str, said: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> str:
    with reading(hub.engine) as connection:
        name = query.name_of(connection, site)
        listed = assets.of_site(connection, site)
    if name is None:
        abort(404)
    return render_template(
        "registry/site.html",
        here="registry",
        tab="devices",
        site_id=site,
        site_name=name,
        used=[asset for asset in listed if asset.retired_at is None],
        retired=[asset for asset in listed if asset.retired_at is not None],
        classes=tuple(each.value for each in DeviceClass),
        said=said,
        faults=faults or {},
        may_write=_may_write(),
    )


def _edit(hub: Hub, asset: Asset, faults: Mapping[str, str] | None = None) -> str:
    said = rules.clean(request.form) if faults else msgspec.structs.asdict(asset)
    with reading(hub.engine) as connection:
        name = query.name_of(connection, asset.site)
    return render_template(
        "registry/edit.html",
        here="registry",
        tab="devices",
        site_id=asset.site,
        site_name=name or asset.site,
        item=asset,
        classes=tuple(each.value for each in DeviceClass),
        said=said,
        faults=faults or {},
        may_write=_may_write(),
    )


def _told(hub: Hub, connection: Connection, action: audit.Action, subject: str, what: str) -> None:
    audit.write(
        connection, hub.clock(), visitor.current().name, action, subject=subject, detail=what
    )


def _add(hub: Hub, site: str) -> Answer:
    said = rules.clean(request.form)
    faults = rules.faults(said)
    if faults:
        return _site(hub, site, said, faults), 422
    with reading(hub.engine) as connection:
        if query.name_of(connection, site) is None:
            abort(404)
    try:
        with writing(hub.engine) as connection:
            assets.add(connection, site, Described(**said), hub.clock())
            what = f"{said['kind']} {said['name']}"
            _told(hub, connection, audit.Action.ASSET_ADDED, site, what)
    except ComponentTakenError:
        return _site(hub, site, said, {"component": "registry.component.taken"}), 409
    return redirect(url_for("registry.site", site=site), code=303)


def _change(hub: Hub, asset: Asset) -> Answer:
    said = rules.clean(request.form)
    faults = rules.faults(said)
    if faults:
        return _edit(hub, asset, faults), 422
    try:
        with writing(hub.engine) as connection:
            assets.change(connection, asset, Described(**said), hub.clock())
            what = f"#{asset.id} {said['kind']} {said['name']}"
            _told(hub, connection, audit.Action.ASSET_CHANGED, asset.site, what)
    except ComponentTakenError:
        return _edit(hub, asset, {"component": "registry.component.taken"}), 409
    return redirect(url_for("registry.site", site=asset.site), code=303)


def _retire(hub: Hub, asset: Asset) -> Answer:
    why = rules.clean({"note": request.form.get("why", "")})["note"][:400]
    with writing(hub.engine) as connection:
        if assets.retire(connection, asset, why, hub.clock()):
            what = f"#{asset.id} {asset.kind} {asset.name}: {why}"
            _told(hub, connection, audit.Action.ASSET_RETIRED, asset.site, what)
    return redirect(url_for("registry.site", site=asset.site), code=303)


def _export(hub: Hub) -> Response:
    with reading(hub.engine) as connection:
        listed = assets.everything(connection)
    rows = [
        (asset.site, msgspec.structs.asdict(asset)) for asset in listed if asset.retired_at is None
    ]
    answer = Response(rules.write_csv(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="motcua-registry.csv"'
    return answer


def _take_in(hub: Hub) -> Answer:
    try:
        listed = _listed()
        with writing(hub.engine) as connection:
            _check_sites(connection, [site for site, _ in listed])
            new, changed = assets.take_in(connection, listed, hub.clock())
            what = f"{new} new, {changed} changed"
            _told(hub, connection, audit.Action.ASSETS_IMPORTED, "", what)
    except UnreadableError as wrong:
        return _everything(hub, problem=_words(hub, wrong)), 422
    except ComponentTakenError as taken:
        twice = UnreadableError(0, "registry.component.taken", str(taken))
        return _everything(hub, problem=_words(hub, twice)), 409
    return redirect(url_for("registry.page", new=new, changed=changed), code=303)


def _listed() -> list[tuple[str, Described]]:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise UnreadableError(0, "registry.csv.missing")
    try:
        text = sent.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(0, "registry.csv.utf8") from error
    return [(site, Described(**said)) for site, said in rules.read_csv(text)]


def _check_sites(connection: Connection, sites: list[str]) -> None:
    known = {row.site for row in query.by_site(connection)}
    unknown = next((site for site in sites if site not in known), None)
    if unknown is not None:
        raise UnreadableError(0, "registry.csv.site.unknown", unknown)


def _words(hub: Hub, wrong: UnreadableError) -> str:
    told = hub.texts.vi(wrong.code)
    return hub.texts.vi("registry.import.bad", dong=wrong.line or "–", loi=told, gi=wrong.what)
