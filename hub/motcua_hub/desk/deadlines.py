"""Until when, by the office's own calendar."""

from sqlalchemy import Connection

from motcua_hub.domain.availability.hours import NoServiceHoursError, ServiceHours
from motcua_hub.domain.incident.severity import Deadlines, deadlines
from motcua_hub.ledger.layers import hours_of


class Calendar:
    """Calendars of offices, each read once in a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._hours: dict[str, ServiceHours] = {}

    def hours(self, site: str) -> ServiceHours:
        """The working hours of an office; of the province where there is none."""
        if site not in self._hours:
            self._hours[site] = hours_of(self._connection, site or None)
        return self._hours[site]

    def deadlines(self, severity: int, since: int, site: str) -> Deadlines:
        """Deadlines from a moment (UTC ms); none where the calendar holds no working time."""
        try:
            return deadlines(severity, since, self.hours(site))
        except NoServiceHoursError:
            return Deadlines(None, None)
