"""Which outages need a notice: a list of rules, read from the top; the first that holds decides.

The list is the written definition: the page of definitions is made from it.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from motcua_hub.domain.incident.vocabulary import Cause, Severity
from motcua_hub.domain.notice.model import Outage, TargetKind

WATCHED: Final = frozenset({TargetKind.SERVER, TargetKind.SERVICE, TargetKind.SITE_LINK})
"""What S3, article 5.2a wants to work 24 hours a day: servers, what runs on them, the links."""


class Rule(msgspec.Struct, frozen=True):
    """`needed` is the answer when `holds`."""

    name: str
    needed: bool
    holds: Callable[[Outage], bool]


def _planned(outage: Outage) -> bool:
    return outage.planned or outage.cause is Cause.PLANNED


RULES: Final = (
    Rule("planned", False, _planned),
    Rule("explained", False, lambda outage: outage.explained),
    Rule("elsewhere", False, lambda outage: outage.kind not in WATCHED),
    Rule("unconfirmed", False, lambda outage: outage.confirmed_at is None),
    Rule("force_majeure", True, lambda outage: outage.force_majeure),
    Rule("critical", True, lambda outage: outage.severity == Severity.CRITICAL),
    Rule("other", False, lambda _outage: True),
)


def decided_by(outage: Outage) -> Rule:
    """The rule that decides."""
    return next(rule for rule in RULES if rule.holds(outage))


def needs_notice(outage: Outage) -> bool:
    """Whether the outage is of the class of article 5.2a."""
    return decided_by(outage).needed
