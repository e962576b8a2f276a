"""Commands to one site: what may be asked, what was asked, and what came of it."""

import base64
import binascii

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from motcua_contract.commands import COMMANDS, CommandError
from motcua_contract.faults import FAULTS, device_kind
from motcua_hub.domain.link import Link, link_state
from motcua_hub.store import commands as store
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import live, localtime, visitor
from motcua_hub.web.deeds import commands as deeds
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import common
from motcua_hub.web.queries import site as query
from motcua_hub.web.status import hub_hears
from motcua_hub.web.views import commands as views

_PICTURE = "image/jpeg"


def link_of(connection: Connection, site: str, now: int) -> Link | None:
    """Whether a site is there to hear a command; None when nobody knows the site."""
    row = query.read_live(connection, site)
    if row is None:
        return None
    hears = hub_hears(common.ingest_beat(common.beats(connection)), now)
    return link_state(row.status, row.status_at, row.seen_at, now) if hears else Link.UNKNOWN


def read(hub: Hub, site: str) -> views.CommandsView:
    """A site's commands as they stand now; 404 when nobody knows the site."""
    now = hub.clock()
    with reading(hub.engine) as connection:
        row, link = query.read_live(connection, site), link_of(connection, site, now)
        if row is None or link is None:
            abort(404, description="no site has this id; GET /api/v1/sites lists them")
        parts = common.parts(connection, site).get(site, [])
        given = store.latest(connection, site)
    return views.build(
        site=site,
        name=row.name or site,
        link=link,
        components=[part.component for part in parts],
        given=given,
        now=now,
    )


def blueprint(hub: Hub) -> Blueprint:
    """`/sites/<site>/commands`."""
    pages = Blueprint("commands", __name__)

    @pages.get("/sites/<site>/commands")
    def page(site: str) -> str:
        return _page(read(hub, site))

    @pages.get("/live/sites/<site>/commands", endpoint="live")
    def live_parts(site: str) -> Response:
        view = read(hub, site)
        parts = {
            f"part-{name}": render_template(f"site/commands_{name}.html", view=view)
            for name in ("link", "given")
        }
        return live.answer(view.now, localtime.clock(view.now), parts, {})

    @pages.post("/sites/<site>/commands")
    def give(site: str) -> tuple[str, int] | BaseResponse:
        return _give(hub, site)

    @pages.get("/sites/<site>/commands/<correlation>")
    def data(site: str, correlation: str) -> Response:
        with reading(hub.engine) as connection:
            found = store.data_of(connection, site, correlation)
        if found is None:
            abort(404)
        return _file(*found, correlation)

    return pages


def _page(view: views.CommandsView, problem: str = "", detail: str = "") -> str:
    return render_template(
        "site/commands.html",
        here="overview",
        tab="commands",
        view=view,
        site_id=view.site,
        problem=problem,
        detail=detail,
        specs=COMMANDS,
        faults=FAULTS,
        kind_of=device_kind,
        component=request.args.get("component", "")[:48],
    )


def _give(hub: Hub, site: str) -> tuple[str, int] | BaseResponse:
    """Write the command down if the site is there to hear it; nothing waits for a site."""
    view = read(hub, site)
    name = request.form.get("name", "")
    wanted = {k: v.strip() for k, v in request.form.items() if k not in ("name", "proof") and v}
    try:
        with writing(hub.engine) as connection:
            correlation = deeds.give(connection, site, view.link, name, wanted, by=visitor.by(hub))
    except CommandError as error:
        return _page(view, "commands.bad", str(error)), 422
    except deeds.OfflineError:
        return _page(view, "commands.offline"), 409
    return redirect(url_for("commands.page", site=site) + f"#command-{correlation}", code=303)


def _file(media: str, text: str, correlation: str) -> Response:
    """What a site sent is untrusted: a picture that is one, everything else as text to save."""
    if media == _PICTURE:
        try:
            return Response(base64.b64decode(text, validate=True), mimetype=_PICTURE)
        except (binascii.Error, ValueError):
            abort(404)
    answer = Response(text, mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{correlation}.txt"'
    return answer
