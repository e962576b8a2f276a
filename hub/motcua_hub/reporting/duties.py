"""What is to be drawn now, by name. Asked in every round, so it costs a few small queries.

`request/12` is what a person asked for, `owed/month:2026-10` what the calendar owes, `look` is to
go through the archive for what became final and for what later evidence corrects.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, Engine

from motcua_hub.domain.availability.policy import HOUR
from motcua_hub.domain.reporting.periods import Period, PeriodKind, owed
from motcua_hub.ledger import cursors
from motcua_hub.store import archive, drawings, reporting
from motcua_hub.store.archive import Request
from motcua_hub.store.drawings import Drawing
from motcua_hub.store.engine import reading, writing

LOOK: Final = "look"
LOOK_AGAIN: Final = HOUR
"""How often provisional and archived reports are looked at, in ms."""
TRY_SOON: Final = 30_000
"""How long to wait after a first failure, in ms."""
TRY_AGAIN: Final = HOUR // 6
"""The same after every further one."""
TRIES: Final = 3
"""After so many failures a person who asked is told that nothing will come of it."""
_LOOKED: Final = "reporting.looked"


def request_name(request: Request) -> str:
    """What answering a request is called."""
    return f"request/{request.id}"


def owed_name(period: Period) -> str:
    """What making an owed report is called."""
    return f"owed/{period.key}"


def ready(held: Mapping[str, Drawing], what: str, now: int) -> bool:
    """Whether a thing may be tried: it never failed, or long enough ago."""
    one = held.get(what)
    if one is None or one.failed_at is None:
        return True
    wait = TRY_SOON if one.failures == 1 else TRY_AGAIN
    return not 0 <= now - one.failed_at < wait


def prepare(engine: Engine, now: int) -> None:
    """Write down, once, from when on reports are owed."""
    with reading(engine) as connection:
        there = len(reporting.plans(connection))
    if there < len(PeriodKind):
        with writing(engine) as connection:
            reporting.begin(connection, now)


def due(connection: Connection, now: int) -> tuple[str, ...]:
    """Everything that is to be done at `now` (UTC ms), what people wait for first."""
    held = drawings.listing(connection)
    found = [request_name(each) for each in archive.requests(connection, waiting=True)]
    found += [owed_name(each) for each in owed_periods(connection, now)]
    if look_due(connection, now):
        found.append(LOOK)
    return tuple(what for what in found if ready(held, what, now))


def owed_periods(connection: Connection, now: int) -> Iterator[Period]:
    """What the calendar owes and the archive has not, the oldest of each kind first."""
    done = archive.jobs_done(connection)
    for plan in reporting.plans(connection):
        if plan.enabled:
            for period in owed(plan.kind, plan.since, now, plan.day, plan.hour):
                if period.key not in done:
                    yield period


def look_due(connection: Connection, now: int) -> bool:
    """Whether the archive is to be gone through; an empty one need not."""
    age = now - cursors.at(connection, _LOOKED)
    return not 0 <= age < LOOK_AGAIN and bool(archive.listing(connection, 1))


def looked(connection: Connection, now: int) -> None:
    """The archive was gone through at `now`."""
    cursors.move(connection, _LOOKED, now)
