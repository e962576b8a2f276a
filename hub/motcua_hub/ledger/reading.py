"""One view of the ledger: evidence as it counts, with the hub's holes, masks and open claims.

A `View` is made for one transaction and one `as_of`; what many targets share (rules, holes,
ancestors) is read once. `as_of` None is everything known; with `now` the open claims of vantages
count as well, as far as they hold then. A view `as_of` a past moment reads evidence only, and only
what was received by then: it says the same for ever.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection

from motcua_hub.domain.availability import liveness, timeline
from motcua_hub.domain.availability.evidence import Evidence, Sli
from motcua_hub.domain.availability.intervals import Interval, Spans
from motcua_hub.domain.availability.masking import Ancestor, ancestor
from motcua_hub.domain.availability.timeline import Segments
from motcua_hub.ledger import alive, claims, described, evidence
from motcua_hub.ledger.described import Places, Target, target_of
from motcua_hub.ledger.names import BROKER, HUB

HUB_SIDE: Final = (HUB, BROKER)
"""Vantages that see nothing while the hub is away."""
PATIENCE: Final = liveness.grace(cycle=60_000, keepalive=60_000)
"""After a hole of the hub: two rounds of probes, and one and a half keepalives of an office."""


class View:
    """The ledger as one transaction sees it.

    Args:
        connection: Inside `reading` or `writing`.
        as_of: What had been received by then counts (UTC ms); None: all of it.
        now: With it, and without `as_of`, what vantages say right now counts too.
        only: The view knows this target and what it depends on, and no other; which is quicker.
        at: What targets are called, who answers for them and their rules are of this moment: the
            end of the period that one asks about. None: as they are last.
    """

    def __init__(
        self,
        connection: Connection,
        as_of: int | None = None,
        now: int | None = None,
        *,
        only: str | None = None,
        at: int | None = None,
    ) -> None:
        self.connection = connection
        self._only = only
        self.as_of = as_of
        self.now = now if as_of is None else None
        if only is None:
            versions = described.rows(connection, as_of)
        else:
            versions = described.with_ancestors(connection, only, as_of)
        self.places = Places(versions)
        self.targets = {name: target_of(rows, at) for name, rows in versions.items()}
        self._holes: dict[Interval, Spans] = {}
        self._above: dict[tuple[str, Interval], Segments] = {}
        self._open: dict[str, list[claims.OpenClaim]] | None = None

    def target(self, target_id: str) -> Target:
        """A target as it was; KeyError when there is none."""
        return self.targets[target_id]

    def line(self, target_id: str) -> list[str]:
        """What a target depends on, from its parent outwards, as it is last."""
        return [each for each in self.places.line(target_id) if each in self.targets]

    def holes(self, span: Interval) -> Spans:
        """When the hub was away."""
        for (begin, end), found in self._holes.items():
            if begin <= span[0] and span[1] <= end:
                return tuple(each for each in found if each[0] < span[1] and span[0] < each[1])
        self._holes[span] = alive.holes(self.connection, span, self.as_of)
        return self._holes[span]

    def evidence(self, wanted: Sequence[str], span: Interval) -> dict[str, tuple[Evidence, ...]]:
        """What counts of these targets in `span`: without what the hub could not know."""
        found = evidence.of_targets(self.connection, wanted, span, self.as_of)
        away = self.holes((span[0] - PATIENCE, span[1]))
        return {name: self._heard(name, found.get(name, ()), away, span) for name in wanted}

    def _heard(
        self, name: str, found: tuple[Evidence, ...], away: Spans, span: Interval
    ) -> tuple[Evidence, ...]:
        spoken = (each for each in self.spoken(name) if each.begin < span[1] and span[0] < each.end)
        together = (*found, *spoken)
        if not away:
            return together
        return liveness.silenced(together, away, PATIENCE, HUB_SIDE)

    def spoken(self, name: str) -> Iterable[Evidence]:
        """What vantages say of it right now."""
        if self.now is None:
            return ()
        if self._open is None:
            self._open = {}
            among = None if self._only is None else sorted(self.targets)
            for each in claims.listing(self.connection, among):
                self._open.setdefault(each.target, []).append(each)
        told = (claims.spoken(each, self.now) for each in self._open.get(name, ()))
        return [each for each in told if each is not None]

    def opened(self, name: str) -> list[claims.OpenClaim]:
        """The open claims of a target; none in a view of the past."""
        list(self.spoken(name))
        return (self._open or {}).get(name, [])

    def ancestors(self, target_id: str, span: Interval) -> tuple[Ancestor, ...]:
        """What a target depended on, with when it was not up: from its parent outwards.

        Where that changed within `span`, each explains only the time in which it was depended on.
        """
        return tuple(
            ancestor(name, ((s.begin, s.end, s.state) for s in self._segments(name, part)))
            for part, line in self.places.lines(target_id, span)
            for name in line
            if name in self.targets
        )

    def _segments(self, target_id: str, span: Interval) -> Segments:
        """The time line of an ancestor: of the SLI its own figures are about."""
        key = (target_id, span)
        if key not in self._above:
            self._above[key] = self.segments(target_id, span)
        return self._above[key]

    def segments(self, target_id: str, span: Interval, sli: Sli | None = None) -> Segments:
        """A target's time line over `span`, worked out from evidence."""
        mine = self.target(target_id)
        return timeline(
            self.evidence([target_id], span)[target_id],
            mine.policy(sli),
            self.as_of,
            life=span,
            ancestors=self.ancestors(target_id, span),
        )
