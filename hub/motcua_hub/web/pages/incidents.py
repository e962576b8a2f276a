"""The list of incidents."""

from flask import Blueprint, render_template, request

from motcua_hub.store.engine import reading
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import common


def blueprint(hub: Hub) -> Blueprint:
    """`/incidents`."""
    pages = Blueprint("incidents", __name__)

    @pages.get("/incidents")
    def page() -> str:
        open_only = "all" not in request.args
        site = request.args.get("site", "")
        with reading(hub.engine) as connection:
            rows = common.incidents(connection, open_only=open_only, site=site or None)
        return render_template(
            "incidents.html",
            here="incidents",
            rows=rows,
            open_only=open_only,
            site_id=site,
            now=hub.clock(),
        )

    return pages
