"""When the hub holds what an office's journal says: in order, whenever its session stands."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from province.machines import Session
from province.spans import Span, inverse, merged

LAG = 1_500


@dataclass(frozen=True)
class Delivery:
    """How far an office's journal is in. `held`: times at which nothing of it was taken in.

    `lost` is what never came: the card died with it.
    """

    stays: tuple[Span, ...]
    lost: tuple[Span, ...] = ()

    @staticmethod
    def of(stays: Sequence[Session], held: Sequence[Span] = ()) -> "Delivery":
        """Delivery over these sessions, less the times in which the hub took nothing in."""
        spans = merged((each.online, each.last_packet) for each in stays)
        if spans and held:
            window = (spans[0][0], spans[-1][1])
            closed = [*inverse(spans, window), *held]
            spans = inverse(closed, window)
        return Delivery(tuple(spans))

    def until(self, as_of: int) -> int:
        """All that was written down before this moment is at the hub at `as_of`."""
        index = bisect_right(self.stays, (as_of - LAG, 1 << 62)) - 1
        return 0 if index < 0 else min(as_of, self.stays[index][1]) - LAG

    def received(self, written: int) -> int | None:
        """When the hub has what was written at a moment; None: never in this quarter."""
        index = bisect_right(self.stays, (written, 1 << 62)) - 1
        if index >= 0 and written + LAG <= self.stays[index][1]:
            return written + LAG
        return self.stays[index + 1][0] + LAG if index + 1 < len(self.stays) else None
