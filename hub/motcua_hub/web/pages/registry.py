"""The registry of devices: what every office has, written down by people."""

from collections.abc import Mapping

import msgspec
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.domain import registry as rules
from motcua_hub.domain.health.kinds import ASKED, DeviceClass, class_of
from motcua_hub.domain.registry import UnreadableError
from motcua_hub.store import assets
from motcua_hub.store.assets import Asset, ComponentTakenError
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import visitor
from motcua_hub.web.deeds import registry as deeds
from motcua_hub.web.deeds.registry import UnfitAssetError
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import registry as query

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


def _add(hub: Hub, site: str) -> Answer:
    said = rules.clean(request.form)
    try:
        with writing(hub.engine) as connection:
            if query.name_of(connection, site) is None:
                abort(404)
            deeds.add(connection, site, request.form, visitor.by(hub))
    except UnfitAssetError as error:
        return _site(hub, site, said, error.faults), 422
    except ComponentTakenError:
        return _site(hub, site, said, {"component": "registry.component.taken"}), 409
    return redirect(url_for("registry.site", site=site), code=303)


def _change(hub: Hub, asset: Asset) -> Answer:
    try:
        with writing(hub.engine) as connection:
            deeds.change(connection, asset, request.form, visitor.by(hub))
    except UnfitAssetError as error:
        return _edit(hub, asset, error.faults), 422
    except ComponentTakenError:
        return _edit(hub, asset, {"component": "registry.component.taken"}), 409
    return redirect(url_for("registry.site", site=asset.site), code=303)


def _retire(hub: Hub, asset: Asset) -> Answer:
    with writing(hub.engine) as connection:
        deeds.retire(connection, asset, request.form.get("why", ""), visitor.by(hub))
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
        text = _file()
        with writing(hub.engine) as connection:
            new, changed = deeds.take_in(connection, text, visitor.by(hub))
    except UnreadableError as wrong:
        return _everything(hub, problem=_words(hub, wrong)), 422
    except ComponentTakenError as taken:
        twice = UnreadableError(0, "registry.component.taken", str(taken))
        return _everything(hub, problem=_words(hub, twice)), 409
    return redirect(url_for("registry.page", new=new, changed=changed), code=303)


def _file() -> str:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise UnreadableError(0, "registry.csv.missing")
    try:
        text: str = sent.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(0, "registry.csv.utf8") from error
    return text


def _words(hub: Hub, wrong: UnreadableError) -> str:
    told = hub.texts.vi(wrong.code)
    return hub.texts.vi("registry.import.bad", dong=wrong.line or "–", loi=told, gi=wrong.what)
