"""Planned work: what goes down inside an approved maintenance window pages nobody.

Whatever lasts beyond its window is an outage like any other from the window's end on.
"""

from typing import Final

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.availability.intervals import Interval, Spans, normal
from motcua_hub.domain.availability.layers import eligible
from motcua_hub.domain.calendar.planned import LONGEST, NOTICE
from motcua_hub.domain.incident.watch import DOWN, FAULT, POWER_EVENT, Held, Sight
from motcua_hub.ledger import layers, targets
from motcua_hub.ledger.targets import Target
from motcua_hub.store import plans

WATCHED: Final = (DOWN, FAULT, POWER_EVENT)
"""What may be planned. A person's report is a person's word, and a crowd is made of others."""


class _Office(msgspec.Struct, frozen=True):
    """A thing of an office that is no target: only windows of the office cover it."""

    site: str | None
    id: str = ""
    kind: str = "device"
    life_begin: int = 0
    life_end: int | None = None


class Plans:
    """Maintenance in one transaction at `now` (UTC ms); read when it is first asked for."""

    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self._now = now
        self._book: layers.LayerBook | None = None
        self._targets: dict[str, Target] = {}
        self._any: bool | None = None

    def cover(self, thing: Held | Sight, onset: int) -> Interval | None:
        """The maintenance that all of an outage lies in so far; None: some of it is left over."""
        for begin, end in self._spans(thing):
            if begin <= onset and self._now <= end:
                return (begin, end)
        return None

    def ended(self, thing: Held | Sight, onset: int) -> int:
        """When the maintenance ended in which an outage began; now, if it is none any more."""
        ends = (end for begin, end in self._spans(thing) if begin <= onset <= end)
        return min(next(ends, self._now), self._now)

    def _spans(self, thing: Held | Sight) -> Spans:
        if thing.kind not in WATCHED or not self._there():
            return ()
        book = self._held()
        target = self._targets.get(thing.target or "")
        notice = NOTICE if target is None else target.policy().notice
        held = book.of(target or _Office(thing.site or None))
        return normal(
            (each.begin, each.end) for each in held.windows if eligible(each, notice, self._now)
        )

    def _there(self) -> bool:
        if self._any is None:
            self._any = bool(plans.windows(self._connection, self._now - LONGEST))
        return self._any

    def _held(self) -> layers.LayerBook:
        if self._book is None:
            every = targets.listing(self._connection, retired=True)
            self._targets = {each.id: each for each in every}
            self._book = layers.book(self._connection, since=self._now - LONGEST)
        return self._book
