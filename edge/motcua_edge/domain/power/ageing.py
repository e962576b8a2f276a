"""How a battery ages: the runtime it promises when full, compared at equal load only.

One figure a day for each step of load. The best median of `ENOUGH` days in a row is what the
battery could do; the newest median by the best one is its share. Another battery begins anew.
"""

from collections.abc import Sequence
from statistics import median_low
from typing import Final

from motcua_edge.domain.model import Battery, Instant, Runs
from motcua_edge.domain.power.machine import Machine
from motcua_edge.domain.power.selftest import DAY

STEP: Final = 5
"""Width of a step of load, in percent."""
ENOUGH: Final = 5
"""Days to learn from, and to judge by."""
WORN: Final = 0.5
"""A battery that gives half of what it gave is due for replacement."""
FULL: Final = 99.0
_SANE_S: Final = range(1, 7 * 24 * 3600)


def step_of(load: float) -> int:
    """The lower edge of a load's step."""
    return int(load // STEP) * STEP


def sample_due(machine: Machine, battery: Battery, now: Instant) -> bool:
    """Whether this look is the day's figure: full, on mains, not charging, all figures there."""
    look = machine.last
    if look is None or machine.mode.value != "mains" or machine.mains.looks < 2:  # noqa: PLR2004
        return False
    if not now.clock.trusted or 0 <= now.wall - battery.measured_at < DAY:
        return False
    calm = not look.charging and not look.testing and not look.unprotected
    full = look.charge is not None and look.charge >= FULL
    return calm and full and look.load is not None and look.runtime_s in _SANE_S


def with_sample(battery: Battery, load: int, runtime_s: int, mark: str, at: int) -> Battery:
    """The battery after one more day's figure."""
    runs = {} if mark != battery.mark else battery.runs
    known = runs.get(str(load)) or Runs()
    recent = (*known.recent, runtime_s)[-ENOUGH:]
    best = max(known.best, _typical(recent))
    return Battery(
        mark=mark,
        measured_at=at,
        load=load,
        runs={**runs, str(load): Runs(best=best, recent=recent)},
    )


def _typical(recent: Sequence[int]) -> int:
    return median_low(recent) if len(recent) >= ENOUGH else 0


def share(battery: Battery) -> float | None:
    """What is left of the battery at the load it was last measured at; None while learning."""
    runs = battery.runs.get(str(battery.load))
    if runs is None or runs.best == 0:
        return None
    return round(_typical(runs.recent) / runs.best, 3)


def worn(battery: Battery) -> bool:
    """Whether the battery gives half of what it gave, or less."""
    left = share(battery)
    return left is not None and left <= WORN
