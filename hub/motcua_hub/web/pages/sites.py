"""One site: live, and its event timeline."""

import re

from flask import Blueprint, Response, abort, render_template, request

from motcua_contract.identity import DAY_PATTERN
from motcua_hub.store.engine import reading
from motcua_hub.web import live, localtime
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import site as query
from motcua_hub.web.queries import timeline as events
from motcua_hub.web.views import site as views
from motcua_hub.web.views import timeline as event_views

_PARTS = (
    *("head", "nocounters", "services", "recent", "incidents", "devices", "ratings", "streams"),
    "desired",
)


def read(hub: Hub, site: str) -> views.SiteView:
    """The site as it is now; 404 when nobody knows it."""
    now = hub.clock()
    with reading(hub.engine) as connection:
        facts = query.read(connection, site, localtime.day_of(now), now)
    if facts is None:
        abort(404, description="no site has this id; GET /api/v1/sites lists them")
    return views.build(facts, now)


def blueprint(hub: Hub) -> Blueprint:
    """`/sites/<site>` and what belongs to it."""
    pages = Blueprint("sites", __name__)

    @pages.get("/sites/<site>")
    def page(site: str) -> str:
        view = read(hub, site)
        return render_template(
            "site/page.html", here="overview", tab="live", view=view, site_id=site
        )

    @pages.get("/live/sites/<site>", endpoint="live")
    def live_parts(site: str) -> Response:
        view = read(hub, site)
        parts = {f"part-{name}": render_template(f"site/{name}.html", view=view) for name in _PARTS}
        rows = [
            (f"counter-{counter.number}", render_template("site/counter.html", counter=counter))
            for counter in view.counters
        ]
        return live.answer(view.now, localtime.clock(view.now), parts, {"list-counters": rows})

    @pages.get("/sites/<site>/events")
    def timeline(site: str) -> str:
        return render_template("site/timeline.html", **_timeline(hub, site))

    return pages


def _timeline(hub: Hub, site: str) -> dict[str, object]:
    kind = request.args.get("type", "")
    kind = kind if kind in event_views.TYPES else ""
    day = request.args.get("day", "")
    day = day if re.fullmatch(DAY_PATTERN, day) else ""
    before = request.args.get("before", "")
    cursor = events.parse_cursor(before) if before else None
    with reading(hub.engine) as connection:
        live_row = query.read_live(connection, site)
        if live_row is None:
            abort(404)
        rows, more = events.read(connection, site, kind=kind, day=day, before=cursor)
    return {
        "here": "overview",
        "tab": "timeline",
        "site_id": site,
        "site_name": live_row.name or site,
        "events": [event_views.build(row) for row in rows],
        "older": events.cursor_text(rows[-1]) if more else "",
        "before": cursor is not None,
        "bad_cursor": bool(before) and cursor is None,
        "types": event_views.TYPES,
        "kind": kind,
        "day": day,
    }
