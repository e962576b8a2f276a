"""What a command leads to: facts, or a Refusal that changes nothing."""

from motcua_contract.facts import Fact
from motcua_contract.siteconfig import SiteConfig
from motcua_edge.domain.commands import Command
from motcua_edge.domain.deciding import (
    announcements,
    calls,
    cameras,
    counters,
    day,
    evidence,
    issue,
    missing,
    office,
    pads,
    parking,
    power,
    prints,
    ratings,
    remote,
    serving,
    ticks,
    transfer,
    undo,
    vigil,
)
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Situation
from motcua_edge.domain.model import Instant, OfficeState

_FAMILIES = (
    issue,
    calls,
    serving,
    missing,
    parking,
    transfer,
    undo,
    day,
    ticks,
    counters,
    office,
    prints,
    announcements,
    ratings,
    evidence,
    cameras,
    power,
    remote,
    pads,
    vigil,
)


def _rulebook() -> Rulebook:
    rulebook = Rulebook()
    for family in _FAMILIES:
        family.register(rulebook)
    return rulebook


_RULES = _rulebook()
DECIDED = _RULES.kinds
"""The command types that have a rule."""


def decide(
    state: OfficeState, site: SiteConfig, command: Command, now: Instant
) -> tuple[Fact, ...]:
    """The facts that carrying out the command produces, in the order to apply them.

    Raises:
        Refusal: The rules do not allow the command now.
        UnknownCommandError: A command type without a rule.
    """
    return tuple(_RULES.decide(Situation(state, site, now), command))
