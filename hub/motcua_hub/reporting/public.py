"""The public page's contents, made by a worker: what a thousand citizens ask for is read once."""

from typing import Final

import msgspec
from sqlalchemy import Connection, Engine

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.layers import shape
from motcua_hub.domain.availability.policy import HOUR
from motcua_hub.domain.availability.reports import line_of
from motcua_hub.domain.reporting import public
from motcua_hub.domain.reporting.public import Break, Day, Service, Snapshot, Work
from motcua_hub.ledger import layers as layering
from motcua_hub.ledger import now as ledger_now
from motcua_hub.ledger.layers import LayerBook
from motcua_hub.ledger.reading import View
from motcua_hub.ledger.subjects import Subjects
from motcua_hub.reporting.reading import attributed
from motcua_hub.store import public as store
from motcua_hub.store.engine import reading, writing

ANEW: Final = HOUR
"""How often the days are worked out again; states and planned work are new in every round."""
SOON: Final = 60_000
"""The same while a service is down."""


class _Past(msgspec.Struct, frozen=True, kw_only=True):
    """What changes slowly: days, their share, interruptions; and what it was made of."""

    made_at: int
    state: State
    days: tuple[Day, ...]
    percent: str | None
    breaks: tuple[Break, ...]

    def fresh(self, state: State, now: int) -> bool:
        """Whether it still holds: an outage that lasts makes it old sooner."""
        age = now - self.made_at
        return state is self.state and 0 <= age < (SOON if state is State.DOWN else ANEW)


class PublicStatus:
    """Makes the snapshot; call `work` again and again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._past: dict[str, _Past] = {}

    def work(self, now: int) -> Snapshot:
        """Make the snapshot of `now` (UTC ms) and keep it for the pages."""
        with reading(self._engine) as connection:
            made = self._made(connection, now)
        with writing(self._engine) as connection:
            store.keep(connection, now, msgspec.json.encode(made))
        return made

    def _made(self, connection: Connection, now: int) -> Snapshot:
        shown = store.published(connection)
        if not shown:
            return Snapshot(made_at=now)
        view, book = View(connection, now=now), layering.book(connection)
        there = [each for each in shown if each.target in view.targets]
        told = ledger_now.states(connection, now)
        states = {
            each.target: told.get((each.target, view.target(each.target).sli)) for each in there
        }
        known = {
            name: ledger_now.Now(State.UNKNOWN, now) if state is None else state
            for name, state in states.items()
        }
        self._remember(view, book, known, now)
        services, planned, breaks = [], list[Work](), list[Break]()
        for each in there:
            target = view.target(each.target)
            layers, policy = book.of(target), target.policy()
            state, since = known[each.target].state, known[each.target].since
            past = self._past[each.target]
            look = public.look_now(state, layers, policy, now)
            services.append(
                Service(
                    name=each.name, look=look, since=since, days=past.days, percent=past.percent
                )
            )
            planned += public.planned(each.name, layers, policy, now)
            breaks += [msgspec.structs.replace(one, name=each.name) for one in past.breaks]
        breaks.sort(key=lambda one: -one.begin)
        planned.sort(key=lambda one: (one.begin, one.name))
        return Snapshot(
            made_at=now, services=tuple(services), planned=tuple(planned), breaks=tuple(breaks)
        )

    def _remember(
        self, view: View, book: LayerBook, known: dict[str, ledger_now.Now], now: int
    ) -> None:
        """Work out again what is old."""
        held = {name: past for name, past in self._past.items() if name in known}
        names = [
            name
            for name, state in known.items()
            if name not in held or not held[name].fresh(state.state, now)
        ]
        span = public.span(now)
        told = attributed(view.connection, names, span, now)
        for name, subject in zip(names, Subjects(view, span, book=book).of(names), strict=True):
            line, policy = line_of(subject, span, now), subject.policy
            recent = shape(subject.layers, (now - public.RECENT, now), policy.notice, now)
            held[name] = _Past(
                made_at=now,
                state=known[name].state,
                days=public.days(line, subject.layers, policy, now),
                percent=public.share(line, subject.layers, policy, now),
                breaks=tuple(public.breaks("", line, recent, policy, told.get(name, ()))),
            )
        self._past = held
