"""When the outages of targets were confirmed and taken on, from the incidents of the desk."""

from collections.abc import Sequence

from sqlalchemy import Connection

from motcua_hub.domain.availability.incidents import Marks
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.store import incidents


def marks_of(
    connection: Connection, targets: Sequence[str], span: Interval
) -> dict[str, dict[int, Marks]]:
    """By target and beginning of the outage, for outages that touch `span`."""
    return incidents.marks_of(connection, targets, span)
