"""Whether an office can serve citizens: rules over its components' states, the first decides.

The link is shown beside, not mixed in: without it the present is unknown, whatever was good or bad
before, and the office's components are unknown with it, not twelve alarms.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.kinds import kind_of
from motcua_hub.domain.link import Link

HEARD: Final = (Link.ONLINE, Link.SUSPECT)
TICKET_WAYS: Final = (frozenset({"printer"}), frozenset({"kiosk"}))
CALL_WAYS: Final = (frozenset({"announcer", "voice"}), frozenset({"display", "board"}))
STOPS: Final = frozenset({"ups", "journal"})
"""Critical here, the office itself stops giving out numbers: battery at its end, journal full."""
VITAL: Final = frozenset().union(*TICKET_WAYS, *CALL_WAYS)
_SILENT: Final = frozenset((HealthState.MAINTENANCE, HealthState.DEACTIVATED))
FAULTS: Final = frozenset((HealthState.PROBLEM, HealthState.CRITICAL))

Told = Mapping[str, Sequence[HealthState]]
"""The states of all components of each kind, those under maintenance or retired left out."""


class Site(msgspec.Struct, frozen=True):
    """All that decides an office's verdict."""

    link: Link
    told: Told


class Rule(msgspec.Struct, frozen=True):
    """The verdict is `state` when `holds` does."""

    name: str
    state: HealthState
    holds: Callable[[Site], bool]


def of_kinds(kinds: Iterable[str], told: Told) -> list[HealthState]:
    """The states of all components of these kinds."""
    return [state for kind in kinds for state in told.get(kind, ())]


def _broken(own: Sequence[HealthState]) -> bool:
    return bool(own) and all(state is HealthState.CRITICAL for state in own)


def _no_way_left(ways: Iterable[Iterable[str]], told: Told) -> bool:
    """Whether every way is told of and broken: a fallback nobody reports on may still work."""
    return all(_broken(of_kinds(kinds, told)) for kinds in ways)


def _any_fault(site: Site) -> bool:
    return any(FAULTS.intersection(own) for own in site.told.values())


def _vital_unknown(site: Site) -> bool:
    vital = of_kinds(VITAL, site.told)
    return not vital or HealthState.UNKNOWN in vital


RULES: Final[tuple[Rule, ...]] = (
    Rule("not_heard", HealthState.UNKNOWN, lambda site: site.link not in HEARD),
    Rule("nothing_told", HealthState.UNKNOWN, lambda site: not site.told),
    Rule(
        "stopped",
        HealthState.CRITICAL,
        lambda site: HealthState.CRITICAL in of_kinds(STOPS, site.told),
    ),
    Rule("no_ticket_way", HealthState.CRITICAL, lambda site: _no_way_left(TICKET_WAYS, site.told)),
    Rule("no_call_way", HealthState.CRITICAL, lambda site: _no_way_left(CALL_WAYS, site.told)),
    Rule("a_fault", HealthState.PROBLEM, _any_fault),
    Rule("vital_unknown", HealthState.UNKNOWN, _vital_unknown),
    Rule("serves", HealthState.OK, lambda _: True),
)
CAUSES: Final[Mapping[str, frozenset[str]]] = {
    "stopped": STOPS,
    "no_ticket_way": frozenset().union(*TICKET_WAYS),
    "no_call_way": frozenset().union(*CALL_WAYS),
    "vital_unknown": VITAL,
}
"""Which kinds of component a rule looks at; the others look at all."""


def told_of(states: Mapping[str, HealthState]) -> dict[str, list[HealthState]]:
    """States of components, by kind."""
    told: dict[str, list[HealthState]] = {}
    for name, state in states.items():
        if state not in _SILENT:
            told.setdefault(kind_of(name), []).append(state)
    return told


def rule_of(link: Link, told: Told) -> Rule:
    """The rule that decides."""
    site = Site(link, told)
    return next(rule for rule in RULES if rule.holds(site))


def verdict(link: Link, states: Mapping[str, HealthState]) -> HealthState:
    """Whether the site can serve citizens, from the states of its components."""
    return rule_of(link, told_of(states)).state


_WANTED: Final = {
    HealthState.CRITICAL: frozenset((HealthState.CRITICAL,)),
    HealthState.PROBLEM: FAULTS,
    HealthState.UNKNOWN: frozenset((HealthState.UNKNOWN,)),
}


def causes(link: Link, states: Mapping[str, HealthState]) -> list[str]:
    """The components that made the verdict: those of every rule that leads to it."""
    site = Site(link, told_of(states))
    decided = rule_of(link, site.told)
    wanted = _WANTED.get(decided.state, frozenset())
    return sorted(
        {
            name
            for rule in RULES
            if rule.state is decided.state and rule.holds(site)
            for name, state in states.items()
            if state in wanted and kind_of(name) in CAUSES.get(rule.name, {kind_of(name)})
        }
    )


def count_states(states: Iterable[HealthState]) -> dict[HealthState, int]:
    """How many components are in each state; only states that occur."""
    counts: dict[HealthState, int] = {}
    for state in states:
        counts[state] = counts.get(state, 0) + 1
    return counts
