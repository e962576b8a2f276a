"""When a pad is at fault. The texts are in `motcua_contract.faults.pads`."""

from collections.abc import Mapping
from typing import Final

import msgspec

from motcua_contract.sentences import joined, say
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.steady import OK, Patience, Reading

SILENT_MS: Final = 30_000
STUCK_MS: Final = 30_000
LOW_PERCENT: Final = 15
GOOD_PERCENT: Final = 25
PATIENCE: Final = Patience(better_looks=2)
"""Worse at once: the rules have their own spans; better only when two looks say so."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a pad. `heard_at`: boot-time ms of its newest valid frame, None for none."""

    heard_at: int | None = None
    began_at: int = 0
    firmware: str = ""
    held: Mapping[str, int] = msgspec.field(default_factory=dict)
    battery: int | None = None
    rolled_back: bool = False


def version_of(text: str) -> tuple[int, ...]:
    """A version as numbers that compare; empty for what is no version."""
    words = text.split(".")
    return tuple(map(int, words)) if all(word.isdecimal() for word in words) else ()


def verdict(
    seen: Seen, mono: int, *, shipped: str, was: str = "", silent_ms: int = SILENT_MS
) -> Reading:
    """The worst that is to be said of a pad; `was` is the code in force, for hysteresis.

    `shipped` is the version of the firmware at hand, empty when there is none; `silent_ms` is how
    long it may say nothing.
    """
    if mono - (seen.began_at if seen.heard_at is None else seen.heard_at) > silent_ms:
        return _problem("offline", say("pad.silent", seconds=silent_ms // 1000))
    if seen.heard_at is None:
        return Reading(HealthState.UNKNOWN, detail=say("pad.unheard"))
    held = sorted(name for name, ms in seen.held.items() if ms >= STUCK_MS)
    if held:
        return _problem("button_stuck", say("pad.held", buttons=", ".join(held)))
    limit = GOOD_PERCENT if was == "low_battery" else LOW_PERCENT
    if seen.battery is not None and seen.battery < limit + (was == "low_battery"):
        return _problem("low_battery", say("pad.battery", percent=seen.battery))
    if shipped and version_of(seen.firmware) < version_of(shipped):
        old = say("pad.firmware", has=seen.firmware, shipped=shipped)
        back = say("pad.rolled_back") if seen.rolled_back else ""
        return _problem("firmware_old", joined(old, back))
    return OK


def _problem(code: str, detail: str) -> Reading:
    return Reading(HealthState.PROBLEM, code, detail)
