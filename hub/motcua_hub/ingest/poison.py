"""Malformed messages: kept raw, counted, never tried again. The newest of each site are kept."""

from sqlalchemy import delete, select

from motcua_hub.ingest.messages import Work
from motcua_hub.store import schema
from motcua_hub.store.incidents import Kind, raise_incident
from motcua_hub.store.sites import count_live


def keep_poison(work: Work, site: str, topic: str, raw: bytes, reason: str) -> None:
    """Keep `raw` and say why; forget the oldest beyond the limit."""
    table, told = schema.poison, reason.replace("\0", "")[:1000]
    told = told.encode("utf-8", "replace").decode()
    kept = raw[: 256 * 1024]
    work.connection.execute(
        table.insert().values(
            site=site, topic=topic, received_at=work.now, reason=told, size=len(raw), raw=kept
        )
    )
    oldest = (
        select(table.c.id)
        .where(table.c.site == site)
        .order_by(table.c.id.desc())
        .offset(work.keep_poison - 1)
        .limit(1)
    )
    floor = work.connection.scalar(oldest)
    if floor is not None:
        work.connection.execute(delete(table).where(table.c.site == site, table.c.id < floor))
    count_live(work.connection, site, "poisoned", 1)
    raise_incident(work.connection, site, Kind.POISON, work.now, subject=topic, detail=told)
    work.tally.poison += 1
