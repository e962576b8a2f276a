"""Is an event's body a fact that this version knows and any database can hold?"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Final, get_args, get_type_hints

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
_FREE_TEXT: Final = frozenset({"comment", "note", "detail", "reason", "cause", "outcome", "values"})
_DAY: Final = re.compile(DAY_PATTERN)
_RATED: Final = (RatingGiven, RatingChanged)
_DATED: Final = (TicketIssued, DayOpened, DayClosed, SeriesAdvanced, SeriesOverflowed)


_ALWAYS_FITS: Final = (bool, NoneType, StrEnum)


def _kinds(annotation: object) -> tuple[object, ...]:
    """What a field may be, by its annotation."""
    return get_args(annotation) or (annotation,)


def _short_text_fits(annotation: object) -> bool:
    """Whether nothing in a short body can make a field of this kind unfit."""
    return all(
        kind is str or (isinstance(kind, type) and issubclass(kind, _ALWAYS_FITS))
        for kind in _kinds(annotation)
    )


class _Plan(msgspec.Struct, frozen=True):
    """What has to be looked at in facts of one type; worked out once."""

    names: tuple[str, ...]
    """All fields."""
    others: tuple[str, ...]
    """The fields that may be unfit although the body is short."""
    judged: bool
    """Whether values can contradict each other."""


@cache
def _plan(kind: type[facts.Fact]) -> _Plan:
    hints, names = get_type_hints(kind), kind.__struct_fields__
    others = tuple(name for name in names if not _short_text_fits(hints[name]))
    return _Plan(names, others, judged=issubclass(kind, (*_RATED, *_DATED)))


def _unfit(name: str, value: object) -> str:
    if isinstance(value, bool | NoneType):
        return ""
    if isinstance(value, int | float):
        return "" if -INT_LIMIT <= value <= INT_LIMIT else f"{name} is out of range"
    if isinstance(value, str):
        limit = TEXT_LIMIT if name in _FREE_TEXT else NAME_LIMIT
        if len(value) > limit:
            return f"{name} is longer than {limit}"
        return f"{name} holds a NUL character" if "\0" in value else ""
    parts = _parts(name, value)
    if parts is None:
        return f"{name} is of no kind that can be stored"
    return next(filter(None, (_unfit(part, one) for part, one in parts)), "")


def _parts(name: str, value: object) -> Iterable[tuple[str, object]] | None:
    """What a value is made of, with the names of its fields; None for what has no parts."""
    if isinstance(value, tuple):
        return [(name, one) for one in value]
    if isinstance(value, dict):
        return [(name, one) for one in (*value, *value.values())]
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.asdict(value).items()
    return None


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
    plan = _plan(type(fact))
    # a text is never longer than its JSON, and NUL can only be said as an escape
    short = len(body) <= NAME_LIMIT and b"\\u0000" not in body
    for name in plan.others if short else plan.names:
        unfit = _unfit(name, getattr(fact, name))
        if unfit:
            return unfit
    return (_implausible(fact) or fact) if plan.judged else fact


def subject_of(fact: facts.Fact | None) -> str | None:
    """The ticket a fact is about, if any."""
    return fact.ticket if isinstance(fact, TicketFact) else None
