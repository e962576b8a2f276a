"""What the uplink asks of the office service, and what it tells it."""

from datetime import timedelta
from typing import Final

from motcua_contract.messages import Floor, MessageError
from motcua_edge.domain.commands import AdvanceSeries
from motcua_edge.domain.localtime import local
from motcua_edge.domain.model import Instant, OfficeState
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.office import OfficeService
from motcua_edge.services.uplink.settings import Numbers

HIGHEST: Final = 99_999
"""No office gives out so many numbers of a series in a day."""
SERIES: Final = 200
NAME: Final = 16


def numbers(state: OfficeState) -> Numbers:
    """The highest number of each series of the current business day; test tickets apart."""
    day = state.office.day
    series = {s.name: s.last for s in state.series.values() if s.day == day and s.last}
    return Numbers(day, series)


def _doubt(floor: Floor, higher: dict[str, int], now: Instant) -> str:
    """Why these numbers cannot be true; empty when they can. A wrong floor stays for the day."""
    if len(higher) > SERIES or any(len(name) > NAME for name in higher):
        return "more series, or longer names, than any office has"
    if max(higher.values()) > HIGHEST:
        return f"a number above {HIGHEST}"
    tomorrow = local(now.wall).date() + timedelta(days=1)
    if now.clock.trusted and floor.business_day > tomorrow.isoformat():
        return f"{floor.business_day} is still to come"
    return ""


class FloorRaiser:
    """E7: the hub knows higher numbers than we do, so ours go on after them."""

    def __init__(self, office: OfficeService) -> None:
        self._office = office

    async def __call__(self, floor: Floor) -> None:
        """Raise the series that are lower; MessageError for a floor that cannot be true."""
        state = self._office.state
        known = {s.name: s.last for s in state.series.values() if s.day == floor.business_day}
        higher = {name: n for name, n in floor.series.items() if n > known.get(name, 0)}
        if not higher or floor.business_day < state.office.day:
            return
        doubt = _doubt(floor, higher, self._office.now())
        if doubt:
            msg = f"Resume: floor refused: {doubt}"
            raise MessageError(msg)
        command = AdvanceSeries(day=floor.business_day, numbers=higher, cause="hub_floor")
        try:
            await self._office.execute(command)
        except Refusal as refusal:
            if refusal.code is not RefusalCode.NO_CHANGE:
                msg = f"Resume: floor refused: {refusal}"
                raise MessageError(msg) from refusal
