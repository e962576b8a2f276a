"""Promises of incidents: each gets the one that fits it, once it is known who has it.

What ingest, backups and servicing raise is given its deadlines here; and an incident that goes to a
unit with a contract of its own, or turns out to be of another class, gets those of its new promise.
"""

from typing import Final

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.desk.moves import Moves
from motcua_hub.domain.incident.promises import Case
from motcua_hub.domain.incident.vocabulary import Cause, Severity, Status
from motcua_hub.store import schema

_RUNS: Final = (
    Status.OPEN.value,
    Status.ACKNOWLEDGED.value,
    Status.IN_PROGRESS.value,
    Status.WAITING.value,
)
table: Final = schema.incident


class _Held(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    opened_at: int
    severity: int
    responsible: str
    site: str
    unit: int | None
    ack_due_at: int | None
    repair_due_at: int | None
    promise: int | None

    @property
    def case(self) -> Case:
        return Case(
            severity=self.severity,
            opened_at=self.opened_at,
            responsible=self.responsible,
            site=self.site,
            unit=self.unit,
        )

    @property
    def bare(self) -> bool:
        """Nobody has promised anything yet."""
        return self.promise is None and self.ack_due_at is None and self.repair_due_at is None


def advance(connection: Connection, moves: Moves) -> None:
    """Incidents whose deadlines run, and that should have another promise than they have."""
    for one in _held(connection, moves):
        fitting = moves.fitting(one.case)
        if fitting is not None and (one.bare or fitting != (one.promise or 0)):
            moves.promise(one.id)


def _held(connection: Connection, moves: Moves) -> list[_Held]:
    """A child's parent answers for it, and planned work for nobody."""
    columns = [table.c[name] for name in _Held.__struct_fields__]
    query = select(*columns).where(
        table.c.status.in_(_RUNS),
        table.c.restored_at.is_(None),
        table.c.parent.is_(None),
        table.c.severity < int(Severity.INFO),
        table.c.cause != Cause.PLANNED.value,
    )
    if not moves.special:
        query = query.where(table.c.promise.is_(None))
    rows = connection.execute(query.order_by(table.c.id)).mappings()
    found = [_Held(**row) for row in rows]
    return found if moves.special else [one for one in found if one.bare]
