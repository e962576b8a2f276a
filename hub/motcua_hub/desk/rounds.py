"""One round of the desk: look, and write down what follows, in one transaction if at all.

Everything that decides is in the database, so a round that was cut off at any point is done again
from the beginning by the next, and says nothing twice.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, or_, select

from motcua_hub.desk import causes, files, power, promising, quiet, reports
from motcua_hub.desk.causes import Case, Finding
from motcua_hub.desk.certificates import Certificates
from motcua_hub.desk.moves import Moves
from motcua_hub.desk.plans import Plans
from motcua_hub.desk.sights import Scene, scene
from motcua_hub.desk.trial import WouldWriteError, trial
from motcua_hub.domain.incident import crowds, lifecycle, watch
from motcua_hub.domain.incident.lifecycle import Notice
from motcua_hub.domain.incident.state import ACKNOWLEDGE, REPAIR, Entry, State
from motcua_hub.domain.incident.vocabulary import Cause, Happening, Severity, Status
from motcua_hub.domain.incident.watch import CROWDS, DOWN, SITE_LINK, Held, Sight
from motcua_hub.store import notices, schema, timelines
from motcua_hub.store.engine import reading, writing

CLOSES_AFTER_MS: Final = 24 * 3_600_000
"""Small things that came back by themselves are closed after so long: whoever has the next day's
first session still finds them. Part of the design (decision 19), as are the lengths below."""
UNSETTLED_MS: Final = 30 * 86_400_000
"""A journal that has not come by then is not waited for any more."""
PATIENCE_MS: Final = 60_000
"""How often the cause of one incident is asked again while it is not settled."""
_POWER_EVENT_WORSE: Final = Severity.MAJOR
Step = Callable[[str], None]

table: Final = schema.incident


class Desk:
    """Does rounds. What it remembers between them only saves work."""

    def __init__(self) -> None:
        self._asked: dict[int, int] = {}
        self._certificates = Certificates()

    def work(self, engine: Engine, now: int) -> int:
        """A round that takes the writers' lock only when there is something to write.

        What is seen is looked up before; what is decided is decided again from the rows as they
        are inside the transaction.
        """
        asked = dict(self._asked)
        with reading(engine) as view:
            seen = scene(view, now)
            try:
                with trial(view):
                    return self.round(view, now, seen=seen)
            except WouldWriteError:
                self._asked = asked
        with writing(engine) as connection:
            return self.round(connection, now, seen=seen)

    def round(
        self,
        connection: Connection,
        now: int,
        step: Step = lambda _name: None,
        *,
        seen: Scene | None = None,
    ) -> int:
        """Everything at `now` (UTC ms), inside `writing`; the number of entries written.

        `step` hears the name of each part before it begins: tests stop there. `seen` is what there
        is at `now`, if somebody has looked already.
        """
        plans = Plans(connection, now)
        moves = Moves(connection, now, plans)
        seen = scene(connection, now) if seen is None else seen
        step("turns")
        for turn in watch.turns(seen.sights, files.held(connection), now):
            moves.turn(turn)
        step("plans")
        quiet.advance(connection, moves, plans, seen)
        step("reports")
        moves.written += reports.advance(connection, now)
        step("power")
        moves.written += power.advance(connection, moves, now)
        step("certificates")
        self._certificates.advance(connection, moves, seen)
        step("crowds")
        _crowds(connection, moves, seen)
        step("joins")
        _joins(connection, moves, seen, now)
        step("causes")
        self._causes(connection, moves, now)
        step("severities")
        _severities(connection, moves, seen)
        step("promises")
        promising.advance(connection, moves)
        step("deadlines")
        _deadlines(connection, moves, now)
        step("closing")
        _closing(connection, moves, now)
        step("end")
        return moves.written

    def _causes(self, connection: Connection, moves: Moves, now: int) -> None:
        """First causes at once, the others again when their journals may be in."""
        for row in _unsettled(connection, now):
            first = row.cause == ""
            if not first and now - self._asked.get(row.id, 0) < PATIENCE_MS:
                continue
            self._asked[row.id] = now
            case = Case(target=row.target, onset=row.onset_at, end=row.restored_at)
            found = causes.finding(connection, case, now)
            entry = None if found is None else _cause_entry(row, found, now)
            if entry is not None:
                moves.entries(row.id, [entry])
                self._asked.pop(row.id, None)


class _Unsettled(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    target: str
    target_kind: str
    cause: str
    onset_at: int
    restored_at: int | None
    responsible: str


def _unsettled(connection: Connection, now: int) -> list[_Unsettled]:
    """Outages of targets without a cause, or with a provisional one; also of closed incidents."""
    columns = [table.c[name] for name in _Unsettled.__struct_fields__]
    query = select(*columns).where(
        table.c.kind == DOWN,
        table.c.target.is_not(None),
        or_(table.c.cause == "", table.c.provisional),
        table.c.opened_at > now - UNSETTLED_MS,
    )
    rows = connection.execute(query.order_by(table.c.id)).mappings()
    return [_Unsettled(**row) for row in rows]


def _cause_entry(row: _Unsettled, found: Finding, now: int) -> Entry | None:
    """The first word, or the last one; between them only that a link is suspect after all.

    The office's session may be known to be lost some seconds before its router's third ping is.
    """
    said = found.cause
    first = row.cause == ""
    unknown = row.target_kind == SITE_LINK and row.cause == Cause.UNKNOWN
    if not first and said.provisional and not (unknown and said.cause is Cause.LINK):
        return None
    changed = not first and row.cause != said.cause.value
    return causes.entry(found, row.responsible, now, changed=changed)


def _crowds(connection: Connection, moves: Moves, seen: Scene) -> None:
    """Half of the sites at once is one incident; it is over when most of them are back.

    What is planned makes no crowd.
    """
    held = files.held(connection)
    planned = {one.target for one in held if one.down and one.cause == Cause.PLANNED}
    links = {name: carrier for name, carrier in seen.links.items() if name not in planned}
    crowd = crowds.crowd(held, links)
    if crowd is not None:
        moves.crowd(crowd)
        held = files.held(connection)
    for one in held:
        if one.kind in CROWDS and one.down:
            ended = crowds.crowd_over(one, _children(connection, one.id))
            if ended is not None:
                moves.restored(one.id, ended)


def _children(connection: Connection, parent: int) -> list[Held]:
    ids = connection.scalars(select(table.c.id).where(table.c.parent == parent)).all()
    return list(files.some(connection, ids).values())


def _joins(connection: Connection, moves: Moves, seen: Scene, now: int) -> None:
    """Who explains whom."""
    held = files.held(connection)
    parents = files.some(connection, (one.parent for one in held if one.parent is not None))
    for leave in watch.leaves(held, parents, now):
        moves.leave(leave)
    held = files.held(connection)
    for join in watch.joins(held, seen.above):
        moves.join(join)
    wanted = watch.masks(seen.sights, files.held(connection))
    told = files.masked(connection, (mask.parent for mask in wanted))
    for mask in wanted:
        if mask.target not in told[mask.parent]:
            moves.mask(mask)


def _severities(connection: Connection, moves: Moves, seen: Scene) -> None:
    """It only ever gets worse by itself; what is planned stays what it is."""
    sights = {sight.key: sight for sight in seen.sights}
    held = files.held(connection)
    parents = {one.parent for one in held if one.parent is not None}
    for one in held:
        if not one.down or one.cause == Cause.PLANNED:
            continue
        worse, why = _worse(one, sights.get(one.key), explains=one.id in parents)
        if worse < one.severity:
            moves.severity(one.id, worse, why, one.opened_at)


def _worse(one: Held, sight: Sight | None, *, explains: bool) -> tuple[int, str]:
    dark = one.target_kind == SITE_LINK and one.cause in (Cause.POWER, Cause.DEVICE)
    if dark or (sight is not None and sight.office_dead):
        return Severity.CRITICAL, "office_dead"
    if one.kind == watch.POWER_EVENT and explains:
        return _POWER_EVENT_WORSE, "explains"
    if one.kind in (watch.POWER_EVENT, watch.FAULT) and sight is not None and sight.critical:
        return Severity.MAJOR, "device_critical"
    return Severity.INFO, ""


class _Due(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    status: str
    severity: int
    parent: int | None
    restored_at: int | None
    acknowledged_at: int | None
    ack_due_at: int | None
    repair_due_at: int | None
    ack_missed: bool
    repair_missed: bool


def _deadlines(connection: Connection, moves: Moves, now: int) -> None:
    """What went by unanswered is written down, once. A child's parent answers for it."""
    columns = [table.c[name] for name in _Due.__struct_fields__]
    query = select(*columns).where(
        table.c.status.in_([s.value for s in (Status.OPEN, Status.ACKNOWLEDGED)] + _AT_WORK),
        table.c.parent.is_(None),
        or_(table.c.ack_due_at < now, table.c.repair_due_at < now),
    )
    for row in connection.execute(query.order_by(table.c.id)).mappings():
        entries = list(_missed(_Due(**row), now))
        if entries:
            moves.entries(row["id"], entries)


_AT_WORK: Final = [Status.IN_PROGRESS.value, Status.WAITING.value]


def _missed(row: _Due, now: int) -> Iterable[Entry]:
    late_ack = row.ack_due_at is not None and row.ack_due_at < now
    if late_ack and row.acknowledged_at is None and not row.ack_missed:
        yield _late(ACKNOWLEDGE, row.ack_due_at, now)
    if row.repair_due_at is not None and row.repair_due_at < now and not row.repair_missed:
        yield _late(REPAIR, row.repair_due_at, now)


def _late(which: str, due: int | None, now: int) -> Entry:
    detail = {"which": which, "due": due}
    return Entry(happening=Happening.DEADLINE_MISSED, at=now, detail=detail)


def _closing(connection: Connection, moves: Moves, now: int) -> None:
    """What nobody has to say anything of any more."""
    old = now - CLOSES_AFTER_MS
    query = select(table.c.id).where(
        table.c.status == Status.RESTORED.value,
        table.c.kind.in_(files.OURS),
        or_(table.c.severity >= int(Severity.INFO), table.c.restored_at <= old),
    )
    ids: Sequence[int] = connection.scalars(query.order_by(table.c.id)).all()
    for incident in ids:
        # most of these wait for people: a look first, so that nobody waits for a lock
        seen = timelines.load(connection, incident)
        if not _closes(connection, incident, seen, now):
            continue
        if _closes(connection, incident, timelines.locked(connection, incident), now):
            entry = Entry(happening=Happening.CLOSED, at=now, detail={"reason": "by_itself"})
            moves.entries(incident, [entry])


def _closes(connection: Connection, incident: int, state: State | None, now: int) -> bool:
    waiting = notices.closable(connection, incident) is not None
    notice = Notice(required=waiting, answered=not waiting)
    return state is not None and lifecycle.closes_itself(state, now, notice, CLOSES_AFTER_MS)
