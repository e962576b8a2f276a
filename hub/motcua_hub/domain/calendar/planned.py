"""Maintenance windows and exclusions: who may agree to them, and what they then count as. Pure.

A plan is asked for by one person and agreed to by another. Planned work is announced a day before
it begins; what could not wait is an emergency, and takes a second person's agreement instead.
Whatever lasts beyond its window is an outage. Times are UTC ms.
"""

from enum import StrEnum
from typing import Final

import msgspec

from motcua_hub.domain.availability.layers import Exclusion, Window
from motcua_hub.domain.availability.policy import DAY

NOTICE: Final = DAY
"""How long before its start planned work is announced; a target's policy may ask for more."""
LONGEST: Final = 92 * DAY
_LONGEST_TEXT: Final = 2000


class UnfitPlanError(ValueError):
    """What may not be done to a plan; the message is the code of the words for it."""


class ScopeKind(StrEnum):
    """What a plan is about."""

    TARGET = "target"
    BRANCH = "branch"
    """A target and everything that depends on it."""
    SITE = "site"
    EVERYTHING = "everything"


class Scope(msgspec.Struct, frozen=True, order=True):
    """One thing that a plan is about: the id of a target or site, nothing for everything."""

    kind: ScopeKind
    key: str = ""


class Stage(StrEnum):
    """Where a plan stands."""

    ASKED = "asked"
    SECOND = "second"
    """Agreed to by one person; an emergency needs another."""
    AHEAD = "ahead"
    RUNNING = "running"
    OVER = "over"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for. `told_at` is when users were told on `paper` already, if they were.

    `paper` is the number of a document; `incident` what an exclusion is about, if on record.
    """

    begin: int
    end: int
    reason: str
    scopes: tuple[Scope, ...]
    paper: str = ""
    emergency: bool = False
    told_at: int | None = None
    incident: int | None = None


class Maintenance(msgspec.Struct, frozen=True, kw_only=True):
    """A maintenance window as it is on record."""

    id: int
    begin_at: int
    end_at: int
    reason: str
    paper: str
    emergency: bool
    asked_at: int
    asked_by: str
    announced_at: int | None
    announced_by: str
    approved_at: int | None
    approved_by: str
    seconded_at: int | None
    seconded_by: str
    refused_at: int | None
    refused_by: str
    refused_why: str
    cancelled_at: int | None
    cancelled_by: str
    cancelled_why: str
    scopes: tuple[Scope, ...] = ()


class Excluded(msgspec.Struct, frozen=True, kw_only=True):
    """Time that was lost by force majeure, as it is on record."""

    id: int
    begin_at: int
    end_at: int
    reason: str
    paper: str
    incident: int | None
    asked_at: int
    asked_by: str
    approved_at: int | None
    approved_by: str
    refused_at: int | None
    refused_by: str
    refused_why: str
    withdrawn_at: int | None
    withdrawn_by: str
    withdrawn_why: str
    scopes: tuple[Scope, ...] = ()


def check_window(wish: Wish, now: int) -> None:
    """Raise UnfitPlanError unless such a window may be asked for now."""
    _check(wish)
    if wish.told_at is not None and (wish.told_at > now or not wish.paper.strip()):
        raise UnfitPlanError("plan.fault.told")
    announced = now if wish.told_at is None else wish.told_at
    if not wish.emergency and announced > wish.begin - NOTICE:
        raise UnfitPlanError("plan.fault.notice")


def check_exclusion(wish: Wish, now: int) -> None:
    """Raise UnfitPlanError unless such an exclusion may be asked for: it is past, and on paper."""
    _check(wish)
    if not wish.paper.strip():
        raise UnfitPlanError("plan.fault.paper")
    if wish.end > now:
        raise UnfitPlanError("plan.fault.future")


def _check(wish: Wish) -> None:
    if not wish.begin < wish.end:
        raise UnfitPlanError("plan.fault.order")
    if wish.end - wish.begin > LONGEST:
        raise UnfitPlanError("plan.fault.long")
    if not wish.reason.strip() or len(wish.reason) > _LONGEST_TEXT:
        raise UnfitPlanError("plan.fault.reason")
    if not wish.scopes:
        raise UnfitPlanError("plan.fault.scope")


def check_approval(plan: Maintenance | Excluded, who: str, now: int) -> None:
    """Raise UnfitPlanError unless this person may agree to it now."""
    if plan.refused_at is not None or _ended_early(plan) is not None:
        raise UnfitPlanError("plan.fault.decided")
    if who == plan.asked_by:
        raise UnfitPlanError("plan.fault.same_person")
    if plan.approved_at is not None:
        _check_second(plan, who)
    elif isinstance(plan, Maintenance) and not plan.emergency:
        announced = now if plan.announced_at is None else plan.announced_at
        if announced > plan.begin_at - NOTICE:
            raise UnfitPlanError("plan.fault.late_approval")


def _check_second(plan: Maintenance | Excluded, who: str) -> None:
    waits = isinstance(plan, Maintenance) and plan.emergency and plan.seconded_at is None
    if not waits:
        raise UnfitPlanError("plan.fault.decided")
    if who == plan.approved_by:
        raise UnfitPlanError("plan.fault.same_approver")


def check_refusal(plan: Maintenance | Excluded, why: str) -> None:
    """Raise UnfitPlanError unless it may still be refused: a reason is part of it."""
    agreed = stage(plan, 0) not in (Stage.ASKED, Stage.SECOND)
    if agreed:
        raise UnfitPlanError("plan.fault.decided")
    if not why.strip():
        raise UnfitPlanError("plan.fault.reason")


def check_end(plan: Maintenance | Excluded, why: str, now: int) -> None:
    """Raise UnfitPlanError unless it may be cancelled or withdrawn now."""
    if stage(plan, now) in (Stage.REFUSED, Stage.CANCELLED):
        raise UnfitPlanError("plan.fault.decided")
    if isinstance(plan, Maintenance) and stage(plan, now) is Stage.OVER:
        raise UnfitPlanError("plan.fault.over")
    if not why.strip():
        raise UnfitPlanError("plan.fault.reason")


def _ended_early(plan: Maintenance | Excluded) -> int | None:
    return plan.cancelled_at if isinstance(plan, Maintenance) else plan.withdrawn_at


def stage(plan: Maintenance | Excluded, now: int) -> Stage:
    """Where a plan stands at `now`."""
    if plan.refused_at is not None:
        return Stage.REFUSED
    if _ended_early(plan) is not None:
        return Stage.CANCELLED
    if plan.approved_at is None:
        return Stage.ASKED
    if isinstance(plan, Maintenance) and plan.emergency and plan.seconded_at is None:
        return Stage.SECOND
    if now < plan.begin_at:
        return Stage.AHEAD
    return Stage.RUNNING if now < plan.end_at else Stage.OVER


def as_window(plan: Maintenance, as_of: int | None = None) -> Window | None:
    """What the ledger counts it as, by what was on record at `as_of`; None: as nothing.

    One that was cancelled while it ran ended then.
    """
    agreed = plan.seconded_at if plan.emergency else plan.approved_at
    if _known(plan.refused_at, as_of) or not _known(agreed, as_of):
        return None
    early = _known(plan.cancelled_at, as_of)
    end = min(plan.end_at, plan.cancelled_at or 0) if early else plan.end_at
    if end <= plan.begin_at:
        return None
    return Window(
        begin=plan.begin_at,
        end=end,
        announced_at=plan.announced_at,
        approved=True,
        approved_at=agreed,
        emergency=plan.emergency,
        second_approver=plan.seconded_by,
    )


def as_exclusion(plan: Excluded, as_of: int | None = None) -> Exclusion | None:
    """What the ledger counts it as, by what was on record at `as_of`; None: as nothing."""
    gone = _known(plan.refused_at, as_of) or _known(plan.withdrawn_at, as_of)
    if gone or not _known(plan.approved_at, as_of):
        return None
    return Exclusion(
        begin=plan.begin_at,
        end=plan.end_at,
        reason=plan.reason,
        approved=True,
        approved_at=plan.approved_at,
    )


def _known(at: int | None, as_of: int | None) -> bool:
    return at is not None and (as_of is None or at <= as_of)
