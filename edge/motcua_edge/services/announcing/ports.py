"""What announcing needs of the rest of the agent, and what it hands around."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from motcua_contract.vocabulary import HealthState, Rung


class HealthReporter(Protocol):
    """Takes a component's state; repeating the same one is harmless."""

    async def report(
        self, component: str, state: HealthState, code: str = "", detail: str = ""
    ) -> object:
        """Say how a component is; `code` is from the list of fault codes, `detail` English."""
        ...


class Fault(msgspec.Struct, frozen=True):
    """A rung that did not hold: the announcer's code and what happened, in English."""

    code: str
    detail: str


class Uttered(msgspec.Struct, frozen=True):
    """How something reached the hall.

    Attributes:
        rung: The rung that held; `flash` when nothing could be heard.
        frames: Frames that the player gave to the device, all repetitions together.
        fault: The worst fault on the way, None when the best rung held.
    """

    rung: Rung
    frames: int = 0
    fault: Fault | None = None

    @classmethod
    def silent(cls, code: str = "", detail: str = "") -> "Uttered":
        """Nothing was heard, for the reason given."""
        return cls(Rung.FLASH, 0, Fault(code, detail) if code else None)

    @property
    def spoken(self) -> bool:
        """Whether words were heard; a chime alone does not say whose turn it is."""
        return self.rung in (Rung.CLIPS, Rung.SYNTH)


class NoSuchZoneError(ValueError):
    """An announcement for a zone that has no loudspeaker."""


Wanted = Callable[[], bool]
