"""Facts of which only the newest counts: a counter's state, a component's health.

And numbers of which only the highest counts: how far a series was given out.
"""

from typing import Any, Final

from motcua_contract.facts import Fact
from motcua_contract.facts.office import (
    CounterChanged,
    HealthChanged,
    OfficerLoggedIn,
    OfficerLoggedOut,
    SeriesAdvanced,
)
from motcua_contract.facts.tickets import TicketIssued
from motcua_contract.vocabulary import CounterState
from motcua_hub.domain.health.said import kept
from motcua_hub.domain.tickets import Stamp

Values = dict[str, Any]
MATTERS: Final[frozenset[type[Fact]]] = frozenset(
    (CounterChanged, HealthChanged, OfficerLoggedIn, OfficerLoggedOut, SeriesAdvanced, TicketIssued)
)
"""Facts of all other types say nothing here."""


def _counter(
    number: int, state: CounterState, officer: str | None, since: int, **more: object
) -> Values:
    row: Values = {"number": number, "state": state.value, "officer": officer, "since": since}
    return {**row, "reason": "", "back_at": None, **more}


def counter_values(fact: Fact, at: Stamp) -> Values | None:
    """Columns of `counter` that this fact sets, or None."""
    if isinstance(fact, OfficerLoggedIn):
        return _counter(fact.counter, CounterState.OPEN, fact.officer, at.wall)
    if isinstance(fact, OfficerLoggedOut):
        return _counter(fact.counter, CounterState.CLOSED, None, at.wall)
    if isinstance(fact, CounterChanged):
        more = {"reason": fact.reason, "back_at": fact.back_at}
        return _counter(fact.counter, fact.state, fact.officer or None, at.wall, **more)
    return None


def health_values(fact: Fact) -> Values | None:
    """Columns of `device_health` that this fact sets, or None. A drill says nothing of a device."""
    if not isinstance(fact, HealthChanged) or fact.drill:
        return None
    return {
        "component": fact.component,
        "state": fact.state.value,
        "code": fact.code,
        "since": fact.since,
        "detail": fact.detail,
        "said": kept(fact.said),
    }


def series_number(fact: Fact) -> tuple[str, str, int] | None:
    """(day, series, number) that was given out, or skipped; test numbers are not counted."""
    if isinstance(fact, TicketIssued) and not fact.test:
        return (fact.day, fact.series, fact.number)
    if isinstance(fact, SeriesAdvanced):
        return (fact.day, fact.series, fact.number)
    return None
