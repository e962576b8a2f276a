"""The overview of all sites: what is broken, and every site in a grid or a table."""

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, request, url_for

from motcua_contract.faults import Responsible
from motcua_hub.store.engine import reading
from motcua_hub.web import live, localtime
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import overview as query
from motcua_hub.web.views import morning
from motcua_hub.web.views import overview as views

_PARTS = ("deaf", "summary", "morning", "shown", "empty")
_SHAPES = ("grid", "rows")


def read(hub: Hub) -> views.Overview:
    """The overview as it is now."""
    now = hub.clock()
    with reading(hub.engine) as connection:
        facts = query.read(connection, localtime.day_of(now), now)
    return views.build(facts, now)


def blueprint(hub: Hub) -> Blueprint:
    """`/` and what keeps it live, and `/morning` for printing."""
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
        name = "overview/tile.html" if asked.shape == "grid" else "overview/row.html"
        draw = current_app.jinja_env.get_template(name).module.row  # type: ignore[attr-defined]
        urls = (asked.site_url, asked.incidents_url)
        rows = [(f"row-{line.site}", draw(line, view.now, *urls)) for line in asked.lines]
        return live.answer(view.now, localtime.clock(view.now), parts, {"list-sites": rows})

    @pages.get("/morning", endpoint="morning")
    def morning_page() -> str:
        asked = _asked(hub)
        duties = morning.duties(asked.view.lines, repairer=asked.repairer)
        return render_template(
            "overview/morning_page.html", here="overview", duties=duties, **vars(asked)
        )

    return pages


@dataclass(frozen=True)
class _Asked:
    view: views.Overview
    lines: tuple[views.SiteLine, ...]
    morning: morning.Morning
    group: str
    search: str
    repairer: str
    repairers: tuple[str, ...]
    shape: str
    site_url: str
    incidents_url: str


def _chosen(name: str, among: tuple[str, ...], default: str = "") -> str:
    value = request.args.get(name, default)
    return value if value in among else default


def _asked(hub: Hub) -> _Asked:
    view = read(hub)
    group, search = _chosen("state", views.FILTERS), request.args.get("q", "")[:80]
    repairers = tuple(each.value for each in Responsible)
    repairer = _chosen("who", repairers)
    return _Asked(
        view=view,
        lines=views.narrowed(view, group=group, search=search, repairer=repairer),
        morning=morning.build(view),
        group=group,
        search=search,
        repairer=repairer,
        repairers=repairers,
        shape=_chosen("view", _SHAPES, "grid"),
        # built once, not for each of some hundred rows; a site's id needs no quoting
        site_url=url_for("sites.page", site="x").removesuffix("x"),
        incidents_url=url_for("incidents.page", site="x").removesuffix("x"),
    )
