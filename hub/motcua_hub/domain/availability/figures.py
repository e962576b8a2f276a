"""The figures of a period: integers and exact fractions; percentages are cut, never rounded up."""

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter
from typing import Final

import msgspec

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.intervals import Spans, length
from motcua_hub.domain.availability.layers import Shape
from motcua_hub.domain.availability.policy import Policy, Unknown
from motcua_hub.domain.availability.timeline import Segment

_DECIMALS: Final = 4
_end_of: Final = attrgetter("end")


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """Lengths in ms. `up + down + unknown == base` and `base + taken_out == full`, always.

    Attributes:
        maintenance: Approved maintenance inside the full time.
        excluded: Force majeure inside the full time; may overlap with maintenance.
        taken_out: Both together.
        doubt: The sum of what the edges of outages may be wrong by, told beside `down` (R3).
    """

    full: int
    maintenance: int = 0
    excluded: int = 0
    taken_out: int = 0
    base: int
    up: int
    down: int
    unknown: int
    doubt: int = 0


class Verdict(StrEnum):
    """What may be printed of a period. Below the floor of coverage nothing is met (R9)."""

    MET = "met"
    BREACHED = "breached"
    NOT_PROVEN = "not_proven"
    NOTHING = "nothing"


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from the amounts. Fractions are exact; None where there is nothing to divide by.

    Attributes:
        availability: `U/(U+D)`, of what is known.
        coverage: How much of the base is known.
        lower: As if all unknown time had been down.
        upper: As if all of it had been up.
        planned_as_available: The variant that counts maintenance as time up (§7, `A'`).
        contract: Availability with unknown time as the policy says; what `breach` is judged by.
        budget: Time that may be lost in the whole period, in ms.
        left: What remains of it, signed.
        consumed: Which part is used up; None without a budget.
        breach: Whether more was lost than promised; None if nothing is known.
    """

    amounts: Amounts
    availability: Fraction | None
    coverage: Fraction | None
    lower: Fraction | None
    upper: Fraction | None
    planned_as_available: Fraction | None
    contract: Fraction | None
    budget: Fraction
    left: Fraction
    consumed: Fraction | None
    breach: bool | None
    verdict: Verdict


def measure(segments: Sequence[Segment], shape: Shape) -> Amounts:
    """How long a target was up, down and unknown in the base of a period.

    What no segment covers is unknown.
    """
    up, down, doubt = _sums(segments, shape.base)
    full, base = length(shape.full), length(shape.base)
    return Amounts(
        full=full,
        maintenance=length(shape.maintenance),
        excluded=length(shape.excluded),
        taken_out=full - base,
        base=base,
        up=up,
        down=down,
        unknown=base - up - down,
        doubt=doubt,
    )


def _sums(segments: Sequence[Segment], base: Spans) -> tuple[int, int, int]:
    """Time up and down inside the base, and the doubt of the edges that lie in it."""
    up = down = doubt = 0
    count, is_up, is_down = len(segments), State.UP, State.DOWN
    at = bisect_right(segments, base[0][0], key=_end_of) if base else count
    for begin, end in base:
        while at < count:
            each = segments[at]
            since, until = each.begin, each.end
            if since >= end:
                break
            if until > begin:
                if since < begin:
                    since = begin
                elif each.edge:
                    doubt += each.edge
                goes_on = until > end
                lasted = (end if goes_on else until) - since
                if each.state is is_up:
                    up += lasted
                elif each.state is is_down:
                    down += lasted
                if goes_on:
                    break
            at += 1
    return up, down, doubt


def figures(amounts: Amounts, policy: Policy, promised: int | None = None) -> Figures:
    """All figures of one target's period.

    `promised` is the base of the whole period in ms while `amounts` are of its elapsed part only:
    the budget belongs to the whole, future included.
    """
    up, down = _for_contract(amounts, policy.unknown)
    budget = (1 - policy.slo) * (amounts.base if promised is None else promised)
    coverage = _part(amounts.up + amounts.down, amounts.base)
    upper = _part(amounts.base - amounts.down, amounts.base)
    known = amounts.full - amounts.unknown
    breach = breached(up, down, policy.slo)
    return Figures(
        amounts=amounts,
        availability=_part(amounts.up, amounts.up + amounts.down),
        coverage=coverage,
        lower=_part(amounts.up, amounts.base),
        upper=upper,
        planned_as_available=_part(known - amounts.down, known),
        contract=_part(up, up + down),
        budget=budget,
        left=budget - down,
        consumed=down / budget if budget else None,
        breach=breach,
        verdict=_verdict(breach, coverage, upper, policy),
    )


def _part(some: int, whole: int) -> Fraction | None:
    return Fraction(some, whole) if whole else None


def _for_contract(amounts: Amounts, unknown: Unknown) -> tuple[int, int]:
    """Time up and down after unknown time has been given to one of them, or to none."""
    up = amounts.up + (amounts.unknown if unknown is Unknown.UP else 0)
    return up, amounts.down + (amounts.unknown if unknown is Unknown.DOWN else 0)


def breached(up: int, down: int, slo: Fraction) -> bool | None:
    """Whether the promise is broken, in integers; None if nothing is known."""
    if up + down == 0:
        return None
    return down * slo.denominator > (slo.denominator - slo.numerator) * (up + down)


def _verdict(
    breach: bool | None, coverage: Fraction | None, upper: Fraction | None, policy: Policy
) -> Verdict:
    """Too little known proves no success; a failure only if the unknown could not mend it.

    Where the contract books the unknown as down, it cannot mend anything.
    """
    if coverage is None or upper is None:
        return Verdict.NOTHING
    if coverage < policy.coverage_floor:
        lost = upper < policy.slo or (breach and policy.unknown is Unknown.DOWN)
        return Verdict.BREACHED if lost else Verdict.NOT_PROVEN
    return Verdict.BREACHED if breach else Verdict.MET


def percent(share: Fraction | None) -> str | None:
    """`99.9768`: a share in percent, cut after four decimals; only what is whole says 100.0000."""
    if share is None:
        return None
    units = share.numerator * 100 * 10**_DECIMALS // share.denominator
    whole, rest = divmod(units, 10**_DECIMALS)
    return f"{whole}.{rest:0{_DECIMALS}d}"
