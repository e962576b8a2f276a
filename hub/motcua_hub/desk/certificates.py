"""Certificates that end soon (R84): something that works, but for how long; one incident each.

It is over when the target works without the warning. An expired one is an outage besides: what is
down has no certificate to show, so the incident waits until it is up with a new one.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection

from motcua_hub.desk import files
from motcua_hub.desk.moves import Moves
from motcua_hub.desk.sights import Scene
from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.health.kinds import responsible_for
from motcua_hub.domain.incident.watch import (
    CERTIFICATE,
    Held,
    Open,
    Relapse,
    Restore,
    Retire,
    Sight,
    newest,
)
from motcua_hub.store import warnings
from motcua_hub.store.warnings import Ending

GONE_MS: Final = 5 * 60_000
"""One failed probe takes the warning away, and the next brings it back."""
CODE: Final = "tls_expiring"
_SERVICE: Final = "service"
"""Under which the catalogue of faults keeps what probes find."""


class Certificates:
    """Remembers only since when a warning is gone: who forgets it waits once more."""

    def __init__(self) -> None:
        self._gone: dict[int, int] = {}

    def advance(self, connection: Connection, moves: Moves, seen: Scene) -> None:
        """Open, restore and reopen what follows from the warnings of now."""
        told = {each.target: each for each in warnings.ending(connection)}
        targets = {each.target: each for each in seen.sights if each.target is not None}
        held = newest(files.of_kind(connection, CERTIFICATE))
        by_target = {one.target: one for one in held.values()}
        for name in sorted(told.keys() & targets.keys()):
            if not targets[name].gone:
                _warned(moves, targets[name], told[name], by_target.get(name))
        self._over(moves, held.values(), told, targets)

    def _over(
        self,
        moves: Moves,
        held: Iterable[Held],
        told: Mapping[str, Ending],
        targets: Mapping[str, Sight],
    ) -> None:
        gone: dict[int, int] = {}
        for one in held:
            sight = targets.get(one.target or "")
            if sight is None or sight.gone:
                moves.turn(Retire(one.id))
            elif one.down and one.watched and sight.state is State.UP and one.target not in told:
                since = gone[one.id] = self._gone.get(one.id, moves.now)
                if moves.now - since >= GONE_MS:
                    moves.turn(Restore(one.id, max(since, one.onset)))
        # last, so that a round that is cut off forgets nothing
        self._gone = gone


def _warned(moves: Moves, target: Sight, ending: Ending, held: Held | None) -> None:
    if held is not None and held.down:
        return
    sight = Sight(
        site=target.site,
        subject=ending.target,
        kind=CERTIFICATE,
        state=State.DOWN,
        since=min(ending.since, moves.now),
        confirmed_at=moves.now,
        code=CODE,
        target=ending.target,
        target_kind=target.target_kind,
        responsible=responsible_for(_SERVICE, CODE).value,
    )
    moves.turn(Open(sight) if held is None else Relapse(held.id, sight, merged=False))
