"""Settings and versions, as far as they can be seen here."""

from importlib import metadata
from typing import Final

from flask import Blueprint, render_template
from sqlalchemy import Connection, func, select

from motcua_hub.store import migrate, schema
from motcua_hub.store.engine import reading
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import common
from motcua_hub.web.security import audit, sessions, tokens
from motcua_hub.web.status import DEAF_AFTER_MS

_DISTRIBUTIONS: Final = ("motcua-hub", "motcua-contract", "Flask", "SQLAlchemy", "paho-mqtt")


def blueprint(hub: Hub) -> Blueprint:
    """`/about`."""
    pages = Blueprint("about", __name__)

    @pages.get("/about")
    def page() -> str:
        with reading(hub.engine) as connection:
            context = _context(connection, hub.clock())
        return render_template(
            "about.html", here="about", backend=hub.engine.dialect.name, **context
        )

    return pages


def _context(connection: Connection, now: int) -> dict[str, object]:
    sites = connection.execute(select(func.count()).select_from(schema.site)).scalar_one()
    return {
        "now": now,
        "versions": tuple((name, metadata.version(name)) for name in _DISTRIBUTIONS),
        "beats": [(beat, now - beat.at <= DEAF_AFTER_MS) for beat in common.beats(connection)],
        "revision": migrate.revision(connection),
        "sites": sites,
        "sessions": sessions.count_open(connection, now),
        "tokens": tokens.list_api_tokens(connection),
        "audit": audit.latest(connection),
    }
