"""What every target is right now, by what its vantages say and what explains it.

    states(connection, now, only=None) -> {(target, sli): (state, since, cause, confirmed_at)}

`since` is when this state began as far as open claims tell (an outage is dated back to its first
failure, R2); `confirmed_at` is when the outage was sure, None for what is not down. After a hole of
the hub nothing is called down before its grace is over. Offices in touch count between two reports
(see `standing`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from motcua_hub.domain.availability import timeline
from motcua_hub.domain.availability.evidence import Claim, Evidence, Sli, State
from motcua_hub.domain.availability.masking import Ancestor, ancestor
from motcua_hub.domain.availability.timeline import Segments
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.standing import Standing

RECENT_MS = 15 * 60_000
"""Durable evidence is looked at this far back."""


class Now(NamedTuple):
    """A target's state; times are UTC ms. `masked_by` is the ancestor that explains it."""

    state: State
    since: int
    cause: str = ""
    confirmed_at: int | None = None
    masked_by: str = ""


Key = tuple[str, Sli]


def states(connection: Connection, now: int, only: Sequence[str] | None = None) -> dict[Key, Now]:
    """The state of every target that is not retired, by its SLIs of which anything is said.

    Each target is there at least with the SLI that its figures are about. `only` leaves all others
    out, which is quicker.
    """
    return _Now(View(connection, now=now), now, only).all()


def of_view(view: View, now: int, only: Sequence[str]) -> dict[Key, Now]:
    """The same in a view that one has already, made with `now`."""
    return _Now(view, now, only).all()


class _Now:
    def __init__(self, view: View, now: int, only: Sequence[str] | None) -> None:
        self._view = view
        self._now = now
        self._wanted = (
            list(view.targets) if only is None else [n for n in only if n in view.targets]
        )
        above = (each for n in self._wanted for each in view.line(n))
        names = sorted({*self._wanted, *above})
        standing = Standing(view.connection, now)
        recent = view.evidence(names, (now - RECENT_MS, now))
        self._recent = {name: (*recent[name], *self._beyond(name, standing)) for name in names}
        self._lines: dict[Key, Segments] = {}

    def _beyond(self, name: str, standing: Standing) -> list[Evidence]:
        found = (standing.beyond(each) for each in self._view.opened(name))
        return [each for each in found if each is not None]

    def all(self) -> dict[Key, Now]:
        found: dict[Key, Now] = {}
        for name in self._wanted:
            target = self._view.target(name)
            if target.retired_at is not None:
                continue
            told = {target.sli, *(each.sli for each in self._recent[name])}
            found |= {(name, sli): self._state(name, sli) for sli in sorted(told)}
        return found

    def _state(self, name: str, sli: Sli) -> Now:
        line = self._line(name, sli)
        last = line[-1]
        since = last.begin
        for each in reversed(line[:-1]):
            if each.state is not last.state:
                break
            since = each.begin
        return Now(
            last.state, since, last.cause, self._confirmed(name, sli, last.state), last.masked_by
        )

    def _confirmed(self, name: str, sli: Sli, state: State) -> int | None:
        """When the first of the vantages that say so was sure."""
        if state is not State.DOWN:
            return None
        told = [e for e in self._view.opened(name) if e.sli is sli and e.claim is Claim.DOWN]
        return min(
            (each.confirmed_at for each in told if each.confirmed_at is not None), default=None
        )

    def _line(self, name: str, sli: Sli) -> Segments:
        key = (name, sli)
        if key not in self._lines:
            found = self._recent[name]
            begin = min((each.begin for each in found), default=self._now - RECENT_MS)
            self._lines[key] = timeline(
                found,
                self._view.target(name).policy(sli),
                life=(min(begin, self._now - RECENT_MS), self._now),
                ancestors=self._above(name),
            )
        return self._lines[key]

    def _above(self, name: str) -> tuple[Ancestor, ...]:
        return tuple(self._ancestor(each) for each in self._view.line(name))

    def _ancestor(self, name: str) -> Ancestor:
        segments = self._line(name, self._view.target(name).sli)
        return ancestor(name, ((each.begin, each.end, each.state) for each in segments))
