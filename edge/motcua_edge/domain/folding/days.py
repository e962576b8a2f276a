"""Business days and the series of numbers."""

from motcua_contract.facts import office as facts
from motcua_edge.domain.folding.edits import replace, with_office
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Instant, OfficeState, Series
from motcua_edge.domain.numbering import series_key


def register(registry: Registry) -> None:
    """This family's facts."""
    registry.on(facts.DayOpened, _opened)
    registry.on(facts.DayClosed, _closed)
    registry.on(facts.SeriesAdvanced, _advanced)
    registry.on(facts.SeriesOverflowed, _overflowed)


def _opened(state: OfficeState, fact: facts.DayOpened, at: Instant) -> OfficeState:
    """A later day begins clean; the same day again only means that somebody vouched for it."""
    if fact.day < state.office.day:
        return state
    rises = fact.day > state.office.day
    state = with_office(state, day=fact.day, day_clock=fact.clock, day_boot=at.boot, day_at=at.wall)
    return _cleared(state, fact.day) if rises else state


def _cleared(state: OfficeState, day: str) -> OfficeState:
    """Drop what is over. Tickets still open stay: nothing may vanish without a fact."""
    tickets = {k: t for k, t in state.tickets.items() if t.day >= day or not t.state.terminal}
    series = {k: s for k, s in state.series.items() if s.day >= day}
    counters = {k: replace(c, normal_run=0) for k, c in state.counters.items()}
    state = with_office(state, day_closed=False, last_kiosk_at={})
    return replace(state, tickets=tickets, series=series, counters=counters)


def _closed(state: OfficeState, fact: facts.DayClosed, _at: Instant) -> OfficeState:
    return with_office(state, day_closed=True) if fact.day == state.office.day else state


def _with_series(state: OfficeState, series: Series) -> OfficeState:
    return replace(state, series={**state.series, series_key(series.day, series.name): series})


def _series(state: OfficeState, day: str, name: str) -> Series:
    return state.series.get(series_key(day, name)) or Series(name=name, day=day)


def _advanced(state: OfficeState, fact: facts.SeriesAdvanced, _at: Instant) -> OfficeState:
    if fact.day < state.office.day:
        return state
    known = _series(state, fact.day, fact.series)
    return _with_series(state, replace(known, last=max(known.last, fact.number)))


def _overflowed(state: OfficeState, fact: facts.SeriesOverflowed, _at: Instant) -> OfficeState:
    full = _series(state, fact.day, fact.series)
    state = _with_series(state, replace(full, overflow=fact.next_series))
    return _with_series(state, _series(state, fact.day, fact.next_series))
