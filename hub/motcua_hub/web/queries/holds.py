"""Orders to keep things longer, with what they keep."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, select

from motcua_hub.store import papers, schema
from motcua_hub.store.papers import Hold

_MOST = 300


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An order; `name`: what it keeps, as people know it, empty where nothing more is known."""

    hold: Hold
    name: str
    site: str = ""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Orders that somebody asked to lift first; then those that hold; then the lifted ones."""

    asked: tuple[Shown, ...]
    held: tuple[Shown, ...]
    past: tuple[Shown, ...]
    in_force: int


def view(connection: Connection) -> View:
    """The page; as many orders as one page shows."""
    table = schema.legal_hold.c
    in_force = select(func.count()).where(table.until.is_(None))
    found = papers.all_holds(connection, open_only=True, limit=_MOST)
    everything = papers.all_holds(connection, open_only=False, limit=_MOST)
    past = [each for each in everything if each.until is not None]
    return View(
        asked=_shown(connection, [each for each in found if each.lift_asked_by is not None]),
        held=_shown(connection, [each for each in found if each.lift_asked_by is None]),
        past=_shown(connection, past),
        in_force=connection.scalar(in_force) or 0,
    )


def _shown(connection: Connection, found: Sequence[Hold]) -> tuple[Shown, ...]:
    return tuple(_one(connection, each) for each in found)


def _one(connection: Connection, held: Hold) -> Shown:
    if held.series == papers.PICTURE:
        command = schema.site_command.c
        row = connection.execute(
            select(command.site, command.name).where(command.correlation == held.ref)
        ).one_or_none()
        return Shown(hold=held, name=row.name if row else "", site=row.site if row else "")
    columns = {
        papers.NOTICE: (schema.notice.c.title, schema.notice.c.id, held.subject),
        papers.INCIDENT: (schema.incident.c.subject, schema.incident.c.id, held.subject),
        papers.EVIDENCE: (schema.target.c.name, schema.target.c.id, held.ref),
    }
    if held.series not in columns:
        return Shown(hold=held, name="")
    name, key, value = columns[held.series]
    return Shown(hold=held, name=connection.scalar(select(name).where(key == value)) or "")
