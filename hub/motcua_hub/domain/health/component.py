"""The state of one component: a list of rules, read from the top; the first that holds decides.

The list is the written definition of every state: the page of definitions is made from it.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from motcua_contract.vocabulary import HealthState

FRESH_MS: Final = 12 * 60_000
"""Health is said on change and every 5 minutes: two are missing."""
STATES: Final = {state.value: state for state in HealthState}
_DECLARED: Final = (HealthState.MAINTENANCE, HealthState.DEACTIVATED)


class Drill(msgspec.Struct, frozen=True, gc=False):
    """A rehearsed fault in force: to be shown as one, and in no figure."""

    state: str
    code: str
    since: int
    detail: str = ""


class Part(msgspec.Struct, frozen=True, gc=False):
    """One component as it was last told of, its drill apart. Times are UTC ms.

    `heard_at` is None when only the journal tells; `state` is empty when nobody ever told. `detail`
    is English, `said` the same as JSON of phrases.
    """

    component: str
    state: str
    code: str
    since: int
    detail: str = ""
    heard_at: int | None = None
    drill: Drill | None = None
    said: str = ""


class Known(msgspec.Struct, frozen=True, gc=False):
    """All that decides a component's state at `now` (UTC ms).

    `present` says whether its office is heard; `retired` is the registry's word.
    """

    part: Part
    now: int
    present: bool = True
    retired: bool = False


class Rule(msgspec.Struct, frozen=True):
    """`state` holds when `holds` does; None is the state that was told."""

    name: str
    state: HealthState | None
    holds: Callable[[Known], bool]


def is_aged(part: Part, now: int) -> bool:
    """Whether nobody confirmed the last word lately."""
    return part.heard_at is None or now - part.heard_at > FRESH_MS


def _is_declared(known: Known) -> bool:
    return STATES.get(known.part.state) in _DECLARED


def _is_old_good(known: Known) -> bool:
    return known.part.state == HealthState.OK.value and is_aged(known.part, known.now)


_UNKNOWN: Final = HealthState.UNKNOWN
RULES: Final[tuple[Rule, ...]] = (
    Rule("retired", HealthState.DEACTIVATED, lambda known: known.retired),
    Rule("silent", _UNKNOWN, lambda known: not known.part.state),
    Rule("strange", _UNKNOWN, lambda known: known.part.state not in STATES),
    # what came late may correct the record, but it is no news of now
    Rule("late", _UNKNOWN, lambda known: known.part.heard_at is None),
    Rule("declared", None, _is_declared),
    Rule("site_lost", _UNKNOWN, lambda known: not known.present),
    Rule("aged", _UNKNOWN, _is_old_good),
    Rule("told", None, lambda _: True),
)


def rule_of(known: Known) -> Rule:
    """The rule that decides."""
    return next(rule for rule in RULES if rule.holds(known))


def state_of(known: Known) -> HealthState:
    """The component's state."""
    rule = rule_of(known)
    return STATES[known.part.state] if rule.state is None else rule.state
