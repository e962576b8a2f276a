"""What the uplink asks of the office service, and what it tells it."""

from motcua_contract.messages import Floor
from motcua_edge.domain.commands import AdvanceSeries
from motcua_edge.domain.model import OfficeState
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.office import OfficeService
from motcua_edge.services.uplink.settings import Numbers


def numbers(state: OfficeState) -> Numbers:
    """The highest number of each series of the current business day; test tickets apart."""
    day = state.office.day
    series = {s.name: s.last for s in state.series.values() if s.day == day and s.last}
    return Numbers(day, series)


class FloorRaiser:
    """E7: the hub knows higher numbers than we do, so ours go on after them."""

    def __init__(self, office: OfficeService) -> None:
        self._office = office

    async def __call__(self, floor: Floor) -> None:
        """Raise the series that are lower; nothing is written when none is."""
        state = self._office.state
        known = {s.name: s.last for s in state.series.values() if s.day == floor.business_day}
        higher = {name: n for name, n in floor.series.items() if n > known.get(name, 0)}
        if not higher or floor.business_day < state.office.day:
            return
        try:
            await self._office.execute(
                AdvanceSeries(day=floor.business_day, numbers=higher, cause="hub_floor")
            )
        except Refusal as refusal:
            if refusal.code is not RefusalCode.NO_CHANGE:
                raise
