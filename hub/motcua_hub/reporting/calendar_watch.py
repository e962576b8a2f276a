"""Nobody fixed the days off of a year that is near, or is running: people are told, until it is.

Meanwhile the days of the law and days in lieu are used (`domain.calendar.expected`); reports, the
calendar's page and the messages say so. Told on given days before and after 1 January, once each,
to everybody who gets reports; a hub that was away tells the newest step only.
"""

import logging
from typing import Final

from sqlalchemy import Connection, Engine

from motcua_hub.domain.calendar.warning import step
from motcua_hub.domain.reporting.periods import local_day
from motcua_hub.ledger import cursors, trail
from motcua_hub.reporting.words import load
from motcua_hub.store import calendars, outbox, reporting
from motcua_hub.store.engine import reading, writing

log = logging.getLogger(__name__)
_SHIFTED: Final = 1_000
"""Steps may be negative, what is kept of them is not."""


class CalendarWatch:
    """Call `work` now and then."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def work(self, now: int) -> tuple[int, ...]:
        """Tell what is to be told at `now` (UTC ms); the years that are not fixed and near."""
        today = local_day(now)
        with reading(self._engine) as connection:
            held = calendars.years(connection, (today.year, today.year + 1))
            late = {
                year: found
                for year, one in held.items()
                if not one.days.notice and (found := step(year, today)) is not None
            }
            told = {year: cursors.at(connection, _name(year)) for year in late}
        fresh = {year: found for year, found in late.items() if found + _SHIFTED > told[year]}
        for year, found in fresh.items():
            with writing(self._engine) as connection:
                _tell(connection, year, found, now)
        return tuple(sorted(late))


def _name(year: int) -> str:
    return f"calendar.{year}"


def _tell(connection: Connection, year: int, found: int, now: int) -> None:
    """One step, to everybody, and into the audit trail: one transaction."""
    words = load()
    days = calendars.year(connection, year).days.days_off
    listed = "\n".join(f"- {each.day[8:]}/{each.day[5:7]}: {each.name}" for each in days)
    key = "running" if found >= 0 else "ahead"
    said = words[f"calendar.{key}"].format(nam=year, con=-found)
    body = words["calendar.body"].format(nam=year, mo_dau=said, ngay=listed)
    to = sorted({one for plan in reporting.plans(connection) for one in plan.recipients})
    for address in to:
        outbox.enqueue(
            connection,
            f"calendar:{year}:{found}:{address}"[:160],
            outbox.Channel.EMAIL,
            address,
            words["calendar.subject"].format(nam=year),
            body,
            now=now,
            kind="report",
        )
    cursors.move(connection, _name(year), found + _SHIFTED)
    trail.write(connection, now, "calendar_unofficial", str(year), f"{found} days, {len(to)} told")
    log.warning("nobody has fixed the days off of %d (%d days after its begin)", year, found)
