"""How bad an incident is; until when it must be taken on and repaired is in `promises`.

The rules are read from the top, the first that holds decides; the page of definitions shows them.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from motcua_hub.domain.incident.vocabulary import Severity


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides how bad it is.

    Attributes:
        kind: Of the incident: down, fault, reported, power_event, certificate, hub, carrier,
            servicing, or what ingest and backup raise.
        target_kind: server, site_link, device, service; empty without a target.
        around_the_clock: The target was promised to work 24 hours a day.
        office_dead: The office cannot serve citizens: its verdict is critical, or its machine is
            off with it.
        critical: The device's own word is critical.
        planned: All of it lies in maintenance.
    """

    kind: str
    target_kind: str = ""
    around_the_clock: bool = False
    office_dead: bool = False
    critical: bool = False
    planned: bool = False


class Rule(msgspec.Struct, frozen=True):
    """`severity` holds when `holds` does; `name` is the key of its text."""

    name: str
    severity: Severity
    holds: Callable[[Weight], bool]


_SERIOUS: Final = frozenset(
    {"rolled_back", "duplicate_identity", "quarantine", "conflict", "backup_failed"}
)
RULES: Final[tuple[Rule, ...]] = (
    Rule("planned", Severity.INFO, lambda w: w.planned),
    Rule("office_dead", Severity.CRITICAL, lambda w: w.office_dead),
    Rule("power_event", Severity.INFO, lambda w: w.kind == "power_event"),
    Rule("certificate", Severity.MINOR, lambda w: w.kind == "certificate"),
    Rule("many_sites", Severity.CRITICAL, lambda w: w.kind in ("hub", "carrier")),
    Rule(
        "server_always",
        Severity.CRITICAL,
        lambda w: w.target_kind == "server" and w.around_the_clock,
    ),
    Rule("shared", Severity.MAJOR, lambda w: w.target_kind in ("server", "service", "site_link")),
    Rule("device_critical", Severity.MAJOR, lambda w: w.critical),
    Rule("data", Severity.MAJOR, lambda w: w.kind in _SERIOUS),
    Rule("other", Severity.MINOR, lambda _: True),
)


def rule_of(weight: Weight) -> Rule:
    """The rule that decides."""
    return next(rule for rule in RULES if rule.holds(weight))
