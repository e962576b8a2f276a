"""What the controller knows of one pad."""

from collections.abc import Callable
from typing import Final

import msgspec

from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.pads.frames import Beat, Hello
from motcua_edge.domain.pads.health import PATIENCE, SILENT_MS, Seen, verdict
from motcua_edge.domain.steady import Patience, Reading
from motcua_edge.services.devices import Component
from motcua_edge.services.devices.component import Reporter
from motcua_edge.services.pads.presses import Unit
from motcua_edge.services.pads.session import PadSession

_AT_ONCE: Final = Patience()


class Peer:
    """One pad: its session, the link it was last heard on, how it is, and its light.

    Attributes:
        via: Index of the kind of lines and the link's name; None before it was heard.
        told_open: What its light was told last.
        lost: Presses that it refused because its queue was full, of all its starts.
    """

    def __init__(
        self,
        unit: Unit,
        key: bytes,
        reporter: Reporter,
        mono: Callable[[], int],
        shipped: str,
        *,
        silent_ms: int = SILENT_MS,
    ) -> None:
        self.unit: Final = unit
        self.session: Final = PadSession(unit.name, key)
        self.via: tuple[int, str] | None = None
        self.told_open: bool | None = None
        self.waiting = 0
        self.lost = 0
        self._lost_this_start = 0
        self._mono = mono
        self._shipped = shipped
        self._silent_ms = silent_ms
        self._seen = Seen(began_at=mono())
        self._component = Component(unit.name, reporter, mono, PATIENCE)

    @property
    def firmware(self) -> str:
        """The version it says it has."""
        return self._seen.firmware

    @property
    def rolled_back(self) -> bool:
        """Whether it started with the firmware from before its last update."""
        return self._seen.rolled_back

    def began(self, hello: Hello) -> None:
        """A new session is in force; `hello` is the one it began with."""
        self._seen = msgspec.structs.replace(
            self._seen, firmware=hello.fw, rolled_back=bool(hello.back)
        )
        self.told_open = None

    def heard(self) -> None:
        """A frame that is certainly from it."""
        self._seen = msgspec.structs.replace(self._seen, heard_at=self._mono())

    async def beaten(self, beat: Beat) -> None:
        """How it says it is."""
        self.waiting = beat.q
        self.lost += max(0, beat.lost - self._lost_this_start)
        self._lost_this_start = beat.lost
        self._seen = msgspec.structs.replace(self._seen, held=beat.held, battery=beat.bat)
        await self._look()

    async def time_passed(self) -> None:
        """Silence is a look as well; beats are the others."""
        if self._judged("").code == "offline" or self._component.told is None:
            await self._look()

    def _judged(self, shipped: str, was: str = "") -> Reading:
        return verdict(
            self._seen, self._mono(), shipped=shipped, was=was, silent_ms=self._silent_ms
        )

    async def _look(self) -> None:
        told = self._component.told
        was = told.code if told else ""
        reading = self._judged(self._shipped, was)
        if told is None and reading.state is HealthState.UNKNOWN:
            return  # not heard yet, and not silent for long enough to say so
        await self._component.saw(reading, PATIENCE if was == "offline" else _AT_ONCE)
