"""The overview of all sites."""

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, request, url_for

from motcua_hub.store.engine import reading
from motcua_hub.web import live, localtime
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import overview as query
from motcua_hub.web.views import overview as views

_PARTS = ("summary", "shown", "empty")


def read(hub: Hub) -> views.Overview:
    """The overview as it is now."""
    now = hub.clock()
    with reading(hub.engine) as connection:
        facts = query.read(connection, localtime.day_of(now))
    return views.build(facts, now)


def blueprint(hub: Hub) -> Blueprint:
    """`/` and what keeps it live."""
    pages = Blueprint("overview", __name__)

    @pages.get("/")
    def page() -> str:
        asked = _asked(hub)
        return render_template("overview/page.html", here="overview", **vars(asked))

    @pages.get("/live/overview", endpoint="live")
    def live_parts() -> Response:
        asked = _asked(hub)
        view, context = asked.view, vars(asked)
        parts = {
            f"part-{name}": render_template(f"overview/{name}.html", **context) for name in _PARTS
        }
        draw = current_app.jinja_env.get_template("overview/row.html").module.row  # type: ignore[attr-defined]
        urls = (asked.site_url, asked.incidents_url)
        rows = [(f"row-{line.site}", draw(line, view.now, *urls)) for line in asked.lines]
        return live.answer(view.now, localtime.clock(view.now), parts, {"list-sites": rows})

    return pages


@dataclass(frozen=True)
class _Asked:
    view: views.Overview
    lines: tuple[views.SiteLine, ...]
    group: str
    search: str
    site_url: str
    incidents_url: str


def _asked(hub: Hub) -> _Asked:
    view = read(hub)
    group = request.args.get("state", "")
    group = group if group in views.FILTERS else ""
    search = request.args.get("q", "")[:80]
    return _Asked(
        view=view,
        lines=views.narrowed(view, group=group, search=search),
        group=group,
        search=search,
        # built once, not for each of some hundred rows; a site's id needs no quoting
        site_url=url_for("sites.page", site="x").removesuffix("x"),
        incidents_url=url_for("incidents.page", site="x").removesuffix("x"),
    )
