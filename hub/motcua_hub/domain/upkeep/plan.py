"""The yearly plan (S3, article 7.5): every device in use with what speaks for replacing it."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from motcua_hub.domain.upkeep.findings import Result
from motcua_hub.domain.upkeep.policy import DEFAULT, Policy

MONTHS: Final = 12


class Warranty(StrEnum):
    """How it stands when the plan's year begins and ends."""

    COVERED = "covered"
    ENDS = "ends"
    """Within the year of the plan."""
    OVER = "over"
    UNKNOWN = "unknown"


class Action(StrEnum):
    """What the plan proposes; a person decides."""

    REPLACE = "replace"
    REPAIR = "repair"
    WARRANTY = "warranty"
    """Extend the warranty, or have it serviced under a contract."""
    SERVICE = "service"


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A device in use and its year. Days are dates; None where nobody wrote them down.

    `failures` and `last_result` are of the year before the plan's; `due` the days of its year.
    """

    asset: int
    site: str
    site_name: str
    kind: str
    name: str
    model: str = ""
    serial: str = ""
    unit: str = ""
    bought_on: date | None = None
    warranty_until: date | None = None
    failures: int = 0
    last_result: str = ""
    done: int = 0
    asked: int = 0
    due: tuple[date, ...] = ()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the plan, ready to be written down; days are ISO texts."""

    asset: int
    site: str
    site_name: str
    unit: str
    kind: str
    name: str
    model: str
    serial: str
    bought_on: str
    age_months: int | None
    warranty: Warranty
    warranty_until: str
    failures: int
    last_result: str
    done: int
    asked: int
    due: tuple[str, ...]
    action: Action
    why: str


def age_months(bought: date | None, at: date) -> int | None:
    """Whole months between two days; None when nobody knows the first."""
    if bought is None:
        return None
    months = (at.year - bought.year) * MONTHS + at.month - bought.month
    return max(0, months - (1 if at.day < bought.day else 0))


def warranty(until: date | None, year: int) -> Warranty:
    """Where the warranty stands in the plan's year; its last day is still covered."""
    if until is None:
        return Warranty.UNKNOWN
    if until < date(year, 1, 1):
        return Warranty.OVER
    return Warranty.ENDS if until < date(year, 12, 31) else Warranty.COVERED


class Rule(msgspec.Struct, frozen=True):
    """`action` is proposed when `holds`; the first of the list that holds decides.

    It is asked with a device, its age in months, its warranty, and the organisation's policy.
    """

    name: str
    action: Action
    holds: Callable[[Device, int, Warranty, Policy], bool]


def _fails(device: Device, policy: Policy) -> bool:
    return device.failures >= policy.often


def _failed(device: Device) -> bool:
    return device.last_result == Result.FAIL


RULES: Final = (
    Rule("worn", Action.REPLACE, lambda _device, age, _stands, said: age >= said.worn_months),
    Rule(
        "old_and_failing",
        Action.REPLACE,
        lambda device, age, _stands, said: (
            age >= said.old_months and (_fails(device, said) or _failed(device))
        ),
    ),
    Rule("failed", Action.REPAIR, lambda device, _age, _stands, _said: _failed(device)),
    Rule("failing", Action.REPAIR, lambda device, _age, _stands, said: _fails(device, said)),
    Rule("warranty", Action.WARRANTY, lambda _device, _age, stands, _said: stands is Warranty.ENDS),
    Rule("usual", Action.SERVICE, lambda _device, _age, _stands, _said: True),
)
"""The written definition of what is proposed."""


def _row(device: Device, year: int, policy: Policy) -> Row:
    age = age_months(device.bought_on, date(year, 1, 1))
    stands = warranty(device.warranty_until, year)
    rule = next(rule for rule in RULES if rule.holds(device, age or 0, stands, policy))
    return Row(
        asset=device.asset,
        site=device.site,
        site_name=device.site_name,
        unit=device.unit,
        kind=device.kind,
        name=device.name,
        model=device.model,
        serial=device.serial,
        bought_on=device.bought_on.isoformat() if device.bought_on else "",
        age_months=age,
        warranty=stands,
        warranty_until=device.warranty_until.isoformat() if device.warranty_until else "",
        failures=device.failures,
        last_result=device.last_result,
        done=device.done,
        asked=device.asked,
        due=tuple(day.isoformat() for day in device.due),
        action=rule.action,
        why=rule.name,
    )


def plan(devices: Iterable[Device], year: int, policy: Policy = DEFAULT) -> list[Row]:
    """The plan of a year under a policy: replacements first, then by office and name."""
    order = list(Action)
    rows = [_row(device, year, policy) for device in devices]
    return sorted(
        rows, key=lambda row: (order.index(row.action), row.site_name, row.name, row.asset)
    )


def seal(rows: Iterable[Row]) -> str:
    """SHA-256 of the rows as JSON with sorted keys, in hex."""
    packed = msgspec.json.encode(list(rows), order="sorted")
    return hashlib.sha256(packed).hexdigest()


class State(StrEnum):
    """Where a plan stands (S3, articles 7.5 and 8.4)."""

    DRAFT = "draft"
    APPRAISAL = "appraisal"
    APPROVED = "approved"


class Step(StrEnum):
    """What a person does with a plan."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"


class PlanRefusal(ValueError):  # noqa: N818 - a refusal is no error of the program
    """Not now, or not by this person; `code` is the key of a text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_STEPS: Final = {
    Step.SUBMIT: (State.DRAFT, State.APPRAISAL),
    Step.RETURN: (State.APPRAISAL, State.DRAFT),
    Step.APPROVE: (State.APPRAISAL, State.APPROVED),
}


def after(state: State, step: Step, actor: str, submitted_by: str, note: str) -> State:
    """The state after a step.

    Raises:
        PlanRefusal: The plan does not stand there, whoever handed it in approves it alone, or a
            return has no reason, an approval no number of its paper.
    """
    begin, end = _STEPS[step]
    if state is not begin:
        raise PlanRefusal(f"plan.refused.{step.value}.{state.value}")
    if step is Step.APPROVE and actor == submitted_by:
        raise PlanRefusal("plan.refused.alone")
    if step is not Step.SUBMIT and not note.strip():
        raise PlanRefusal(f"plan.refused.note.{step.value}")
    return end
