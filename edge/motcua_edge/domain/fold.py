"""The state after a fact. `apply` never refuses: what is committed has happened."""

from collections.abc import Iterable

import msgspec

from motcua_contract.facts import Fact
from motcua_edge.domain.folding import (
    announcements,
    cameras,
    clock,
    counters,
    days,
    issue,
    office,
    pads,
    power,
    prints,
    ratings,
    steps,
    vigil,
)
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Instant, OfficeState

_FAMILIES = (
    *(issue, steps, prints, announcements, ratings, days, clock, cameras, counters, office),
    *(pads, power, vigil),
)


def _registry() -> Registry:
    registry = Registry()
    for family in _FAMILIES:
        family.register(registry)
    return registry


_REGISTRY = _registry()
HANDLED = _REGISTRY.kinds
"""The fact types that change the state."""


def apply(state: OfficeState, fact: Fact, at: Instant) -> OfficeState:
    """The state after one fact that was committed at `at`; a fact about nothing known is ignored.

    `office.version` rises by one with every fact, also with those that change nothing else.
    """
    changed = _REGISTRY.apply(state, fact, at)
    office_now = msgspec.structs.replace(
        changed.office,
        version=state.office.version + 1,
        last_at=max(state.office.last_at, at.wall),
    )
    return msgspec.structs.replace(changed, office=office_now)


def fold(state: OfficeState, items: Iterable[tuple[Fact, Instant]]) -> OfficeState:
    """`apply` repeated over facts and the instants of their commits."""
    for fact, at in items:
        state = apply(state, fact, at)
    return state
