"""What a contract says about counting: one policy, under a version, for a target's figures."""

from enum import StrEnum
from fractions import Fraction
from typing import Final

import msgspec

from motcua_hub.domain.availability.evidence import Sli

HOUR: Final = 3_600_000
"""Milliseconds in an hour."""
DAY: Final = 24 * HOUR
_MANY_VANTAGES: Final = 3


class Blips(StrEnum):
    """What a run of failures too short to be confirmed counts as (R2)."""

    IGNORE = "ignore"
    COUNT = "count"


class Unknown(StrEnum):
    """What unknown time counts as for the contract (R9)."""

    EXCLUDE = "exclude"
    DOWN = "down"
    UP = "up"


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one target. Times are ms.

    Attributes:
        slo: What is promised, as an exact fraction; 1 at most.
        min_known: How many vantages must know (§3); None is 1, or 2 with three `vantages` or more.
        vantages: The vantages agreed upon. They, not those that happened to speak, set the
            default of `min_known`: else a vantage of next year would change this year.
        hub_side: Vantages whose failures an ancestor's outage explains (R8).
        merge_gap: UP shorter than this does not end an incident.
        notice: How long before its start maintenance must be announced.
        coverage_floor: Less known time than this proves nothing.
        settle: How long after its end a period becomes final without all journals (R14).
    """

    version: str = "1"
    sli: Sli = Sli.REACHABLE
    slo: Fraction = Fraction(999, 1000)
    min_known: int | None = None
    vantages: tuple[str, ...] = ("hub",)
    hub_side: tuple[str, ...] = ("hub", "broker")
    blips: Blips = Blips.IGNORE
    unknown: Unknown = Unknown.EXCLUDE
    coverage_floor: Fraction = Fraction(99, 100)
    merge_gap: int = 60_000
    notice: int = DAY
    settle: int = 72 * HOUR

    @property
    def quorum(self) -> int:
        """How many vantages must know something before anything is said."""
        if self.min_known is not None:
            return self.min_known
        return 1 if len(self.vantages) < _MANY_VANTAGES else 2
