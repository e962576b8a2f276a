"""Fitting the wall clock of one boot: offset = UTC - boot-time clock, with its error.

Order of samples does not matter: a fit is the best rank seen, and the lowest and highest offset
at that rank. A clock that jumped while calling itself synced shows as a wide error.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

import msgspec

from motcua_contract.vocabulary import ClockState


class Rank(IntEnum):
    """How good a sample is."""

    RECEIVED = 0
    RTC = 1
    NTP = 2


_BASE_ERROR_MS: Final = {Rank.RECEIVED: 30_000, Rank.RTC: 2_000, Rank.NTP: 200}
_RANKS: Final = {ClockState.RTC: Rank.RTC, ClockState.NTP: Rank.NTP}
REFIT_MS: Final = 1_000
"""Annotated events are annotated anew only when the fit moved by more than this."""


Dating = tuple[int | None, int | None]
"""What to add to a boot's own clock for UTC, and the error; None where nobody vouches."""
NOBODY: Final[Dating] = (None, None)


class Fit(msgspec.Struct, frozen=True):
    """What is known of one boot's clock. All in ms."""

    rank: int
    low: int
    high: int
    samples: int = 1

    @property
    def offset(self) -> int:
        """UTC = boot-time clock + offset. A receive time is never early: the lowest is best."""
        return self.low if self.rank == Rank.RECEIVED else (self.low + self.high) // 2

    @property
    def error(self) -> int:
        """Half-width of the interval in which the truth lies."""
        spread = 0 if self.rank == Rank.RECEIVED else (self.high - self.low + 1) // 2
        return _BASE_ERROR_MS[Rank(self.rank)] + spread


def sample(clock: ClockState, mono: int, wall: int) -> Fit | None:
    """The fit that one event tells by itself; None when its clock cannot be trusted."""
    rank = _RANKS.get(clock)
    return None if rank is None else Fit(int(rank), wall - mono, wall - mono)


def samples(clock: ClockState, offsets: Sequence[int]) -> Fit | None:
    """The fit that events of one boot and clock state tell; `offsets` are wall - boot-time."""
    rank = _RANKS.get(clock)
    return None if rank is None else Fit(int(rank), min(offsets), max(offsets), len(offsets))


def received(mono: int, hub_now: int) -> Fit:
    """The fit that a hello's arrival tells, whatever the office's clock says."""
    return Fit(int(Rank.RECEIVED), hub_now - mono, hub_now - mono)


def merge(a: Fit | None, b: Fit | None) -> Fit | None:
    """Both put together: the better rank wins, equal ranks widen."""
    if a is None or b is None:
        return a or b
    if a.rank != b.rank:
        return a if a.rank > b.rank else b
    return Fit(a.rank, min(a.low, b.low), max(a.high, b.high), a.samples + b.samples)


def dating(fit: Fit | None) -> Dating:
    """How to date the events of a boot."""
    return NOBODY if fit is None else (fit.offset, fit.error)


def best_time(dating: Dating, mono: int, wall: int) -> tuple[int, int | None]:
    """When an event of that boot happened, UTC ms, and its error; None: nobody vouches."""
    offset, error = dating
    return (wall, None) if offset is None else (mono + offset, error)


def must_reannotate(offset: int | None, error: int | None, fit: Fit) -> bool:
    """Whether events annotated with `offset` +- `error` deserve the newer fit."""
    if offset is None or error is None:
        return True
    return abs(fit.offset - offset) > REFIT_MS or fit.error < error // 2
