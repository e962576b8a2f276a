"""Which reports are to be made now: asked for, owed by the calendar, final at last, corrected.

Every rule looks at the archive, so that a report is made once whatever was interrupted.
"""

import logging
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, Engine, select

from motcua_hub.domain.availability.policy import HOUR
from motcua_hub.domain.availability.reports import Standing, standing
from motcua_hub.domain.reporting.periods import (
    NoPeriodError,
    Period,
    PeriodKind,
    containing,
    owed,
    period_of,
)
from motcua_hub.ledger.layers import Basis
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.subjects import Subjects
from motcua_hub.reporting import reading as ledger_reading
from motcua_hub.reporting.drawn.pdf import DrawingError
from motcua_hub.reporting.making import HUB, Order, kept_of, make
from motcua_hub.reporting.words import load
from motcua_hub.store import archive, reporting, schema
from motcua_hub.store.archive import Entry, Request
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.upsert import put

log = logging.getLogger(__name__)
LOOK_AGAIN: Final = HOUR
"""How often provisional and archived reports are looked at, in ms."""
TRY_AGAIN: Final = HOUR // 6
"""How long to wait when reports cannot be drawn, in ms."""
_CURSOR: Final = "reporting.late"


class Schedule:
    """One round after another; call `work` every few seconds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._looked_at = 0
        self._failed_at: int | None = None

    def work(self, now: int) -> list[Entry]:
        """Make whatever is to be made at `now` (UTC ms).

        When reports cannot be drawn, that is said once, and tried again after a while.
        """
        made = list(self.answer(now))
        if self._failed_at is not None and 0 <= now - self._failed_at < TRY_AGAIN:
            return made
        try:
            made += self.make_owed(now)
            if now - self._looked_at >= LOOK_AGAIN or now < self._looked_at:
                made += [*self.finalise(now), *self.correct(now)]
                self._looked_at = now
        except DrawingError as error:
            if self._failed_at is None:
                log.warning("reports cannot be made: %s", error)
            self._failed_at = now
        else:
            if self._failed_at is not None:
                log.info("reports can be made again")
            self._failed_at = None
        return made

    def answer(self, now: int) -> Iterator[Entry]:
        """What people asked for."""
        with reading(self._engine) as connection:
            waiting = archive.requests(connection, waiting=True)
        for each in waiting:
            entry = self._answered(each, now)
            if entry is not None:
                yield entry

    def _answered(self, request: Request, now: int) -> Entry | None:
        order = self._order(request, now)
        if isinstance(order, str):
            with writing(self._engine) as connection:
                archive.end_request(connection, request.id, now, trouble=order)
            return None
        try:
            return make(self._engine, order, now)
        except DrawingError as error:
            log.warning("report of %s cannot be made: %s", request.period, error)
            with writing(self._engine) as connection:
                archive.end_request(connection, request.id, now, trouble="reports.fault.drawing")
            return None

    def _order(self, request: Request, now: int) -> Order | str:
        """What a request means; or the code of the words for why it means nothing."""
        try:
            period = period_of(request.period)
        except NoPeriodError:
            return "reports.fault.period"
        if period.interval[1] > now:
            return "reports.fault.running"
        with reading(self._engine) as connection:
            same = archive.same(connection, *period.interval, request.filters)
            known = archive.versions(connection, request.number) if request.number else ()
        if request.number and not known:
            return "reports.fault.number"
        if same is not None and not request.number:
            return "reports.fault.exists"
        whole = request.filters == archive.Filters()
        return Order(
            period=period,
            filters=known[-1].filters if known else request.filters,
            job=known[-1].job if known else (period.key if whole else None),
            number=request.number,
            reason=request.reason,
            made_by=request.asked_by,
            request=request.id,
        )

    def make_owed(self, now: int) -> Iterator[Entry]:
        """What the calendar owes: every period once, also those missed while the hub was away."""
        with reading(self._engine) as connection:
            plans = reporting.plans(connection)
            done = archive.jobs_done(connection)
        if len(plans) < len(PeriodKind):
            with writing(self._engine) as connection:
                reporting.begin(connection, now)
            return
        for plan in plans:
            if not plan.enabled:
                continue
            for period in owed(plan.kind, plan.since, now, plan.day, plan.hour):
                if period.key not in done:
                    entry = make(self._engine, Order(period=period, job=period.key), now)
                    if entry is not None:
                        yield entry

    def finalise(self, now: int) -> Iterator[Entry]:
        """Provisional reports that are final by now get the version that says so."""
        with reading(self._engine) as connection:
            open_ones = [e for e in archive.listing(connection) if e.standing != Standing.FINAL]
            ready = [entry for entry in open_ones if _settled(connection, entry, now)]
        for entry in ready:
            yield from self._again(entry, now, "reason.final")

    def correct(self, now: int) -> Iterator[Entry]:
        """Reports that evidence which came after them speaks of get a version that says so."""
        with reading(self._engine) as connection:
            after, upto = _cursor(connection), _newest(connection)
            entries = [e for e in archive.listing(connection) if e.standing == Standing.FINAL]
            touched = [e for e in entries if _spoken_of(connection, e, after, upto)]
        for entry in touched:
            yield from self._again(entry, now, "reason.late", only_if_changed=True)
        if upto > after:
            with writing(self._engine) as connection:
                put(connection, schema.ledger_cursor, [{"name": _CURSOR, "at": upto}])

    def _again(
        self, entry: Entry, now: int, reason: str, *, only_if_changed: bool = False
    ) -> Iterator[Entry]:
        order = Order(
            period=_period(entry),
            filters=entry.filters,
            job=entry.job,
            number=entry.number,
            reason=load()[reason],
            made_by=HUB,
        )
        made = make(self._engine, order, now, only_if_changed=only_if_changed)
        if made is not None:
            yield made


def _period(entry: Entry) -> Period:
    return containing(PeriodKind(entry.kind), entry.begin_at)


def _settled(connection: Connection, entry: Entry, now: int) -> bool:
    """Whether every target's part of a provisional report is final now."""
    period = (entry.begin_at, entry.end_at)
    open_ones = [
        name
        for name, made in kept_of(connection, entry).items()
        if made.always.standing is Standing.PROVISIONAL
    ]
    view = View(connection, now)
    there = [name for name in open_ones if name in view.targets]
    found = Subjects(view, period, basis=Basis.ALWAYS).of(there)
    return all(
        standing(period, now, each.journals, each.policy.settle) is Standing.FINAL for each in found
    )


def _cursor(connection: Connection) -> int:
    table = schema.ledger_cursor.c
    return connection.scalar(select(table.at).where(table.name == _CURSOR)) or 0


def _newest(connection: Connection) -> int:
    table = schema.evidence.c
    return connection.scalar(select(table.n).order_by(table.n.desc()).limit(1)) or 0


def _spoken_of(connection: Connection, entry: Entry, after: int, upto: int) -> bool:
    """Whether evidence between two places of the chain came after a report and speaks of it."""
    table = schema.evidence.c
    query = select(table.target).where(
        table.n > after,
        table.n <= upto,
        table.received_at > entry.as_of,
        table.begin_at < entry.end_at,
        table.end_at > entry.begin_at,
    )
    names = set(connection.scalars(query.distinct()))
    if not names:
        return False
    period = (entry.begin_at, entry.end_at)
    return any(
        each.id in names for each in ledger_reading.chosen(connection, period, entry.filters)
    )
