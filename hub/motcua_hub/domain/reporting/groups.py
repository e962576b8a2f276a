"""Targets added up: sums of time, never means of percentages. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from motcua_hub.domain.availability.figures import Amounts, Figures, Verdict, figures
from motcua_hub.domain.availability.fleet import summed
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.reporting.finding import CAUSES, Finding, Handled, Side

_FLEET: Final = Policy()
"""The floor of coverage for sums; promises are judged target by target."""


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """One basis of several targets together."""

    amounts: Amounts
    figures: Figures
    down_planned: int
    down_excluded: int
    by_cause: dict[str, int]
    outages: dict[str, int]
    handled: Handled


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Targets that have something in common: their names, and both bases of all together."""

    key: str
    name: str
    targets: int
    always: Total
    office: Total
    verdicts: dict[Verdict, int]

    @property
    def proven(self) -> bool:
        """Whether enough is known of both bases to tell a share."""
        return all(enough(total.figures) for total in (self.always, self.office))


def enough(told: Figures) -> bool:
    """Whether the floor of coverage is reached; where nothing had to be known, it is."""
    return told.coverage is None or told.coverage >= _FLEET.coverage_floor


def grouped(
    findings: Iterable[Finding], by: Callable[[Finding], tuple[str, str]]
) -> tuple[Group, ...]:
    """Groups in the order of their names; `by` gives key and name, an empty key is left out."""
    members: dict[str, list[Finding]] = {}
    names: dict[str, str] = {}
    for each in findings:
        key, name = by(each)
        if key:
            members.setdefault(key, []).append(each)
            names[key] = name
    found = [group(key, names[key], some) for key, some in members.items()]
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.key)))


def group(key: str, name: str, members: Sequence[Finding]) -> Group:
    """Some targets together."""
    verdicts = Counter(each.contract.figures.verdict for each in members)
    return Group(
        key=key,
        name=name,
        targets=len(members),
        always=_total([each.always for each in members]),
        office=_total([each.office for each in members]),
        verdicts={verdict: verdicts[verdict] for verdict in Verdict},
    )


def _total(sides: Sequence[Side]) -> Total:
    amounts = summed(side.amounts for side in sides)
    return Total(
        amounts=amounts,
        figures=figures(amounts, _FLEET),
        down_planned=sum(side.down_planned for side in sides),
        down_excluded=sum(side.down_excluded for side in sides),
        by_cause=_counted(side.by_cause for side in sides),
        outages=_counted(side.outages for side in sides),
        handled=handled(side.handled for side in sides),
    )


def _counted(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for part in parts:
        found.update(part)
    return {cause: found[cause] for cause in CAUSES if found[cause]}


def handled(parts: Iterable[Handled]) -> Handled:
    """How outages of several targets were handled."""
    rows = list(parts)
    return Handled(
        started=sum(each.started for each in rows),
        ended=sum(each.ended for each in rows),
        detected=sum(each.detected for each in rows),
        answered=sum(each.answered for each in rows),
        repair=_sum(each.repair for each in rows),
        detection=_sum(each.detection for each in rows),
        answer=_sum(each.answer for each in rows),
        on_time=sum(each.on_time for each in rows),
        late=sum(each.late for each in rows),
    )


def _sum(parts: Iterable[Fraction]) -> Fraction:
    return sum(parts, Fraction(0))


def mean(whole: Fraction, count: int) -> Fraction | None:
    """A mean of sums; None where there is nothing."""
    return whole / count if count else None
