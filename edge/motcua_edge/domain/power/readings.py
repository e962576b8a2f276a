"""What a UPS says, made sure of: variables of NUT in, a typed reading or a reason for none out.

Everything comes from a driver of varying quality: tokens nobody knows, figures that are none,
statuses that contradict themselves. What cannot be believed is no reading; it is never "all well".
"""

import math
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from motcua_contract.vocabulary import SelfTest

KNOWN: Final = frozenset(
    (
        *("OL", "OB", "LB", "HB", "RB", "CHRG", "DISCHRG", "BYPASS", "CAL", "OFF", "OVER"),
        *("TRIM", "BOOST", "FSD", "ALARM", "ECO", "TEST"),
    )
)
"""Tokens of `ups.status` that mean something to us or are known to mean nothing to us."""
_NUMBER: Final = re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII)
_WORDS: Final = (
    (SelfTest.RUNNING, ("progress", "running", "testing", "pending")),
    (SelfTest.FAILED, ("fail", "error", "warning", "bad", "weak", "replace", "low batt")),
    (SelfTest.UNCLEAR, ("abort", "cancel", "stopped", "unknown")),
    (SelfTest.NONE, ("no test", "not initiated", "never", "none", "scheduled", "n/a")),
    (SelfTest.PASSED, ("pass", "ok", "good", "done", "success")),
)
"""First match wins: "Done and warning" is no pass. Words of many makers, all lower case."""
_LONGEST_TEXT: Final = 200


class NoReading(msgspec.Struct, frozen=True):
    """There is no valid answer now; `cause` says in English why."""

    cause: str


class UpsReading(msgspec.Struct, frozen=True, kw_only=True):
    """One valid answer.

    Attributes:
        tokens: The status, upper case; unknown tokens are kept.
        charge: Battery charge, percent. `charge_low`: where the UPS itself says LB.
        runtime_s: The UPS's estimate. `load`: percent. `input_v`: mains voltage, volts.
        test: What the last self-test came to. `test_text`: the UPS's word for it, and its date.
        battery: The battery's date, as the UPS tells it.
    """

    tokens: frozenset[str]
    charge: float | None = None
    charge_low: float | None = None
    runtime_s: int | None = None
    load: float | None = None
    input_v: float | None = None
    test: SelfTest = SelfTest.NONE
    test_text: str = ""
    battery: str = ""

    @property
    def on_battery(self) -> bool:
        """Whether the input line is gone, by the UPS's own word."""
        return "OB" in self.tokens

    @property
    def charging(self) -> bool:
        """Whether the battery is filling up."""
        return "CHRG" in self.tokens

    @property
    def unprotected(self) -> bool:
        """Whether a loss of mains would end everything at once."""
        return bool(self.tokens & {"BYPASS", "OFF"})

    @property
    def testing(self) -> bool:
        """Whether the UPS runs on battery on purpose."""
        return bool(self.tokens & {"CAL", "TEST"}) or self.test is SelfTest.RUNNING

    @property
    def strangers(self) -> frozenset[str]:
        """Tokens nobody here knows: tolerated and counted."""
        return self.tokens - KNOWN


def read(variables: Mapping[str, str]) -> UpsReading | NoReading:
    """Make a reading of what upsd lists for one UPS."""
    tokens = frozenset(variables.get("ups.status", "").upper().split())
    cause = _doubt(tokens)
    if cause:
        return NoReading(cause)
    runtime = _number(variables, "battery.runtime", 0, 10_000_000)
    text = variables.get("ups.test.result", "").strip()
    date = variables.get("ups.test.date", "").strip()
    return UpsReading(
        tokens=tokens,
        charge=_number(variables, "battery.charge", 0, 100),
        charge_low=_number(variables, "battery.charge.low", 0, 100),
        runtime_s=None if runtime is None else int(runtime),
        load=_number(variables, "ups.load", 0, 1000),
        input_v=_number(variables, "input.voltage", 0, 1000),
        test=outcome_of(text),
        test_text=" ".join(filter(None, (text, date)))[:_LONGEST_TEXT],
        battery=_battery(variables),
    )


def _doubt(tokens: frozenset[str]) -> str:
    """Why a status cannot be believed; empty when it can."""
    if not tokens:
        return "the UPS says no status"
    if "WAIT" in tokens:
        return "WAIT: upsd has only just met the driver"
    if {"OL", "OB"} <= tokens:
        return "OL and OB at once"
    if not tokens & {"OL", "OB", "BYPASS", "OFF"}:
        return f"neither OL nor OB: {' '.join(sorted(tokens))[:80]}"
    return ""


def _number(variables: Mapping[str, str], name: str, low: float, high: float) -> float | None:
    """A figure within bounds; None for whatever else a driver writes there."""
    text = variables.get(name, "").strip()
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) and low <= value <= high else None


def _battery(variables: Mapping[str, str]) -> str:
    names = ("battery.date", "battery.mfr.date")
    return next((v for n in names if (v := variables.get(n, "").strip())), "")[:40]


def outcome_of(text: str) -> SelfTest:
    """What a self-test's opaque word means."""
    said = text.strip().lower()
    if not said:
        return SelfTest.NONE
    found = (kind for kind, words in _WORDS if any(word in said for word in words))
    return next(found, SelfTest.UNCLEAR)
