"""An office's journal full of events that no hub has heard of: days of visits, truly decided."""

import asyncio
from pathlib import Path

from demo.offices import Office, site_config
from motcua_edge.domain import commands as c
from motcua_edge.domain.model import OfficeState
from motcua_edge.domain.numbering import site_series
from motcua_edge.domain.rows import diff
from motcua_edge.journal import Journal, Origin
from support.desk import Desk

FIRST_DAY = "2026-06-01 08:00"
_DAY_MS = 24 * 3600 * 1000
_VISITS_A_DAY = 300


def seed(path: Path, office: Office, events: int) -> int:
    """Fill a new journal with at least so many events; returns how many there are."""
    return asyncio.run(_seed(path, office, events))


async def _seed(path: Path, office: Office, events: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    desk = Desk(site_config(office), at=FIRST_DAY)
    origin = Origin(hardware="seed", version="1.0")
    journal = Journal.open(path, origin, desk.now, series=site_series(desk.site))
    try:
        kept = await _commit(journal, desk, OfficeState(), lambda: desk.seat("cb01", 1))
        visits = 0
        while journal.last_seq < events:
            visits += 1
            if visits % _VISITS_A_DAY == 0:
                desk.set(wall=desk.now.wall + _DAY_MS, mono=desk.now.mono + _DAY_MS)
            desk.wait(30)
            kept = await _commit(journal, desk, kept, lambda: _visit(desk))
        return journal.last_seq
    finally:
        journal.close()


async def _commit(journal: Journal, desk: Desk, before: OfficeState, act: object) -> OfficeState:
    desk.history.clear()
    act()
    await journal.append(
        [fact for fact, _ in desk.history],
        diff(before, desk.state),
        business_day=desk.state.office.day,
        now=desk.now,
    )
    return desk.state


def _visit(desk: Desk) -> None:
    """A number, its slip, the call, the service."""
    issued = desk.do(c.IssueTicket(service="CT", late_consent=True))
    ticket = desk.state.tickets[issued[-1].ticket]
    desk.do(c.RecordPrintSent(ticket=ticket.id, job=1))
    desk.do(c.RecordPrinted(ticket=ticket.id, job=1))
    called = desk.call(1, "cb01")
    desk.play(called)
    desk.act(c.Start, called, officer="cb01")
    desk.act(c.Finish, called, officer="cb01")
