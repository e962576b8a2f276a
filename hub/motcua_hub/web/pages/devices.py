"""Every device of a site, and one device with its history."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from motcua_hub.domain.health.site import count_states
from motcua_hub.store.engine import reading
from motcua_hub.web import live, localtime
from motcua_hub.web.hub import Hub
from motcua_hub.web.pages import sites
from motcua_hub.web.queries import device as query
from motcua_hub.web.views import device as views

_DEVICE_PARTS = ("state", "forecast", "history", "numbers", "events")


def read(hub: Hub, site: str, component: str, shown: str) -> views.DevicePage:
    """One device as it is now; 404 when nobody knows it."""
    now = hub.clock()
    length, step_s = views.RANGES[shown]
    with reading(hub.engine) as connection:
        facts = query.read(connection, site, component, now=now, begin=now - length, step_s=step_s)
    if facts is None:
        abort(404)
    return views.build(facts, component, now, shown)


def blueprint(hub: Hub) -> Blueprint:
    """`/sites/<site>/devices` and one device below it."""
    pages = Blueprint("devices", __name__)

    @pages.get("/sites/<site>/devices", endpoint="all")
    def all_devices(site: str) -> str:
        return render_template("site/devices_page.html", **_all(hub, site))

    @pages.get("/live/sites/<site>/devices", endpoint="all_live")
    def all_live(site: str) -> Response:
        context = _all(hub, site)
        view = context["view"]
        parts = {
            "part-head": render_template("site/head.html", **context),
            "part-all": render_template("site/devices_all.html", **context),
        }
        return live.answer(view.now, localtime.clock(view.now), parts, {})

    @pages.get("/sites/<site>/devices/<component>")
    def page(site: str, component: str) -> str:
        view = read(hub, site, component, _range())
        return render_template("device/page.html", **_context(view))

    @pages.get("/live/sites/<site>/devices/<component>", endpoint="live")
    def live_parts(site: str, component: str) -> Response:
        view = read(hub, site, component, _range())
        parts = {
            f"part-{name}": render_template(f"device/{name}.html", **_context(view))
            for name in _DEVICE_PARTS
        }
        return live.answer(view.now, localtime.clock(view.now), parts, {})

    return pages


def _all(hub: Hub, site: str) -> dict[str, Any]:
    view = sites.read(hub, site)
    kind = request.args.get("class", "")
    return {
        "here": "overview",
        "tab": "devices",
        "view": view,
        "site_id": site,
        "kind": kind,
        "kinds": sorted({device.kind for device in view.devices if device.kind}),
        "shown": [device for device in view.devices if not kind or device.kind == kind],
        "counts": count_states(device.state for device in view.devices),
    }


def _range() -> str:
    shown = request.args.get("range", "24h")
    return shown if shown in views.RANGES else "24h"


def _context(view: views.DevicePage) -> dict[str, object]:
    return {"here": "overview", "view": view, "ranges": tuple(views.RANGES)}
