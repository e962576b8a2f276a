"""Facts of the vigil are evidence: they change nothing that the office decides by."""

from motcua_contract.facts import Fact
from motcua_contract.facts import evidence as facts
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Instant, OfficeState


def register(registry: Registry) -> None:
    """This family's facts."""
    registry.on(facts.TicksReported, _evidence)
    registry.on(facts.BootMet, _evidence)
    registry.on(facts.ProbesReported, _evidence)


def _evidence(state: OfficeState, _fact: Fact, _at: Instant) -> OfficeState:
    return state
