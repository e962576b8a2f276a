"""The ledger's own round in the running hub: what comes in by itself, and what is done every day.

`Rounds(engine).round(now)` adds targets that appeared, judges sessions with the broker, reads what
sites told of their devices, and once a day (local midnight) settles all open claims and purges what
is past its time. Pieces of time lines that evidence touched are made again, some in each round.
"""

import logging
from typing import Final

from sqlalchemy import Engine

from motcua_hub.ledger import arrivals, claims, cursors, devices, links, retention
from motcua_hub.ledger.timelines import refresh
from motcua_hub.store.engine import writing

log = logging.getLogger(__name__)
EVERY_S: Final = 5.0
_LOCAL_MS: Final = 7 * 3_600_000
"""Asia/Ho_Chi_Minh has had one offset since 1975."""
_PIECES: Final = 50


class Rounds:
    """One round after the other, each in short transactions.

    Args:
        engine: The hub's database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def round(self, now: int) -> None:
        """One round at `now` (UTC ms)."""
        with writing(self._engine) as connection:
            arrivals.ensure(connection, now)
        with writing(self._engine) as connection:
            links.advance(connection, now)
        with writing(self._engine) as connection:
            devices.advance(connection, now)
        self._daily(now)
        with writing(self._engine) as connection:
            refresh(connection, now, most=_PIECES)

    def _daily(self, now: int) -> None:
        day = _day(now)
        with writing(self._engine) as connection:
            if cursors.at(connection, "settled") >= day:
                return
            settled = claims.settle(connection, now)
            purged = retention.purge(connection, now)
            cursors.move(connection, "settled", day)
        log.info("settled %d claims, purged %d pieces of evidence", settled, purged)


def _day(now: int) -> int:
    """The number of the local day."""
    return (now + _LOCAL_MS) // 86_400_000
