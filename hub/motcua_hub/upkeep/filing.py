"""Keeps the sheet of everything that was sent or signed: made once, outside the transaction."""

from typing import Final

from sqlalchemy import Connection, Engine, select

from motcua_hub.domain.notice.model import State
from motcua_hub.store import notices, papers, schema
from motcua_hub.store import servicing as records
from motcua_hub.store.engine import reading, writing
from motcua_hub.upkeep import minutes, sheets
from motcua_hub.upkeep.drafting import Desk, letterhead

_AT_ONCE: Final = 5


def _unfiled(connection: Connection) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for series, table, state in (
        (papers.NOTICE, schema.notice, State.SENT.value),
        (papers.SERVICING, schema.servicing, records.SIGNED),
    ):
        document = schema.document.c
        kept = (
            select(document.subject)
            .where(document.series == series, document.subject == table.c.id)
            .exists()
        )
        query = select(table.c.id).where(table.c.state == state, ~kept).limit(_AT_ONCE)
        found += [(series, number) for number in connection.scalars(query)]
    return found


def made(connection: Connection, desk: Desk, series: str, subject: int, now: int) -> bytes | None:
    """The sheet as it is now; None when there is no such paper.

    A notice that was sent and minutes that were signed come out the same every time.
    """
    if series == papers.NOTICE:
        notice = notices.find(connection, subject)
        if notice is None:
            return None
        head = letterhead(notice) if notice.head else desk.head
        to = notices.deliveries(connection, subject)
        return sheets.notice_pdf(desk.say, head, notice, to, now)
    record = records.find(connection, subject)
    if record is None:
        return None
    return minutes.pdf(connection, desk, record, now)


def file_papers(engine: Engine, desk: Desk, now: int) -> int:
    """Make and keep the sheets that are still missing; how many."""
    with reading(engine) as connection:
        missing = _unfiled(connection)
        sheets_made = [
            (series, subject, made(connection, desk, series, subject, now))
            for series, subject in missing
        ]
    for series, subject, content in sheets_made:
        if content is not None:
            with writing(engine) as connection:
                papers.keep(connection, series, subject, content, now)
    return len(sheets_made)
