"""Links that recipients of a notice get: read it, and say so with a press.

Mail servers and preview programs open links by themselves: opening one confirms nothing. The
address is the secret; no cookie is looked at. A link confirms once; afterwards it shows the
notice's name and when it was read, no longer its text.
"""

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.store import papers
from motcua_hub.store.engine import reading, writing
from motcua_hub.upkeep import acts
from motcua_hub.upkeep.drafting import letterhead, reference
from motcua_hub.upkeep.part import desk_of
from motcua_hub.web.hub import Hub
from motcua_hub.web.pages.notices import sheet

Answer = tuple[str, int] | BaseResponse


def blueprint(hub: Hub) -> Blueprint:
    """`/notices/read/<token>`."""
    pages = Blueprint("receipts", __name__)
    desk = desk_of(hub.config.notices)

    @pages.get("/notices/read/<token>")
    def page(token: str) -> Answer:
        return _page(hub, token), 200

    @pages.get("/notices/read/<token>/notice.pdf")
    def paper(token: str) -> Response:
        with reading(hub.engine) as connection:
            found = acts.delivery_of(connection, token)
        if found is None or found[1].read_at is not None or acts.outlived(found[0], hub.clock()):
            abort(404)
        return sheet(hub, desk, papers.NOTICE, found[0].id, "thong-bao")

    @pages.post("/notices/read/<token>")
    def confirm(token: str) -> Answer:
        return _confirm(hub, token)

    return pages


def _page(hub: Hub, token: str) -> str:
    with reading(hub.engine) as connection:
        found = acts.delivery_of(connection, token)
    if found is None:
        abort(404)
    notice, delivery = found
    return render_template(
        "notices/read.html",
        here="",
        notice=notice,
        name=reference(notice),
        unit=letterhead(notice).unit,
        delivery=delivery,
        token=token,
        outlived=acts.outlived(notice, hub.clock()),
        now=hub.clock(),
    )


def _confirm(hub: Hub, token: str) -> Answer:
    """A press by a person, or a call by a machine that asks for JSON."""
    machine = request.accept_mimetypes.best == "application/json"
    with reading(hub.engine) as connection:
        known = acts.delivery_of(connection, token) is not None
    if not known:
        abort(404)
    with writing(hub.engine) as connection:
        first = acts.confirm(connection, token, "call" if machine else "page", hub.clock())
    if machine:
        said = b'{"read": true}' if first else b'{"read": false}'
        return Response(said, status=200 if first else 409, mimetype="application/json")
    return _page(hub, token), 200
