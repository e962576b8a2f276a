"""Is an event's body a fact that this version knows and any database can hold?"""

import re
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Final

import msgspec

from motcua_contract import facts
from motcua_contract.facts.base import TicketFact
from motcua_contract.facts.office import DayClosed, DayOpened, SeriesAdvanced, SeriesOverflowed
from motcua_contract.facts.ratings import RatingChanged, RatingGiven
from motcua_contract.facts.tickets import TicketIssued
from motcua_contract.identity import DAY_PATTERN

INT_LIMIT: Final = 2**53
NAME_LIMIT: Final = 200
"""Names become keys of indexes, which PostgreSQL limits to 2,704 bytes a row."""
TEXT_LIMIT: Final = 4000
_FREE_TEXT: Final = frozenset({"comment", "note", "detail", "reason", "cause", "outcome"})
_DAY: Final = re.compile(DAY_PATTERN)
_RATED: Final = (RatingGiven, RatingChanged)
_DATED: Final = (TicketIssued, DayOpened, DayClosed, SeriesAdvanced, SeriesOverflowed)


@cache
def _always_fits(kind: type[object]) -> bool:
    """Whether no value of this kind can be out of bounds."""
    return issubclass(kind, bool | NoneType | StrEnum)


def _is_plain(value: object) -> bool:
    """Whether a value fits under any name; nearly all do, and this is quick to tell."""
    kind = type(value)
    if kind is str:
        return len(value) <= NAME_LIMIT and "\0" not in value  # type: ignore[arg-type, operator]
    if kind is int:
        return -INT_LIMIT <= value <= INT_LIMIT  # type: ignore[operator]
    return _always_fits(kind)  # type: ignore[arg-type]


def _unfit(name: str, value: object) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int):
        return "" if abs(value) <= INT_LIMIT else f"{name} is out of range"
    if isinstance(value, str):
        limit = TEXT_LIMIT if name in _FREE_TEXT else NAME_LIMIT
        if len(value) > limit:
            return f"{name} is longer than {limit}"
        return f"{name} holds a NUL character" if "\0" in value else ""
    if isinstance(value, tuple):
        return next(filter(None, (_unfit(name, each) for each in value)), "")
    return f"{name} is of no kind that can be stored"


def _implausible(fact: facts.Fact) -> str:
    if isinstance(fact, _RATED):
        fits = 3 <= fact.scale <= 5 and 1 <= fact.level <= fact.scale  # noqa: PLR2004
        return "" if fits else f"level {fact.level} is not on a scale of {fact.scale}"
    if isinstance(fact, _DATED):
        return "" if _DAY.fullmatch(fact.day) else "day is not a date"
    return ""


def inspect(type_name: str, body: bytes) -> facts.Fact | str:
    """The fact in `body`, or the reason (at most 500 characters) to quarantine the event."""
    try:
        fact = facts.decode(type_name, body)
    except facts.FactDecodeError as error:
        return str(error).replace("\0", "")[:500]
    for name, value in zip(fact.__struct_fields__, msgspec.structs.astuple(fact), strict=True):
        if not _is_plain(value):
            unfit = _unfit(name, value)
            if unfit:
                return unfit
    return _implausible(fact) or fact


def subject_of(fact: facts.Fact | None) -> str | None:
    """The ticket a fact is about, if any."""
    return fact.ticket if isinstance(fact, TicketFact) else None
