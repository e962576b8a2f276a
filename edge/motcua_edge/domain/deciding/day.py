"""Commands about the business day and its numbers."""

from datetime import timedelta
from typing import Final

from motcua_contract.facts import Fact
from motcua_contract.facts.office import SeriesAdvanced
from motcua_edge.domain import calendar
from motcua_edge.domain.commands import AdvanceSeries, CloseDay, ConfirmDay
from motcua_edge.domain.deciding import closing, opening
from motcua_edge.domain.deciding.guards import nothing_changes
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.numbering import series_key
from motcua_edge.domain.refusals import Refusal, RefusalCode

_FARTHEST: Final = timedelta(days=366)
_FIRST_YEAR: Final = 2025
"""A slip of the finger must not carry the office years ahead: the day can never go back."""


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(ConfirmDay, confirm_day)
    rulebook.on(CloseDay, close_day)
    rulebook.on(AdvanceSeries, advance_series)


def confirm_day(situation: Situation, command: ConfirmDay) -> Facts:
    """A person vouches for the date while the clock cannot."""
    office = situation.state.office
    _check_day(situation, command.day)
    same = command.day == office.day
    if same and (situation.now.clock.trusted or opening.vouched(situation)):
        raise nothing_changes("day", f"{command.day} is the business day already")
    return opening.opened(situation, command.day, confirmed_by=command.actor)


def _check_day(situation: Situation, text: str) -> None:
    office = situation.state.office
    day, last = opening.as_date(text), opening.as_date(office.day)
    if day is None:
        raise _invalid(text, "it is no date; write it as YYYY-MM-DD")
    if last is not None and day < last:
        raise _invalid(text, f"the business day is {office.day} already and never goes back")
    known = last if last is not None and last.year >= _FIRST_YEAR else day
    if day.year < _FIRST_YEAR or day > known + _FARTHEST:
        raise _invalid(text, "it is too far from the last business day; check the year")
    today = opening.clock_day(situation)
    if situation.now.clock.trusted and text != max(today, office.day):
        raise _invalid(text, f"the clock is {situation.now.clock} and shows {today}; choose that")


def _invalid(text: str, why: str) -> Refusal:
    values = {"ngay": opening.calendar_text(text)}
    return Refusal(RefusalCode.DAY_INVALID, "day", f"{text!r}: {why}", values)


def close_day(situation: Situation, command: CloseDay) -> Facts:
    """End every open ticket of the day now, for the given reason."""
    office = situation.state.office
    if not office.day or office.day_closed:
        raise nothing_changes("day", "no business day is open")
    return closing.facts(situation, command.reason, late=command.late)


def close_if_due(situation: Situation) -> Facts:
    """The end of the day, when a clock that can be believed says that it has come."""
    office = situation.state.office
    if not office.day or office.day_closed or not _clock_knows(situation):
        return []
    if situation.now.wall < closing.due_at(situation):
        return []
    return closing.facts(situation, None, late=closing.is_late(situation))


def _clock_knows(situation: Situation) -> bool:
    """A person may have confirmed another date than the unsynced clock shows."""
    office = situation.state.office
    if situation.now.clock.trusted:
        return True
    shown = calendar.business_day(situation.site.calendar, office.day_at).isoformat()
    return office.day_boot == situation.now.boot and shown == office.day


def advance_series(situation: Situation, command: AdvanceSeries) -> Facts:
    """Floors of the hub or of a salvage: numbers below them may be on paper."""
    if opening.as_date(command.day) is None:
        raise _invalid(command.day, "it is no date; write it as YYYY-MM-DD")
    facts: list[Fact] = [
        SeriesAdvanced(day=command.day, series=name, number=number, cause=command.cause)
        for name, number in sorted(command.numbers.items())
        if number > _last(situation, command.day, name)
    ]
    if not facts or command.day < situation.state.office.day:
        raise nothing_changes("numbers", "every series is that far already")
    return facts


def _last(situation: Situation, day: str, name: str) -> int:
    known = situation.state.series.get(series_key(day, name))
    return known.last if known else 0
