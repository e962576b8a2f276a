"""What the organisation decides of upkeep: limits of checklists, ages of the yearly plan.

The defaults are the values this product started with. Their sources: limits of measured values are
this product's own proposals after `practice.md` §5 item 6 (no national rule was found), 2 s for
clocks are its requirement and can only be made stricter; the ages and the number of failures of the
yearly plan (S3, article 7.5 asks for a plan, not for ages) and the 30 days before something falls
due are own proposals too. What an article sets (twice a year where the maker is silent: S3,
article 5.2c) is no policy: nobody here decides it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import msgspec

from motcua_hub.domain.health.kinds import DeviceClass
from motcua_hub.domain.upkeep.checklists import Form, Item, checklist, list_of
from motcua_hub.domain.upkeep.duties import Duty

MIN_WHY: Final = 10
MAX_WHY: Final = 400
LARGEST: Final = 1_000_000.0
AGES: Final = range(12, 361)
OFTEN: Final = range(1, 101)
SOON: Final = range(7, 121)
STRICTEST_CLOCK: Final = 2.0
"""Seconds that a clock may be wrong; a policy may ask for less."""
_CLOCKS: Final = ("clock_drift", "stamp_drift")


class Limit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `low` to `high`, both allowed themselves; None: no limit on that side."""

    low: float | None = None
    high: float | None = None


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version.

    Attributes:
        limits: `LIST.ITEM` -> limit, where it differs from the product's own; a list is a class of
            devices, or `self_test` and `test_run`.
        worn_months: From this age on a device is replaced before it fails.
        old_months: From this age on a device that fails often is not repaired any more.
        often: So many failures in a year are often.
        soon_days: What falls due so soon is listed as coming.
    """

    limits: Mapping[str, Limit] = {}
    worn_months: int = 96
    old_months: int = 60
    often: int = 3
    soon_days: int = 30


DEFAULT: Final = Policy()


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A policy from a day on (ISO, local); `made_at` is UTC ms. Number 0 is the product's own."""

    id: int
    begins: str
    policy: Policy
    why: str
    made_at: int
    made_by: str


PRODUCT: Final = Version(id=0, begins="", policy=DEFAULT, why="", made_at=0, made_by="")


class UnfitPolicy(ValueError):  # noqa: N818 - a refusal is no error of the program
    """A policy that cannot be; `code` is the key of a text, `field` what is wrong with it."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


def measured() -> Iterator[tuple[str, Item]]:
    """Every measured value with limits of its own, by list, in the order of the lists."""
    seen: set[str] = set()
    pairs = [(kind.value, Duty.CALIBRATION) for kind in DeviceClass]
    pairs += [("", duty) for duty in Duty if duty is not Duty.CALIBRATION]
    for kind, duty in pairs:
        name = list_of(kind, duty)
        for item in checklist(kind, duty):
            if item.form is Form.NUMBER and not item.promised and f"{name}.{item.key}" not in seen:
                seen.add(f"{name}.{item.key}")
                yield name, item


def items_of(kind: str, duty: Duty, policy: Policy) -> tuple[Item, ...]:
    """The checklist of a class with the limits of a policy."""
    name = list_of(kind, duty)

    def limited(item: Item) -> Item:
        own = policy.limits.get(f"{name}.{item.key}")
        if own is None:
            return item
        return msgspec.structs.replace(item, low=own.low, high=own.high)

    return tuple(limited(item) for item in checklist(kind, duty))


def changed_only(limits: Mapping[str, Limit]) -> dict[str, Limit]:
    """What differs from the product's own limits."""
    own = {f"{name}.{item.key}": Limit(low=item.low, high=item.high) for name, item in measured()}
    return {key: limit for key, limit in sorted(limits.items()) if own.get(key) != limit}


def check(policy: Policy, begins: str, why: str, today: date) -> Policy:
    """The policy, without limits that are the product's own anyway.

    Raises:
        UnfitPolicy: A limit of what is not measured or that nothing can fit, an age out of range, a
            beginning in the past (what was measured keeps the limits of its day), or no reason.
    """
    known = {f"{name}.{item.key}": item for name, item in measured()}
    for key, limit in policy.limits.items():
        _check_limit(known.get(key), key, limit)
    for field, allowed in (("worn_months", AGES), ("old_months", AGES), ("often", OFTEN),
                           ("soon_days", SOON)):  # fmt: skip
        if msgspec.structs.asdict(policy)[field] not in allowed:
            raise UnfitPolicy(field, "policy.fault.range")
    if policy.old_months > policy.worn_months:
        raise UnfitPolicy("old_months", "policy.fault.ages")
    _check_day(begins, today)
    if not MIN_WHY <= len(why) <= MAX_WHY:
        raise UnfitPolicy("why", "policy.fault.why")
    return msgspec.structs.replace(policy, limits=changed_only(policy.limits))


def _check_limit(item: Item | None, key: str, limit: Limit) -> None:
    if item is None:
        raise UnfitPolicy(key, "policy.fault.item")
    for each in (limit.low, limit.high):
        if each is not None and not -LARGEST <= each <= LARGEST:
            raise UnfitPolicy(key, "policy.fault.limit")
    if limit.low is None and limit.high is None:
        raise UnfitPolicy(key, "policy.fault.limit")
    if limit.low is not None and limit.high is not None and limit.low > limit.high:
        raise UnfitPolicy(key, "policy.fault.limit")
    if item.key in _CLOCKS and not (limit.high is not None and limit.high <= STRICTEST_CLOCK):
        raise UnfitPolicy(key, "policy.fault.clock")


def _check_day(begins: str, today: date) -> None:
    try:
        day = date.fromisoformat(begins)
    except ValueError:
        raise UnfitPolicy("begins", "policy.fault.day") from None
    if day < today or day.isoformat() != begins or (day - today).days > 3660:  # noqa: PLR2004
        raise UnfitPolicy("begins", "policy.fault.day")
