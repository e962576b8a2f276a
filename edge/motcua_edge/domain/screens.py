"""What the heartbeats of displays and kiosks say. Times are the boot-time clock, ms."""

from typing import Final

import msgspec

from motcua_contract.faults import device_kind
from motcua_contract.sentences import say
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.steady import OK, Reading

SILENT_MS: Final = 30_000
STALE_MS: Final = 45_000
START_MS: Final = 90_000
"""Screens start more slowly than the agent: they are not missed before."""
UNTOUCHED_MS: Final = 30 * 60_000
ELSEWHERE: Final = 3
"""So many tickets from elsewhere say that people come and could have touched the kiosk."""


KINDS: Final = ("display", "kiosk")


GONE: Final = Reading(HealthState.DEACTIVATED, "", say("screen.closed"))
SET_ASIDE: Final = Reading(HealthState.DEACTIVATED, "", say("screen.aside"))


def is_screen(component: str) -> bool:
    """Whether a component is a display or a kiosk."""
    return device_kind(component) in KINDS


class Beat(msgspec.Struct, frozen=True):
    """The newest heartbeat of a screen: when it came, its last fresh paint, its last touch."""

    at: int
    painted_at: int
    touched_at: int | None = None


def connected(
    beat: Beat | None, started: int, now: int, silent_ms: int = SILENT_MS
) -> Reading | None:
    """A screen's reading; None while it is too early to tell. It may be silent for `silent_ms`."""
    if beat is None:
        if now - started < START_MS:
            return None
        return Reading(HealthState.CRITICAL, "not_connected", say("screen.unheard"))
    if now - beat.at > silent_ms:
        silent = (now - beat.at) // 1000
        return Reading(HealthState.CRITICAL, "not_connected", say("screen.silent", seconds=silent))
    age = now - beat.painted_at
    if age > STALE_MS:
        return Reading(HealthState.PROBLEM, "stale", say("screen.painted", seconds=age // 1000))
    return OK


def visiting(beat: Beat, now: int) -> Reading:
    """The reading of a screen that nobody declared: it is there, or it is of no concern.

    A visitor's browser may be closed, hidden or switched off at any time; that is no fault.
    """
    return GONE if now - beat.at > SILENT_MS else OK


def touched(since: int, elsewhere: int, now: int) -> Reading:
    """A connected kiosk's reading: `since` is its last touch, or the first moment it could tell.

    `elsewhere` counts the tickets issued at counters and by buttons since then.
    """
    if now - since >= UNTOUCHED_MS and elsewhere >= ELSEWHERE:
        minutes = (now - since) // 60_000
        detail = say("screen.untouched", minutes=minutes, tickets=elsewhere)
        return Reading(HealthState.PROBLEM, "touch_silent", detail)
    return OK
