"""A clock that stands until it is told to go. It cannot show drift between its two hands."""

from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.model import Instant


class FakeClock:
    """Implements `Clock`. Tests move it with `advance` and `jump`."""

    def __init__(
        self, wall: int = 0, clock: ClockState = ClockState.NTP, boot: str = "fake-boot"
    ) -> None:
        self.wall = wall
        self.mono = 0
        self.clock = clock
        self.boot = boot

    def now(self) -> Instant:
        """The time it was set to."""
        return Instant(wall=self.wall, mono=self.mono, clock=self.clock, boot=self.boot)

    def advance(self, ms: int) -> Instant:
        """Let time pass on both hands."""
        self.wall += ms
        self.mono += ms
        return self.now()

    def jump(self, ms: int) -> Instant:
        """Move the wall clock only, as NTP or a dead battery does."""
        self.wall += ms
        return self.now()
