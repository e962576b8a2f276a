"""Presses of pads: the last one of each is remembered."""

from motcua_contract.facts.pads import PadPressed
from motcua_edge.domain.folding.edits import with_office
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Instant, OfficeState


def register(registry: Registry) -> None:
    """This family's fact."""
    registry.on(PadPressed, _pressed)


def _pressed(state: OfficeState, fact: PadPressed, _at: Instant) -> OfficeState:
    return with_office(state, pads={**state.office.pads, fact.pad: fact.press})
