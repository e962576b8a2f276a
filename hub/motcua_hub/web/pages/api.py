"""The JSON interface: reads only. Times are UTC ms; what nobody knows is null."""

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from motcua_hub.store.engine import reading
from motcua_hub.web.hub import Hub
from motcua_hub.web.pages import overview, sites
from motcua_hub.web.queries import common

_MAX = 500


def blueprint(hub: Hub) -> Blueprint:
    """`/api/v1/…`."""
    pages = Blueprint("api", __name__, url_prefix="/api/v1")

    @pages.get("/sites", endpoint="sites")
    def all_sites() -> Response:
        view = overview.read(hub)
        return _json(
            {
                "now": view.now,
                "hub_hears": view.hub_hears,
                "totals": view.totals,
                "sites": view.lines,
            }
        )

    @pages.get("/sites/<site>", endpoint="site")
    def one_site(site: str) -> Response:
        return _json(sites.read(hub, site))

    @pages.get("/incidents", endpoint="incidents")
    def incidents() -> Response:
        open_only = request.args.get("status", "open") == "open"
        site = request.args.get("site") or None
        with reading(hub.engine) as connection:
            rows = common.incidents(connection, open_only=open_only, site=site, limit=_MAX)
        return _json({"now": hub.clock(), "incidents": rows})

    return pages


def _json(body: Any) -> Response:  # noqa: ANN401 - any struct of ours
    return Response(msgspec.json.encode(body), mimetype="application/json")
