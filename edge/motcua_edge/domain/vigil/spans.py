"""Ticks become spans: a span goes on while nothing that it says changes and no tick is late."""

from typing import Final

import msgspec

from motcua_contract.facts.evidence import TICK_MS, TickSpan

LATE_MS: Final = TICK_MS * 5 // 2
"""Ticks further apart than this do not prove what was between them (R10)."""
STEP_MS: Final = 2_000
"""A wall clock that moved this far against the boot-time clock was set."""


_MANY: Final = 3


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is seen at one tick; see `TickSpan`."""

    mono: int
    offset: int
    synced: bool = False
    failed: tuple[str, ...] = ()
    ups: str = ""
    gateway: bool | None = None
    hub: bool | None = None
    where: str = ""


class Spans(msgspec.Struct, frozen=True, kw_only=True):
    """The ticks of one program since the last report.

    Attributes:
        boot: Boot id.
        run: The program.
        number: Number of the next tick.
        closed: Spans that ended, oldest first.
        current: The one that goes on.
    """

    boot: str
    run: str
    number: int = 1
    closed: tuple[TickSpan, ...] = ()
    current: TickSpan | None = None

    @property
    def changed(self) -> bool:
        """Whether something changed and the new state has lasted, or too much has changed."""
        if not self.closed or self.current is None:
            return False
        return self.current.last > self.current.first or len(self.closed) >= _MANY

    @property
    def told(self) -> tuple[TickSpan, ...]:
        """All of them, oldest first."""
        return self.closed if self.current is None else (*self.closed, self.current)


def ticked(spans: Spans, look: Look) -> Spans:
    """One tick more."""
    current, number = spans.current, spans.number
    if current is not None and _goes_on(current, look):
        longer = msgspec.structs.replace(
            current,
            last=number,
            until=look.mono,
            longest=max(current.longest, look.mono - current.until),
        )
        return msgspec.structs.replace(spans, number=number + 1, current=longer)
    return msgspec.structs.replace(
        spans, number=number + 1, closed=spans.told, current=_begun(spans, look)
    )


def _begun(spans: Spans, look: Look) -> TickSpan:
    return TickSpan(
        boot=spans.boot,
        run=spans.run,
        first=spans.number,
        last=spans.number,
        since=look.mono,
        until=look.mono,
        synced=look.synced,
        offset=look.offset,
        failed=look.failed,
        ups=look.ups,
        gateway=look.gateway,
        hub=look.hub,
        where=look.where,
    )


def _goes_on(span: TickSpan, look: Look) -> bool:
    """Against the span's beginning, so that many small steps of the clock cannot add up unseen."""
    said = (span.synced, span.failed, span.ups, span.gateway, span.hub, span.where)
    seen = (look.synced, look.failed, look.ups, look.gateway, look.hub, look.where)
    in_time = look.mono - span.until <= LATE_MS
    return in_time and said == seen and abs(look.offset - span.offset) <= STEP_MS


def reported(spans: Spans) -> Spans:
    """The same program after all its ticks were told."""
    return msgspec.structs.replace(spans, closed=(), current=None)


def next_number(mono: int) -> int:
    """From where a program counts when nobody remembers the ticks of this boot.

    Ticks are at least `TICK_MS` apart, so no earlier one can have had this number: what was
    forgotten shows as missing and is never taken for something else.
    """
    return mono // TICK_MS + 2
