"""What probes warn of: a target that works, but for how long (R84)."""

import re
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from motcua_hub.store import schema

table: Final = schema.probe_warning
ENDS_SOON: Final = "tls_ends_soon"
_NUMBER: Final = re.compile(r"-?\d+")


class Warned(msgspec.Struct, frozen=True):
    """A warning of one vantage.

    Attributes:
        warning: A `Trouble` of `motcua_probes`, such as `tls_ends_soon`.
        days: What a certificate has left; None for another warning.
        since: UTC ms.
    """

    vantage: str
    warning: str
    days: int | None
    since: int


def of_target(connection: Connection, target: str) -> tuple[Warned, ...]:
    """What is warned of a target right now."""
    query = select(table).where(table.c.target == target).order_by(table.c.vantage)
    return tuple(
        Warned(row.vantage, row.warning, _days(row.warning, row.detail), row.since)
        for row in connection.execute(query)
    )


class Ending(msgspec.Struct, frozen=True):
    """A target whose certificate ends soon, since when that is known (UTC ms)."""

    target: str
    since: int


def ending(connection: Connection) -> tuple[Ending, ...]:
    """Targets of which any vantage says so, each once."""
    query = (
        select(table.c.target, func.min(table.c.since))
        .where(table.c.warning == ENDS_SOON)
        .group_by(table.c.target)
    )
    return tuple(Ending(*row) for row in connection.execute(query.order_by(table.c.target)))


def _days(warning: str, detail: str) -> int | None:
    number = _NUMBER.search(detail)
    return int(number[0]) if warning == ENDS_SOON and number is not None else None
