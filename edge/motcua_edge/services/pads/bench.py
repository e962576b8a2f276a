"""What technicians of the office see of its pads, and their updates, which run by themselves."""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from typing import Final

import msgspec

from motcua_contract.commands import check
from motcua_edge.domain.pads.health import version_of
from motcua_edge.domain.remote import FinishCommand, TakeCommand
from motcua_edge.services.office import OfficeService
from motcua_edge.services.pads.peer import Peer
from motcua_edge.services.pads.updates import Progress, UpdateFailedError, Updates

UPDATE: Final = "pad.update"
_LOG: Final = logging.getLogger(__name__)


class BusyError(RuntimeError):
    """A pad is being updated already; str() names it."""


class PadCard(msgspec.Struct, frozen=True, kw_only=True):
    """One pad; `firmware` is what it says it has, empty before it was heard.

    `old`: the shipped one is newer. `rolled_back`: it took an update and went back.
    """

    name: str
    counter: int
    firmware: str
    shipped: str
    old: bool
    rolled_back: bool
    update: Progress | None = None


class PadBench:
    """Updates one pad at a time, on record like the hub's commands.

    Args:
        office: Keeps the record.
        peers: The pads that can be spoken to.
        updates: Does the work.
    """

    def __init__(self, office: OfficeService, peers: Mapping[str, Peer], updates: Updates) -> None:
        self._office = office
        self._peers = peers
        self._updates = updates
        self._task: asyncio.Task[None] | None = None
        self._name = ""

    def cards(self) -> tuple[PadCard, ...]:
        """Every pad, by name."""
        return tuple(self._card(name, peer) for name, peer in sorted(self._peers.items()))

    def _card(self, name: str, peer: Peer) -> PadCard:
        has, shipped = version_of(peer.firmware), version_of(self._updates.shipped)
        return PadCard(
            name=name,
            counter=peer.unit.counter,
            firmware=peer.firmware,
            shipped=self._updates.shipped,
            old=bool(has) and has < shipped,
            rolled_back=peer.rolled_back,
            update=self._updates.progress.get(name),
        )

    async def update(self, name: str, actor: str) -> None:
        """Begin to update a pad; `cards` tells how it goes.

        Raises:
            LookupError: There is no such pad.
            BusyError: One is being updated.
        """
        if name not in self._peers:
            raise LookupError(name)
        if self._name:
            msg = f"{self._name} is being updated; wait until it is done"
            raise BusyError(msg)
        self._name, correlation, asked = name, secrets.token_hex(16), {"component": name}
        take = TakeCommand(correlation=correlation, name=UPDATE, arguments=asked, actor=actor)
        try:
            await self._office.execute(take)
        except BaseException:
            self._name = ""
            raise
        self._task = asyncio.create_task(self._recorded(take), name=f"update of {name}")
        await asyncio.sleep(0)  # it has begun when we answer

    async def _recorded(self, take: TakeCommand) -> None:
        within_s = check(UPDATE, take.arguments).within_s
        try:
            ok, detail = await self._done(take.arguments["component"], within_s)
            await self._office.execute(
                FinishCommand(correlation=take.correlation, name=UPDATE, ok=ok, detail=detail)
            )
        finally:
            self._name = ""

    async def _done(self, name: str, within_s: float) -> tuple[bool, str]:
        try:
            async with asyncio.timeout(within_s):
                firmware = await self._updates.update(name)
        except UpdateFailedError as error:
            return False, str(error)
        except TimeoutError:
            return False, f"not done within {within_s:g} s"
        except Exception as error:  # noqa: BLE001 - the page must learn that it ended
            _LOG.exception("the update of %s failed", name)
            return False, f"{type(error).__name__}: {error}"
        return True, f"{name} took firmware {firmware} and starts it"
