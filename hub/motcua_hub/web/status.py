"""What may be said of a site now: pure functions of stored facts and one `now` (UTC ms).

Missing is not good. Nothing heard is unknown; an old "ok" is unknown, an old fault is still a
fault; and while the hub itself was deaf, nothing is known of anybody.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.link import Link

HEALTH_FRESH_MS: Final = 12 * 60_000
"""Health is said on change and every 5 minutes: two are missing."""
DEAF_AFTER_MS: Final = 30_000
_STATES: Final = {state.value: state for state in HealthState}
_INSTANCE: Final = re.compile(r"([-_][a-z]?\d*|\d+)$")


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """The last sign of life of a hub process."""

    process: str
    at: int
    connected: bool
    lag_s: float


class Part(msgspec.Struct, frozen=True, gc=False):
    """One component as it was last reported; `heard_at` is None when only the journal tells.

    Thousands are made for one page; they hold texts and numbers, which make no cycles.
    """

    component: str
    state: str
    code: str
    since: int
    detail: str = ""
    heard_at: int | None = None


def hub_hears(ingest: Beat | None, now: int) -> bool:
    """Whether silence of a site means anything: ingest runs and is connected to the broker."""
    return ingest is not None and ingest.connected and now - ingest.at <= DEAF_AFTER_MS


def state_of(part: Part, now: int) -> HealthState:
    """A component's state: an "ok" that nobody renewed is unknown, a fault stays one."""
    state = _STATES.get(part.state, HealthState.UNKNOWN)
    aged = part.heard_at is None or now - part.heard_at > HEALTH_FRESH_MS
    return HealthState.UNKNOWN if aged and state is HealthState.OK else state


@lru_cache(maxsize=4096)
def kind_of(component: str) -> str:
    """What a component is: `rating_pad` for `rating-pad`, `rating_pad_3` and `rating-pad-c3`."""
    return _INSTANCE.sub("", component).replace("-", "_")


_TICKET_WAYS: Final = (frozenset({"printer"}), frozenset({"kiosk"}))
_CALL_WAYS: Final = (frozenset({"announcer", "voice"}), frozenset({"display", "board"}))
_VITAL: Final = frozenset().union(*_TICKET_WAYS, *_CALL_WAYS)
_SILENT: Final = frozenset((HealthState.MAINTENANCE, HealthState.DEACTIVATED))
_FAULTS: Final = frozenset((HealthState.PROBLEM, HealthState.CRITICAL))


Told = Mapping[str, Sequence[HealthState]]
"""The states of all components of each kind."""


def _no_way_left(ways: tuple[frozenset[str], ...], told: Told) -> bool:
    """Whether every way is told of and broken: a fallback nobody reports on may still work."""
    return all(_broken(_of(kinds, told)) for kinds in ways)


def _of(kinds: frozenset[str], told: Told) -> list[HealthState]:
    return [state for kind in kinds for state in told.get(kind, ())]


def _broken(own: Sequence[HealthState]) -> bool:
    return bool(own) and all(state is HealthState.CRITICAL for state in own)


def verdict(link: Link, states: Mapping[str, HealthState]) -> HealthState:
    """Whether the site can serve citizens, from the states of its components.

    Critical only when nobody can get a number or nobody can be called; a fault anywhere else is a
    problem. Without a living link the present is unknown, whatever was good before.
    """
    if link not in (Link.ONLINE, Link.SUSPECT):
        return HealthState.UNKNOWN
    told: dict[str, list[HealthState]] = {}
    for name, state in states.items():
        if state not in _SILENT:
            told.setdefault(kind_of(name), []).append(state)
    if not told:
        return HealthState.UNKNOWN
    if _no_way_left(_TICKET_WAYS, told) or _no_way_left(_CALL_WAYS, told):
        return HealthState.CRITICAL
    if any(_FAULTS.intersection(own) for own in told.values()):
        return HealthState.PROBLEM
    vital = _of(_VITAL, told)
    if not vital or HealthState.UNKNOWN in vital:
        return HealthState.UNKNOWN
    return HealthState.OK


def count_states(states: Iterable[HealthState]) -> dict[HealthState, int]:
    """How many components are in each state; only states that occur."""
    counts: dict[HealthState, int] = {}
    for state in states:
        counts[state] = counts.get(state, 0) + 1
    return counts
