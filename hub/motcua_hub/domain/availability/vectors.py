"""`evaluate`: the ledger on one example as plain JSON values, in whole or exact seconds.

The examples that came with the design, and any further ones in their form, run through this one
function without touching code. Keys of a vector (all instants are seconds since 1970, UTC):

- `period`: `[begin, end]`; `tz`: an IANA zone for `service_hours`; `as_of`: what was received by
  then counts (none: everything).
- `policy`: `slo` (`"999/1000"`), `min_known`, `merge_gap_s`, `notice_s`; optional `sli`, `blip`
  (`ignore`, `count`), `unknown_for_contract` (`exclude`, `down`, `up`), `coverage_floor`
  (`"99/100"`), `hub_side` (names of vantages), `version`. What is missing has the default of
  `Policy`; a `min_known` that is missing follows the vantages that appear.
- `evidence`: `start`, `end`, `state` (`up`, `down`, `blind`), `source`; optional `vantage`
  (default: the source), `received_at` (default: `end`), `cause`, `id`, `sli` (default: the
  policy's), `rank` (default: by source), `blip`, `edge_s`, `superseded_by`.
- `maintenance`: `start`, `end`, `announced_at`; optional `approved`, `approved_at`, `emergency`,
  `second_approver`. `exclusions`: `start`, `end`; optional `reason`, `approved`, `approved_at`.
- `contract`: its life, `[begin, end]`, or several. `ancestors`: parents outwards, each `name` and
  `segments` of `[begin, end, state]`.
- `service_hours`: `weekly` (`"0"` is Monday) with lists of `["07:30", "11:30"]`. Every other key
  speaks of single dates, later ones before earlier ones: a list (`holidays`) holds days off, an
  object (`swaps`) says what a date works: `{"2026-01-10": [["07:30", "11:30"]]}`, or like which
  weekday: `{"2026-01-10": 4}`. Without `service_hours`: around the clock.

Other keys (`id`, `title`, `expect`) are not read. Lengths come back as seconds: an int, or a
string with a fraction where a second is not whole; shares as strings of fractions; None where a
figure does not exist.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import msgspec

from motcua_contract.siteconfig import Shift
from motcua_hub.domain.availability.evidence import RANKS, Claim, Evidence, Rank, Sli, State
from motcua_hub.domain.availability.figures import Figures, figures, measure, percent
from motcua_hub.domain.availability.hours import ALWAYS, Opening, ServiceHours
from motcua_hub.domain.availability.incidents import incidents, touching
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.availability.layers import Exclusion, Layers, Window, shape
from motcua_hub.domain.availability.masking import Ancestor, ancestor
from motcua_hub.domain.availability.policy import Blips, Policy, Unknown
from motcua_hub.domain.availability.timeline import Segment, Segments, timeline

Json = Mapping[str, Any]
_SECOND: Final = 1000


class VectorError(ValueError):
    """An example that cannot be read; the text says which, and what is wrong with it."""


def evaluate(vector: Json) -> dict[str, Any]:
    """All figures of one example; see the module for its form.

    Returns:
        Every key that a vector's `expect` may have, and `contract`, `verdict`, `consumed`,
        `excluded_s` and `doubt_s` beside them.

    Raises:
        VectorError: A key that is needed is missing, or a value is none of those listed.
    """
    name = vector.get("id", "vector") if isinstance(vector, Mapping) else "vector"
    try:
        return _evaluated(vector)
    except KeyError as error:
        msg = f"{name}: {error} is missing"
        raise VectorError(msg) from error
    except (AttributeError, TypeError, ValueError, ZeroDivisionError) as error:
        msg = f"{name}: {error}"
        raise VectorError(msg) from error


def _evaluated(vector: Json) -> dict[str, Any]:
    begin, end = _span(vector["period"], "the period")
    rules = _policy(vector)
    as_of = None if vector.get("as_of") is None else _ms(vector["as_of"])
    evidence = [_evidence(each, n, rules) for n, each in enumerate(vector["evidence"])]
    above = [_ancestor(each) for each in vector.get("ancestors") or ()]
    whole = _life(evidence, (begin, end))
    segments = timeline(evidence, rules, as_of, life=whole, ancestors=above)
    period = shape(_layers(vector), (begin, end), rules.notice, as_of)
    found = touching(incidents(segments, rules.merge_gap), (begin, end))
    return {
        **_told(figures(measure(segments, period), rules)),
        "incidents": [
            {"start": _s(each.begin), "end": _s(each.end), "down_s": _s(each.down)}
            for each in found
        ],
        "segments": _plain(segments, (begin, end)),
    }


def _span(pair: Sequence[Any], what: str) -> Interval:
    """Two instants in order; of no length, if they are one."""
    begin, end = (_ms(at) for at in pair)
    if end < begin:
        msg = f"{what} ends before it begins"
        raise ValueError(msg)
    return begin, end


def _life(evidence: Iterable[Evidence], period: Interval) -> Interval:
    """The time line covers the period and all evidence: incidents are cut by no period."""
    edges = [edge for each in evidence for edge in (each.begin, each.end)]
    return min([period[0], *edges]), max([period[1], *edges])


def _policy(vector: Json) -> Policy:
    """The policy; a time that is not given is the default's."""
    given: Json = vector.get("policy") or {}
    found: dict[str, Any] = {"vantages": tuple({_vantage(each) for each in vector["evidence"]})}
    readers: dict[str, tuple[str, Callable[[Any], object]]] = {
        "slo": ("slo", Fraction),
        "sli": ("sli", Sli),
        "min_known": ("min_known", int),
        "blip": ("blips", Blips),
        "unknown_for_contract": ("unknown", Unknown),
        "coverage_floor": ("coverage_floor", Fraction),
        "hub_side": ("hub_side", tuple),
        "version": ("version", str),
        "merge_gap_s": ("merge_gap", _ms),
        "notice_s": ("notice", _ms),
    }
    for key, (name, read) in readers.items():
        if given.get(key) is not None:
            found[name] = read(given[key])
    return Policy(**found)


def _vantage(row: Json) -> str:
    return str(row.get("vantage") or row.get("source"))


def _evidence(row: Json, number: int, rules: Policy) -> Evidence:
    what = f"evidence {number + 1}"
    try:
        begin, end = _span((row["start"], row["end"]), what)
        source = row["source"]
        claim = Claim(row["state"])
        rank = Rank(RANKS[source]) if row.get("rank") is None else int(row["rank"])
    except KeyError as error:
        known = error.args[0] in ("start", "end", "source", "state")
        msg = f"{what}: {error} is {'missing' if known else 'no known source; say its `rank`'}"
        raise ValueError(msg) from error
    except (TypeError, ValueError) as error:
        msg = str(error) if str(error).startswith(what) else f"{what}: {error}"
        raise ValueError(msg) from error
    return Evidence(
        id=str(row.get("id", number)),
        sli=Sli(row["sli"]) if row.get("sli") else rules.sli,
        begin=begin,
        end=end,
        claim=claim,
        source=source,
        vantage=_vantage(row),
        rank=rank,
        received_at=_ms(row.get("received_at", row["end"])),
        cause=row.get("cause") or "",
        blip=bool(row.get("blip")),
        edge=_ms(row.get("edge_s") or 0),
        superseded_by=str(row.get("superseded_by") or ""),
    )


def _ancestor(row: Json) -> Ancestor:
    return ancestor(
        row["name"], [(_ms(a), _ms(b), State(state)) for a, b, state in row["segments"]]
    )


def _layers(vector: Json) -> Layers:
    return Layers(
        hours=_hours(vector.get("service_hours"), vector.get("tz") or "UTC"),
        windows=tuple(_window(each) for each in vector.get("maintenance") or ()),
        exclusions=tuple(_exclusion(each) for each in vector.get("exclusions") or ()),
        life=_lives(vector.get("contract")),
    )


def _window(row: Json) -> Window:
    return Window(
        begin=_ms(row["start"]),
        end=_ms(row["end"]),
        announced_at=_optional(row.get("announced_at")),
        approved=bool(row.get("approved", True)),
        approved_at=_optional(row.get("approved_at")),
        emergency=bool(row.get("emergency")),
        second_approver=str(row.get("second_approver") or ""),
    )


def _exclusion(row: Json) -> Exclusion:
    return Exclusion(
        begin=_ms(row["start"]),
        end=_ms(row["end"]),
        reason=str(row.get("reason") or ""),
        approved=bool(row.get("approved", True)),
        approved_at=_optional(row.get("approved_at")),
    )


def _lives(given: Json | Sequence[Any] | None) -> tuple[Interval, ...] | None:
    """One life or several, each `[begin, end]` or `{"start": …, "end": …}`."""
    if given is None:
        return None
    single = isinstance(given, Mapping) or isinstance(given[0], int | float)
    lives: Sequence[Any] = [given] if single else list(given)
    pairs = [(e["start"], e["end"]) if isinstance(e, Mapping) else e for e in lives]
    return tuple((_ms(begin), _ms(end)) for begin, end in pairs)


def _hours(given: Json | None, zone: str) -> ServiceHours:
    if given is None:
        return ALWAYS
    weekly = {int(day): _openings(found) for day, found in given["weekly"].items()}
    special: dict[str, tuple[Opening, ...]] = {}
    for dates in (given[key] for key in given if key != "weekly"):
        special |= _special(dates, weekly)
    shifts = tuple(
        Shift(days=(day + 1,), opens=opens, closes=closes)
        for day, found in weekly.items()
        for opens, closes in found
    )
    return ServiceHours(zone=zone, shifts=shifts, special=special)


def _special(
    dates: Json | Sequence[str], weekly: Mapping[int, tuple[Opening, ...]]
) -> dict[str, tuple[Opening, ...]]:
    """Dates off (a list), or dates with the openings or with the weekday they are like."""
    if not isinstance(dates, Mapping):
        return {str(day): () for day in dates}
    return {
        day: weekly.get(found, ()) if isinstance(found, int) else _openings(found)
        for day, found in dates.items()
    }


def _openings(found: Iterable[Sequence[str]]) -> tuple[Opening, ...]:
    return tuple((opens, closes) for opens, closes in found)


def _told(found: Figures) -> dict[str, Any]:
    amounts = found.amounts
    return {
        "full_s": _s(amounts.full),
        "maintenance_s": _s(amounts.maintenance),
        "excluded_s": _s(amounts.excluded),
        "base_s": _s(amounts.base),
        "up_s": _s(amounts.up),
        "down_s": _s(amounts.down),
        "unknown_s": _s(amounts.unknown),
        "doubt_s": _s(amounts.doubt),
        "availability": _text(found.availability),
        "availability_percent": percent(found.availability),
        "availability_planned_as_available": _text(found.planned_as_available),
        "lower_bound": _text(found.lower),
        "upper_bound": _text(found.upper),
        "coverage": _text(found.coverage),
        "contract": _text(found.contract),
        "budget_s": _text(found.budget / _SECOND),
        "budget_left_s": _text(found.left / _SECOND),
        "consumed": _text(found.consumed),
        "breach": found.breach,
        "verdict": found.verdict.value,
    }


def _plain(segments: Segments, period: Interval) -> list[list[Any]]:
    """Segments inside the period as `[begin, end, state]`, joined where only the reason changes."""
    found: list[Segment] = []
    for each in segments:
        begin, end = max(each.begin, period[0]), min(each.end, period[1])
        if begin >= end:
            continue
        if found and found[-1].state is each.state:
            found[-1] = msgspec.structs.replace(found[-1], end=end)
        else:
            found.append(Segment(begin, end, each.state))
    return [[_s(each.begin), _s(each.end), each.state.value] for each in found]


def _ms(seconds: int | float | str) -> int:
    """Whole ms of exact seconds (`600`, `0.5`, `"1/4"`)."""
    exact = Fraction(str(seconds)) * _SECOND
    if exact.denominator != 1:
        msg = f"{seconds} s are not whole milliseconds"
        raise ValueError(msg)
    return exact.numerator


def _optional(seconds: int | float | str | None) -> int | None:
    return None if seconds is None else _ms(seconds)


def _s(ms: int) -> int | str:
    exact = Fraction(ms, _SECOND)
    return exact.numerator if exact.denominator == 1 else str(exact)


def _text(exact: Fraction | None) -> str | None:
    return None if exact is None else str(exact)
