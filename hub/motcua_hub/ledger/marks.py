"""When the outages of targets were confirmed and taken on, from the incidents of the desk."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from motcua_hub.domain.availability.incidents import Marks
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.store import schema


def marks_of(
    connection: Connection, targets: Sequence[str], span: Interval
) -> dict[str, dict[int, Marks]]:
    """By target and beginning of the outage, for outages that began in `span`."""
    incident = schema.incident
    query = select(
        incident.c.target,
        incident.c.onset_at,
        incident.c.confirmed_at,
        incident.c.acknowledged_at,
    ).where(incident.c.target.in_(targets), incident.c.onset_at.between(*span))
    found: dict[str, dict[int, Marks]] = {}
    for target, onset, confirmed, acknowledged in connection.execute(query):
        found.setdefault(target, {})[onset] = Marks(confirmed, acknowledged)
    return found
