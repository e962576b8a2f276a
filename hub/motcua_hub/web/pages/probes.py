"""`/healthz`: this process answers. `/readyz`: it can do its work, with the reason when not.

A hub without a broker in its configuration has no ingest to wait for.
"""

import json
from typing import Final

from flask import Blueprint, Response
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from motcua_hub.store import migrate
from motcua_hub.store.engine import reading
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import common
from motcua_hub.web.status import hub_hears

_OK: Final = "ok"


def blueprint(hub: Hub) -> Blueprint:
    """The probes."""
    pages = Blueprint("probes", __name__)

    @pages.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @pages.get("/readyz")
    def readyz() -> Response:
        checks = _checks(hub)
        ready = all(answer == _OK for answer in checks.values())
        body = json.dumps({"ready": ready, "checks": checks})
        return Response(body, status=200 if ready else 503, mimetype="application/json")

    return pages


def _checks(hub: Hub) -> dict[str, str]:
    try:
        with reading(hub.engine) as connection:
            return {"database": _OK, **_stored_checks(connection, hub)}
    except SQLAlchemyError as error:
        return {"database": f"does not answer: {type(error).__name__}"}


def _stored_checks(connection: Connection, hub: Hub) -> dict[str, str]:
    if migrate.revision(connection) != migrate.newest():
        return {"schema": "not migrated: start motcua-hub, or restore a newer backup"}
    if hub.config.mqtt is None:
        return {"schema": _OK}
    beat = common.ingest_beat(common.beats(connection))
    hears = hub_hears(beat, hub.clock())
    ingest = _OK if hears else "no fresh heartbeat: is motcua-hub ingest running and connected?"
    return {"schema": _OK, "ingest": ingest}
