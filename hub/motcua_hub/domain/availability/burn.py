"""How fast an error budget burns, over pairs of windows; when to page, when to write a ticket."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Final

import msgspec

from motcua_hub.domain.availability.figures import Amounts, measure
from motcua_hub.domain.availability.layers import Layers, shape
from motcua_hub.domain.availability.policy import DAY, HOUR, Policy
from motcua_hub.domain.availability.timeline import Segment

_MINUTE: Final = 60_000


class Urgency(StrEnum):
    """What a rule asks for."""

    PAGE = "page"
    TICKET = "ticket"


class BurnRule(msgspec.Struct, frozen=True):
    """Fires when the rate over both windows (ms) is at least `rate` times the sustainable one."""

    name: str
    urgency: Urgency
    rate: Fraction
    long: int
    short: int


RULES: Final = (
    BurnRule("1h", Urgency.PAGE, Fraction(144, 10), HOUR, 5 * _MINUTE),
    BurnRule("6h", Urgency.PAGE, Fraction(6), 6 * HOUR, 30 * _MINUTE),
    BurnRule("1d", Urgency.TICKET, Fraction(3), DAY, 2 * HOUR),
    BurnRule("3d", Urgency.TICKET, Fraction(1), 3 * DAY, 6 * HOUR),
)


class BurnAlert(msgspec.Struct, frozen=True):
    """A rule at one moment.

    Attributes:
        long: The rate over the long window; None if nothing of it is known.
        short: The same over the short one.
        firing: Whether it fires, or still does.
        no_data: Nothing is known of the long window: to be told, and no reason to resolve. A night
            or a maintenance window in which nothing had to be known is no lack of data, and no
            reason to resolve either.
        silent: The rule says nothing: the target is younger than the long window, or the promise
            is 100 % and there is no budget to burn.
    """

    rule: BurnRule
    long: Fraction | None
    short: Fraction | None
    firing: bool
    no_data: bool
    silent: bool


class BurnSource(msgspec.Struct, frozen=True):
    """What rates are computed from. `since` (UTC ms) is when the target's history begins."""

    segments: Sequence[Segment]
    layers: Layers
    policy: Policy
    since: int


def burn_rate(source: BurnSource, now: int, window: int) -> Fraction | None:
    """The rate over the last `window` ms: 1 uses up exactly the budget.

    None when nothing is known of it, and when the promise is 100 % and leaves nothing to burn.
    """
    return _rate(_amounts(source, now, window), source.policy)


def _amounts(source: BurnSource, now: int, window: int) -> Amounts:
    period = (now - window, now)
    return measure(source.segments, shape(source.layers, period, source.policy.notice, now))


def _rate(found: Amounts, policy: Policy) -> Fraction | None:
    known, budget = found.up + found.down, 1 - policy.slo
    return Fraction(found.down, known) / budget if known and budget else None


def alerts(
    source: BurnSource, now: int, firing: Collection[str] = (), rules: Sequence[BurnRule] = RULES
) -> tuple[BurnAlert, ...]:
    """Every rule at `now`. `firing` names those that fired until now: the long window ends them."""
    return tuple(_alert(source, now, rule, was=rule.name in firing) for rule in rules)


def _alert(source: BurnSource, now: int, rule: BurnRule, *, was: bool) -> BurnAlert:
    found = _amounts(source, now, rule.long)
    long = _rate(found, source.policy)
    short = burn_rate(source, now, rule.short)
    if now - source.since < rule.long or source.policy.slo >= 1:
        return BurnAlert(rule, long, short, firing=False, no_data=False, silent=True)
    if long is None:
        return BurnAlert(rule, long, short, firing=was, no_data=found.unknown > 0, silent=False)
    begins = short is not None and short >= rule.rate
    fires = long >= rule.rate and (was or begins)
    return BurnAlert(rule, long, short, firing=fires, no_data=False, silent=False)
