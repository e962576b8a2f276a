"""Facts of cameras are evidence: they change nothing that the office decides by."""

from motcua_contract.facts import Fact
from motcua_contract.facts import camera as facts
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Instant, OfficeState


def register(registry: Registry) -> None:
    """This family's facts."""
    registry.on(facts.PictureTaken, _evidence)
    registry.on(facts.ReferenceRenewed, _evidence)


def _evidence(state: OfficeState, _fact: Fact, _at: Instant) -> OfficeState:
    return state
