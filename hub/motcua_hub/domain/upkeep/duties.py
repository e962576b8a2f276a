"""What must be done with a device of each class, and how often."""

from enum import StrEnum
from typing import Final

import msgspec

from motcua_hub.domain.health.kinds import DeviceClass
from motcua_hub.domain.upkeep.rules import EveryDays, PerYear, Rule


class Duty(StrEnum):
    """Kinds of work."""

    CALIBRATION = "calibration"
    """Calibration and servicing with a checklist: the maker's interval, or twice a year."""
    SELF_TEST = "self_test"
    """A UPS runs its own test, every month."""
    TEST_RUN = "test_run"
    """A generator is run under load, every month."""


TWICE: Final = PerYear(2)
"""S3, article 5.2c: where the maker recommends nothing, at least twice a calendar year."""
MONTHLY: Final = PerYear(12, strict=True)
_MORE: Final = {
    DeviceClass.UPS: (Duty.SELF_TEST,),
    DeviceClass.GENERATOR: (Duty.TEST_RUN,),
}


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What a duty rests on: `days` is the maker's interval, None where the rule is."""

    duty: Duty
    rule: Rule
    days: int | None = None


def bases(kind: str, interval_days: int | None) -> tuple[Basis, ...]:
    """All duties of a device; `interval_days` is the maker's word on this model or device."""
    rule: Rule = TWICE if interval_days is None else EveryDays(interval_days)
    first = Basis(duty=Duty.CALIBRATION, rule=rule, days=interval_days)
    if kind not in set(DeviceClass):
        return (first,)
    more = _MORE.get(DeviceClass(kind), ())
    return (first, *(Basis(duty=duty, rule=MONTHLY) for duty in more))
