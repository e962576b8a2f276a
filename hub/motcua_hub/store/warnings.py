"""What probes warn of: a target that works, but for how long (R84)."""

import re
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.store import schema

table: Final = schema.probe_warning
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


def _days(warning: str, detail: str) -> int | None:
    number = _NUMBER.search(detail)
    return int(number[0]) if warning == "tls_ends_soon" and number is not None else None
