"""Until when, by the promise that fits and the office's own calendar."""

from typing import Any

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.availability.hours import NoServiceHoursError, ServiceHours
from motcua_hub.domain.incident.promises import (
    Case,
    Deadlines,
    Promises,
    deadlines,
    promised,
)
from motcua_hub.domain.incident.state import State
from motcua_hub.ledger.layers import hours_of
from motcua_hub.store import promises


class Calendar:
    """Promises and calendars of offices, each read once in a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._hours: dict[str, ServiceHours] = {}
        self._promises: Promises | None = None

    @property
    def promises(self) -> Promises:
        """The policy with all its versions."""
        if self._promises is None:
            self._promises = promises.load(self._connection)
        return self._promises

    def hours(self, site: str) -> ServiceHours:
        """The working hours of an office; of the province where there is none."""
        if site not in self._hours:
            self._hours[site] = hours_of(self._connection, site or None)
        return self._hours[site]

    def deadlines(self, case: Case, base: int, held_since: int | None = None) -> Deadlines:
        """Deadlines of an incident that counts from `base` (UTC ms), and the promise behind them.

        Without dates where the calendar holds no working time.
        """
        found = self.promises.find(case)
        if found is None:
            return Deadlines()
        promise = promised(found, base, held_since)
        try:
            return deadlines(promise, self.hours(case.site))
        except NoServiceHoursError:
            return Deadlines(promise=promise)

    def of(self, state: State, base: int, severity: int | None = None) -> Deadlines:
        """The same of an incident as it stands, as if it were of another severity."""
        return self.deadlines(case_of(state, severity), base, state.held_since)


def case_of(state: State, severity: int | None = None) -> Case:
    """What decides which promise an incident gets, as it stands."""
    return Case(
        severity=state.severity if severity is None else severity,
        opened_at=state.opened_at,
        responsible=state.responsible,
        site=state.site,
        unit=state.unit,
    )


def told(limits: Deadlines, *names: str) -> dict[str, Any]:
    """Deadlines for an entry of the timeline: `ack_due`, `repair_due` as named, and the promise."""
    dues = {"ack_due": limits.acknowledge, "repair_due": limits.repair}
    promise = None if limits.promise is None else msgspec.to_builtins(limits.promise)
    return {**{name: dues[name] for name in names}, "promise": promise}
