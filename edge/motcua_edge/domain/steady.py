"""Hysteresis of a device's state: a verdict counts once it has lasted, worse and better alike."""

from typing import Final

import msgspec

from motcua_contract.vocabulary import HealthState

_BADNESS: Final = {
    HealthState.DEACTIVATED: 0,
    HealthState.MAINTENANCE: 0,
    HealthState.OK: 0,
    HealthState.UNKNOWN: 1,
    HealthState.PROBLEM: 2,
    HealthState.CRITICAL: 3,
}


class Reading(msgspec.Struct, frozen=True):
    """What one look at a device says.

    `detail` is English, never compared; made with `say`, it can be put into Vietnamese too.
    """

    state: HealthState
    code: str = ""
    detail: str = ""

    @property
    def key(self) -> tuple[HealthState, str]:
        """What makes two readings the same verdict."""
        return self.state, self.code


OK: Final = Reading(HealthState.OK)


class Steady(msgspec.Struct, frozen=True):
    """The verdict that is told, and the newer one that has yet to last.

    Attributes:
        told: The verdict in force; None before the first.
        waiting: A different verdict, seen since `since`.
        since: Boot-time clock, ms.
        looks: How many looks in a row said `waiting`.
    """

    told: Reading | None = None
    waiting: Reading | None = None
    since: int = 0
    looks: int = 0


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long (ms) and how many looks a verdict must last: getting worse, and getting better."""

    worse_ms: int = 0
    worse_looks: int = 1
    better_ms: int = 0
    better_looks: int = 1

    def enough(self, steady: Steady, mono: int) -> bool:
        """Whether the waiting verdict has lasted."""
        if steady.waiting is None:
            return False
        better = steady.told is not None and badness(steady.waiting) < badness(steady.told)
        span, looks = (
            (self.better_ms, self.better_looks) if better else (self.worse_ms, self.worse_looks)
        )
        return mono - steady.since >= span and steady.looks >= looks


def badness(reading: Reading) -> int:
    """Order of verdicts: good, unknown, problem, critical."""
    return _BADNESS[reading.state]


def look(steady: Steady, reading: Reading, mono: int, patience: Patience) -> Steady:
    """One look at `mono` (boot-time clock, ms). The very first good verdict is told at once."""
    if steady.told is not None and reading.key == steady.told.key:
        return Steady(told=reading)
    waited = steady.waiting
    same = waited is not None and waited.key == reading.key
    newer = Steady(
        told=steady.told,
        waiting=reading,
        since=steady.since if same else mono,
        looks=steady.looks + 1 if same else 1,
    )
    first_good = steady.told is None and badness(reading) == 0
    return Steady(told=reading) if first_good or patience.enough(newer, mono) else newer
