"""What was found: answers against limits. Out of limits passes only with a written reason."""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from motcua_hub.domain.upkeep.checklists import Form, Item

MIN_REASON: Final = 10
MAX_REASON: Final = 400
_NUMBER: Final = re.compile(r"-?\d{1,7}(?:\.\d{1,4})?")


class Verdict(StrEnum):
    """Of one item."""

    GOOD = "good"
    FAILED = "failed"
    ACCEPTED = "accepted"
    """Out of limits, and somebody wrote down why it may stay in use."""


class Result(StrEnum):
    """Of the whole."""

    PASS = "pass"  # noqa: S105 - a result
    FAIL = "fail"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One item as it was asked and answered; `low` and `high` are the limits of that day.

    `value` is a measured number, or 1 and 0 for yes and no.
    """

    key: str
    form: str
    value: float
    verdict: Verdict
    unit: str = ""
    low: float | None = None
    high: float | None = None
    reason: str = ""


class Faulty(ValueError):  # noqa: N818 - an answer is at fault, not the program
    """Answers that cannot be taken: item -> key of a text."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{key}: {code}" for key, code in faults.items()))
        self.faults = dict(faults)


def number(text: str) -> float | None:
    """A measured value as people write it, with point or comma; None when it is none."""
    plain = text.strip().replace(",", ".")
    value = float(plain) if _NUMBER.fullmatch(plain) else None
    return value if value is None or math.isfinite(value) else None


def _value(item: Item, text: str) -> float | None:
    if item.form is Form.NUMBER:
        return number(text)
    return {"yes": 1.0, "no": 0.0}.get(text.strip())


def _within(item: Item, value: float, low: float | None) -> bool:
    if item.form is Form.CHECK:
        return value == 1
    return (low is None or value >= low) and (item.high is None or value <= item.high)


def _judge(item: Item, value: float, reason: str, promised: float | None) -> Finding:
    low = promised if item.promised else item.low
    if _within(item, value, low):
        verdict, why = Verdict.GOOD, ""
    elif len(reason) >= MIN_REASON:
        verdict, why = Verdict.ACCEPTED, reason
    else:
        verdict, why = Verdict.FAILED, ""
    return Finding(
        key=item.key,
        form=item.form.value,
        value=value,
        verdict=verdict,
        unit=item.unit,
        low=low,
        high=item.high,
        reason=why,
    )


def judge(
    items: Sequence[Item],
    answers: Mapping[str, str],
    reasons: Mapping[str, str],
    promised: float | None = None,
) -> list[Finding]:
    """Every item with its verdict, in the order of the checklist.

    Args:
        items: The checklist.
        answers: Item -> what was entered: a number, or `yes` or `no`.
        reasons: Item -> why it may pass although it is out of limits; may be empty.
        promised: What this device was promised to reach, where an item asks for that.

    Raises:
        Faulty: An answer is missing or is no number, a reason is too short to be one, or nobody
            wrote down what the device was promised to reach.
    """
    faults: dict[str, str] = {}
    found = []
    for item in items:
        value = _value(item, answers.get(item.key, ""))
        reason = " ".join(reasons.get(item.key, "").split())[:MAX_REASON]
        if value is None:
            faults[item.key] = f"maint.fault.{item.form.value}"
        elif item.promised and promised is None:
            faults[item.key] = "maint.fault.promised"
        elif 0 < len(reason) < MIN_REASON:
            faults[item.key] = "maint.fault.reason"
        else:
            found.append(_judge(item, value, reason, promised))
    if faults:
        raise Faulty(faults)
    return found


def result(found: Sequence[Finding]) -> Result:
    """Passed when nothing failed."""
    failed = any(one.verdict is Verdict.FAILED for one in found)
    return Result.FAIL if failed or not found else Result.PASS


class Minutes(msgspec.Struct, frozen=True, kw_only=True):
    """Signed minutes: everything that stands on the sheet. Days are ISO texts."""

    id: int
    number: int
    year: int
    asset: int
    site: str
    site_name: str
    kind: str
    name: str
    model: str
    serial: str
    duty: str
    basis: str
    done_on: str
    result: str
    findings: tuple[Finding, ...]
    technician: str
    witness: str
    note: str
    recorded_by: str
    signed_by: str
    signed_at: int


def seal(minutes: Minutes) -> tuple[str, str]:
    """The minutes as JSON with sorted keys, and its SHA-256 in hex."""
    packed = msgspec.json.encode(minutes, order="sorted").decode()
    return packed, digest(packed)


def digest(packed: str) -> str:
    """SHA-256 of sealed minutes, in hex."""
    return hashlib.sha256(packed.encode()).hexdigest()
