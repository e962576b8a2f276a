"""Facts that an older hub kept without understanding them are looked at again by this one.

    Again(engine).all(now) -> int         at the start of ingest, or by `motcua-hub reexamine`

Each page is one transaction: what is understood now is no longer in quarantine, has its effect on
the projections, is noted for whoever reads events after a cursor, and told in the audit trail.
Doing it twice changes nothing. What is still not understood stays as it is.
"""

from collections import defaultdict
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, Select, select, update

from motcua_contract.facts import Fact
from motcua_hub.domain.inspection import inspect, subject_of
from motcua_hub.domain.tickets import Stamp
from motcua_hub.projections import Fresh, advance
from motcua_hub.store import late, schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.sites import count_live, lock_sites
from motcua_hub.store.tables.replica import UNREAD

PAGE: Final = 500
ACTOR: Final = "ingest"
event: Final = schema.event


class Again:
    """Looks again at everything in quarantine.

    Args:
        engine: The hub's database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self, now: int) -> int:
        """How many facts were understood, of all sites."""
        understood, after = 0, 0
        while True:
            with reading(self._engine) as connection:
                rows = connection.execute(_page(after)).mappings().all()
            if not rows:
                return understood
            after = rows[-1]["id"]
            told = {row["id"] for row in rows if not isinstance(_fact(row), str)}
            if told:
                with writing(self._engine) as connection:
                    understood += _take(connection, sorted(told), now)


def _page(after: int) -> Select[Any]:
    query = select(event.c.id, event.c.type, event.c.body)
    return (
        query.where(UNREAD.self_group(), event.c.quarantined.is_not(None))
        .where(event.c.body.is_not(None), event.c.id > after)
        .order_by(event.c.id)
        .limit(PAGE)
    )


def _fact(row: RowMapping) -> Fact | str:
    return inspect(row["type"], row["body"])


def _take(connection: Connection, ids: list[int], now: int) -> int:
    """Take in what is understood; rows that somebody else took meanwhile are left alone."""
    sites = connection.scalars(select(event.c.site).where(event.c.id.in_(ids)).distinct())
    lock_sites(connection, sorted(sites), now)
    told: defaultdict[str, list[Fresh]] = defaultdict(list)
    freed: defaultdict[str, int] = defaultdict(int)
    for row in connection.execute(_whole(ids)).mappings().all():
        fact = _fact(row)
        if isinstance(fact, str):
            continue
        values = {"quarantined": None, "subject": subject_of(fact)}
        connection.execute(update(event).where(event.c.id == row["id"]).values(**values))
        freed[row["site"]] += 1
        if row["twin_eid"] is None:
            told[row["site"]].append((fact, _stamp(row)))
            late.note(connection, [row["id"]], now)
    advance(connection, told, now)
    for site, count in sorted(freed.items()):
        count_live(connection, site, "quarantined", -count)
        _tell(connection, site, count, now)
    return sum(freed.values())


def _whole(ids: list[int]) -> Select[Any]:
    stream = schema.stream
    same = (event.c.site == stream.c.site) & (event.c.jid == stream.c.jid)
    return (
        select(event, stream.c.depth)
        .select_from(event.join(stream, same))
        .where(event.c.id.in_(ids), event.c.quarantined.is_not(None))
        .order_by(event.c.id)
    )


def _stamp(row: RowMapping) -> Stamp:
    at = (row["boot"], row["t_mono"], row["t_wall"], row["business_day"])
    return Stamp(row["depth"], row["jid"], row["seq"], *at)


def _tell(connection: Connection, site: str, count: int, now: int) -> None:
    detail = f"{count} facts that an older version had not understood"
    connection.execute(
        schema.audit.insert().values(
            at=now, actor=ACTOR, action="facts_understood", subject=site, detail=detail
        )
    )
