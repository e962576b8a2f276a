"""Subjects of figures: what `domain.availability.reports` and `figures` are computed from.

    subject(connection, target_id, period, as_of=None, *, sli=None, basis=…, now=None) -> Subject
    subjects(connection, target_ids, period, as_of=None, *, …) -> Iterator[Subject]   for many

`as_of` None is all that is known; a report passes the moment it is made, after `claims.settle` of
that moment, and can then be computed again for ever. What a target is called, who answers for it
and its rules are those that held at the end of the period, as far as was known as of then; what it
depended on is looked up for every moment. `now` (only without `as_of`) lets what
vantages say right now count, for pages. Raises KeyError for a target that is not there.

Evidence reaches beyond the period as far as it needs to, so that no incident is cut by it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection

from motcua_hub.domain.availability import timeline
from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli, State
from motcua_hub.domain.availability.incidents import Marked
from motcua_hub.domain.availability.intervals import (
    Interval,
    Spans,
    clip,
    difference,
    intersection,
    normal,
)
from motcua_hub.domain.availability.policy import DAY
from motcua_hub.domain.availability.reports import Subject
from motcua_hub.ledger import layers as layering
from motcua_hub.ledger.layers import Basis, LayerBook
from motcua_hub.ledger.names import pi_of
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.targets import Target
from motcua_hub.store.incidents import marks_of

_AT_ONCE: Final = 100
_WIDEST: Final = 512 * DAY
SOURCE: Final = "journal"
"""What the evidence of a site's own journal is called; see `imports.words`."""


def subject(
    connection: Connection,
    target_id: str,
    period: Interval,
    as_of: int | None = None,
    *,
    sli: Sli | None = None,
    basis: Basis = Basis.CONTRACT,
    now: int | None = None,
) -> Subject:
    """What one target's figures of a period follow from."""
    view = View(connection, as_of, now, at=period[1] - 1)
    return next(Subjects(view, period, sli=sli, basis=basis).of([target_id]))


def subjects(
    connection: Connection,
    target_ids: Sequence[str],
    period: Interval,
    as_of: int | None = None,
    *,
    sli: Sli | None = None,
    basis: Basis = Basis.CONTRACT,
    now: int | None = None,
) -> Iterator[Subject]:
    """The same of many, in their order; what they share is read once."""
    view = View(connection, as_of, now, at=period[1] - 1)
    return Subjects(view, period, sli=sli, basis=basis).of(target_ids)


class Subjects:
    """Makes the subjects of one period in one view."""

    def __init__(
        self,
        view: View,
        period: Interval,
        *,
        sli: Sli | None = None,
        basis: Basis = Basis.CONTRACT,
        book: LayerBook | None = None,
    ) -> None:
        self._view = view
        self._period = period
        self._sli = sli
        self._basis = basis
        self._book = book or layering.book(view.connection, view.as_of, places=view.places)
        self._covered: dict[str, Spans] = {}

    def of(self, target_ids: Sequence[str]) -> Iterator[Subject]:
        """Subjects in the order of the ids; KeyError for one that is not there."""
        for start in range(0, len(target_ids), _AT_ONCE):
            some = target_ids[start : start + _AT_ONCE]
            span = (self._period[0] - DAY, self._period[1] + DAY)
            found = self._view.evidence(some, span)
            marks = self._marks(some, span)
            for name in some:
                whole, reach = self._whole(name, found[name], span)
                mine = marks if reach == span else self._marks([name], reach)
                yield self._subject(name, whole, reach, mine.get(name, ()))

    def _marks(self, names: Sequence[str], span: Interval) -> dict[str, tuple[Marked, ...]]:
        return marks_of(self._view.connection, names, span, self._view.as_of)

    def _subject(
        self, name: str, found: tuple[Evidence, ...], span: Interval, marks: tuple[Marked, ...]
    ) -> Subject:
        target = self._view.target(name)
        by_office = layering.by_office(target, self._basis)
        return Subject(
            target=name,
            evidence=found,
            policy=target.policy(self._sli),
            layers=self._book.of(target, self._basis),
            ancestors=self._view.ancestors(name, span),
            journals=self._journals(target),
            marks=marks,
            hours=self._book.service(target.site, self._period) if by_office else None,
        )

    def _whole(
        self, name: str, found: tuple[Evidence, ...], span: Interval
    ) -> tuple[tuple[Evidence, ...], Interval]:
        """As much evidence as shows where incidents at the edges begin and end."""
        while span[1] - span[0] < self._period[1] - self._period[0] + _WIDEST:
            left, right = self._open_ends(name, found, span)
            if not left and not right:
                break
            more = span[1] - span[0]
            wider = (span[0] - left * more, span[1] + right * more)
            again = self._view.evidence([name], wider)[name]
            if len(again) == len(found):
                break
            found, span = again, wider
        return found, span

    def _open_ends(
        self, name: str, found: tuple[Evidence, ...], span: Interval
    ) -> tuple[bool, bool]:
        """Whether an outage may go on before, and after, what was read."""
        policy = self._view.target(name).policy(self._sli)
        begin, end = self._period
        down = [e for e in found if e.claim is Claim.DOWN and not e.blip and e.sli is policy.sli]
        near = [
            any(each.begin < begin + policy.merge_gap for each in down),
            any(each.end > end - policy.merge_gap for each in down),
        ]
        if not any(near):
            return (False, False)
        above = self._view.ancestors(name, span)
        line = timeline(found, policy, self._view.as_of, life=span, ancestors=above)
        up = [(each.begin, each.end) for each in line if each.state is State.UP]
        sure = [
            any(min(b, begin) - a >= policy.merge_gap for a, b in up),
            any(b - max(a, end) >= policy.merge_gap for a, b in up),
        ]
        return (near[0] and not sure[0], near[1] and not sure[1])

    def _journals(self, target: Target) -> Spans:
        """What has been told by the journals of all sites that speak of a target (R14).

        Where no site speaks of it, nothing more is to be waited for.
        """
        sites = {each.site for each in self._view.targets.values() if each.site}
        speakers = {*target.rules.vantages, target.site} & sites
        covered: Spans = (self._period,)
        for site in sorted(str(each) for each in speakers):
            covered = intersection(covered, self._told(site))
        return covered

    def _told(self, site: str) -> Spans:
        """The times of which a site's own journal has told, or of which it never will.

        Before the life of its Pi and after it there is no journal to wait for.
        """
        if site not in self._covered:
            pi, begin, end = pi_of(site), *self._period
            found = self._view.evidence([pi], self._period)[pi] if pi in self._view.targets else ()
            own = [(e.begin, e.end) for e in found if e.rank == Rank.JOURNAL and e.source == SOURCE]
            if pi in self._view.targets:
                life = self._view.target(pi)
                over = end if life.life_end is None else life.life_end
                own += [(begin, life.life_begin), (over, end)]
            self._covered[site] = clip(normal(own), self._period)
        return self._covered[site]


def uncovered(found: Subject, period: Interval) -> Spans:
    """Times of a period whose journals are not in yet."""
    return difference((period,), found.journals)
