"""Which reports are to be made now: asked for, owed by the calendar, final at last, corrected.

Every rule looks at the archive, so that a report is made once whatever was interrupted.
"""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from sqlalchemy import Connection, Engine, select

from motcua_hub.domain.availability.reports import Standing, standing
from motcua_hub.domain.reporting.periods import (
    NoPeriodError,
    Period,
    PeriodKind,
    containing,
    period_of,
)
from motcua_hub.ledger.layers import Basis
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.subjects import Subjects
from motcua_hub.reporting import duties
from motcua_hub.reporting import reading as ledger_reading
from motcua_hub.reporting.drawn.pdf import DrawingError
from motcua_hub.reporting.making import HUB, Order, kept_of, make
from motcua_hub.reporting.words import load
from motcua_hub.store import archive, drawings, schema
from motcua_hub.store.archive import Entry, Request
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.upsert import put

log = logging.getLogger(__name__)
_CURSOR: Final = "reporting.late"


class Schedule:
    """One round after another; call `work` whenever something is due."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def work(self, now: int) -> Iterator[Entry]:
        """Make whatever is to be made at `now` (UTC ms), one after the other.

        When reports cannot be drawn, that is written down, and tried again after a while.
        """
        yield from self.answer(now)
        try:
            yield from self.make_owed(now)
            with reading(self._engine) as connection:
                look = duties.LOOK in duties.due(connection, now)
            if look:
                yield from self._doing(duties.LOOK, now, self._look)
        except DrawingError:
            log.debug("the rest of this round cannot be drawn either")

    def answer(self, now: int) -> Iterator[Entry]:
        """What people asked for."""
        with reading(self._engine) as connection:
            waiting, held = archive.requests(connection, waiting=True), drawings.listing(connection)
        for each in waiting:
            what = duties.request_name(each)
            if duties.ready(held, what, now):
                yield from self._doing(what, now, partial(self._answered, each))

    def _doing(
        self, what: str, now: int, work: Callable[[int], Iterator[Entry]]
    ) -> Iterator[Entry]:
        """Work under a name that is in the database while it lasts."""
        with writing(self._engine) as connection:
            drawings.begin(connection, what, now)
        try:
            yield from work(now)
        except DrawingError as error:
            with writing(self._engine) as connection:
                many = drawings.fail(connection, what, now, str(error))
            if many == 1:
                log.warning("reports cannot be made: %s", error)
            raise
        with writing(self._engine) as connection:
            drawings.end(connection, what)

    def _look(self, now: int) -> Iterator[Entry]:
        yield from self.finalise(now)
        yield from self.correct(now)
        with writing(self._engine) as connection:
            duties.looked(connection, now)

    def _answered(self, request: Request, now: int) -> Iterator[Entry]:
        order = self._order(request, now)
        if isinstance(order, str):
            self._refuse(request, now, order)
            return
        try:
            entry = make(self._engine, order, now)
        except DrawingError as error:
            log.warning("report of %s cannot be made: %s", request.period, error)
            self._refuse(request, now, "reports.fault.drawing")
        else:
            if entry is not None:
                yield entry

    def _refuse(self, request: Request, now: int, why: str) -> None:
        with writing(self._engine) as connection:
            archive.end_request(connection, request.id, now, trouble=why)

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
        duties.prepare(self._engine, now)
        with reading(self._engine) as connection:
            held = drawings.listing(connection)
            periods = tuple(duties.owed_periods(connection, now))
        for period in periods:
            what = duties.owed_name(period)
            if duties.ready(held, what, now):
                yield from self._doing(what, now, partial(self._made, period))

    def _made(self, period: Period, now: int) -> Iterator[Entry]:
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
