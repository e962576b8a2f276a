"""The hub's record of itself: a durable row every 10 s, older ones condensed into spans (R7).

    AliveRecord(engine, boot, run).beat(now, mono)     one round of the part `alive`
    holes(connection, span, as_of=None) -> Spans       when the hub was away
    condense(connection, before)

Times are placed by the monotonic clock and one anchor per run, so that a wall clock that is moved a
little moves nothing, and many small steps do not add up unseen. A step beyond 2 s makes a new
anchor and a line of the audit trail (R5); the time that it leaps over is a hole, since nothing was
seen under that name.
"""

from itertools import pairwise
from typing import Final

from sqlalchemy import Connection, Engine, delete, func, select

from motcua_hub.domain.availability import liveness
from motcua_hub.domain.availability.intervals import Interval, Spans, normal
from motcua_hub.ledger import trail
from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from motcua_hub.store.upsert import insert_new, put

table: Final = schema.hub_alive
spans: Final = schema.hub_alive_span
EVERY_S: Final = 10.0
STEP_MS: Final = 2_000
_KEPT_MS: Final = 86_400_000
_EVERY_ROWS: Final = 360


class AliveRecord:
    """Says again and again that the hub lives.

    Args:
        engine: The hub's database.
        boot: Which boot of the machine this is.
        run: Which run of the program this is.
    """

    def __init__(self, engine: Engine, boot: str, run: str) -> None:
        self._engine = engine
        self._boot = boot[:64]
        self._run = run[:32]
        self._anchor: tuple[int, int] | None = None
        self._rows = 0

    def beat(self, now: int, mono: int) -> int:
        """One row at wall clock `now` and monotonic clock `mono` (ms); the time it is placed at."""
        step = self._stepped(now, mono)
        at = self._placed(now, mono)
        row = {"at": at, "mono": mono, "boot": self._boot, "run": self._run}
        with writing(self._engine) as connection:
            if step:
                detail = f"run {self._run}: the wall clock stepped by {step} ms; a new anchor"
                trail.write(connection, at, "clock_step", "hub", detail)
            insert_new(connection, table, [row])
            if self._rows % _EVERY_ROWS == 0:
                condense(connection, at - _KEPT_MS)
        self._rows += 1
        return at

    def _stepped(self, now: int, mono: int) -> int:
        """By how much the wall clock has left its anchor (ms); 0 while it has not (R5)."""
        if self._anchor is None:
            return 0
        step = now - (self._anchor[0] + mono - self._anchor[1])
        return step if abs(step) > STEP_MS else 0

    def _placed(self, now: int, mono: int) -> int:
        if self._anchor is None or self._stepped(now, mono):
            self._anchor = (now, mono)
        return self._anchor[0] + mono - self._anchor[1]


def condense(connection: Connection, before: int) -> int:
    """Rows before `before` (UTC ms) as spans; the number of rows that went."""
    query = select(table.c.at, table.c.run).where(table.c.at < before).order_by(table.c.at)
    rows = [(row.at, row.run) for row in connection.execute(query)]
    if not rows:
        return 0
    found: list[list[int]] = []
    runs: list[str] = []
    for at, run in rows:
        if found and at - found[-1][1] <= liveness.LIMIT:
            found[-1][1] = at
            found[-1][2] += 1
        else:
            found.append([at, at, 1])
            runs.append(run)
    new = [
        {"begin_at": begin, "end_at": end, "rows": n, "run": run}
        for (begin, end, n), run in zip(found, runs, strict=True)
    ]
    _join_last(connection, new[0])
    put(connection, spans, new)
    connection.execute(delete(table).where(table.c.at < before))
    return len(rows)


def _join_last(connection: Connection, first: dict[str, object]) -> None:
    """The first new span goes on where the last one kept ends, if it does."""
    begin = int(str(first["begin_at"]))
    query = select(spans).where(spans.c.end_at <= begin).order_by(spans.c.end_at.desc()).limit(1)
    last = connection.execute(query).one_or_none()
    if last is not None and begin - last.end_at <= liveness.LIMIT:
        connection.execute(delete(spans).where(spans.c.begin_at == last.begin_at))
        first["begin_at"] = last.begin_at
        first["rows"] = last.rows + int(str(first["rows"]))


def holes(connection: Connection, span: Interval, as_of: int | None = None) -> Spans:
    """When the hub was away, of the times that touch `span`.

    Before its first row the hub kept no record, which is no hole. The time since its last row may
    be one only once a later row is there: who asks, lives.
    """
    until = span[1] if as_of is None else min(span[1], as_of)
    lived = _lived(connection, (span[0], until), as_of)
    away = ((a[1], b[0]) for a, b in pairwise(lived) if b[0] - a[1] > liveness.LIMIT)
    return normal(each for each in away if each[0] < span[1] and span[0] < each[1])


def _lived(connection: Connection, span: Interval, as_of: int | None) -> list[Interval]:
    """Rows and spans from the last before `span` to the first after it, as of `as_of`."""
    begin, end = _edges(connection, span)
    if as_of is not None:
        end = min(end, as_of)
    old = select(spans.c.begin_at, spans.c.end_at).where(
        spans.c.end_at >= begin, spans.c.begin_at <= end
    )
    single = select(table.c.at).where(table.c.at.between(begin, end))
    found = [(row.begin_at, min(row.end_at, end)) for row in connection.execute(old)]
    found += [(at, at) for at in connection.scalars(single)]
    return sorted(found)


def _edges(connection: Connection, span: Interval) -> Interval:
    begin, end = span
    before = [
        connection.scalar(select(func.max(spans.c.end_at)).where(spans.c.end_at <= begin)),
        connection.scalar(select(func.max(table.c.at)).where(table.c.at <= begin)),
    ]
    after = [
        connection.scalar(select(func.min(spans.c.begin_at)).where(spans.c.begin_at >= end)),
        connection.scalar(select(func.min(table.c.at)).where(table.c.at >= end)),
    ]
    first = max((each for each in before if each is not None), default=begin)
    last = min((each for each in after if each is not None), default=end)
    return (first, last)
