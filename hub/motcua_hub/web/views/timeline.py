"""A site's events as a person reads them."""

import json
from typing import Final

import msgspec

from motcua_contract.facts import FACT_TYPES
from motcua_hub.web.queries.timeline import EventRow

TYPES: Final = tuple(sorted(FACT_TYPES))
_MAX_RAW: Final = 20_000


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """An event; `raw` is its body indented (or as hex when it is no text), None for a stub."""

    id: int
    jid: str
    seq: int
    type: str
    subject: str
    clock: str
    business_day: str
    t_wall: int
    best_time: int
    best_error: int | None
    received_at: int
    quarantined: str
    raw: str | None


def build(row: EventRow) -> EventView:
    """One row, its body made readable."""
    return EventView(
        id=row.id,
        jid=row.jid,
        seq=row.seq,
        type=row.type,
        subject=row.subject or "",
        clock=row.clock,
        business_day=row.business_day,
        t_wall=row.t_wall,
        best_time=row.best_time,
        best_error=row.best_error,
        received_at=row.received_at,
        quarantined=row.quarantined or "",
        raw=None if row.body is None else readable(row.body),
    )


def readable(body: bytes) -> str:
    """A body for human eyes: indented JSON, else its text, else hex; long ones are cut."""
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        try:
            text = body.decode()
        except UnicodeDecodeError:
            text = body.hex(" ")
    return text if len(text) <= _MAX_RAW else text[:_MAX_RAW] + "…"
