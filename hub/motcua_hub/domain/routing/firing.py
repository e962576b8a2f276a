"""Timers that are due become messages."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.domain.routing.asked import Facts, Said, World
from motcua_hub.domain.routing.book import (
    FIRED,
    PENDING,
    REMIND,
    STEP,
    Book,
    Entry,
    Kind,
    Message,
    Phase,
    Place,
    Timer,
    message_key,
)
from motcua_hub.domain.routing.chain import later
from motcua_hub.domain.routing.onward import reached
from motcua_hub.domain.routing.story import Story

LATE_MS: Final = 60_000
"""A chain that slept longer goes on with its old distances, not with everybody at once."""


def fire(facts: Facts, said: Said, story: Story, world: World) -> Said:
    """Carry out what is due; a missed deadline makes the next step due at once."""
    place = said.book.place
    if place is None or place.phase not in (Phase.RUNNING, Phase.STOPPED):
        return said
    if place.phase is Phase.RUNNING:
        said = replace(said, book=_hurried(said.book, place, story, world.now))
    while (timer := _next(said.book, place, world.now)) is not None:
        said = _fired(facts, said, timer, world)
    return said


def _mine(book: Book, place: Place, kind: str) -> list[Timer]:
    mine = (
        t for t in book.timers if (t.round, t.epoch, t.kind) == (place.round, place.epoch, kind)
    )
    return sorted(mine, key=lambda t: (t.due_at, t.number))


def _next(book: Book, place: Place, now: int) -> Timer | None:
    for kind in (STEP, REMIND):
        for timer in _mine(book, place, kind):
            if timer.state == PENDING:
                if timer.due_at <= now:
                    return timer
                break
    return None


def _put(book: Book, *changed: Timer) -> Book:
    by_name = {one.name: one for one in book.timers} | {one.name: one for one in changed}
    return replace(book, timers=tuple(by_name.values()))


def _hurried(book: Book, place: Place, story: Story, now: int) -> Book:
    """A deadline went by since the last step: the next contact is told now."""
    steps = _mine(book, place, STEP)
    done = [t.ended_at or 0 for t in steps if t.state == FIRED]
    waiting = [t for t in steps if t.state == PENDING]
    if not waiting or not done or story.missed_at <= max(done) or waiting[0].due_at <= now:
        return book
    sooner = waiting[0].due_at - now
    return _put(book, *(replace(t, due_at=t.due_at - sooner) for t in waiting))


def _fired(facts: Facts, said: Said, timer: Timer, world: World) -> Said:
    before = [t for t in said.book.timers if t.state == FIRED and _chain(t) == _chain(timer)]
    first = all((t.ended_at or 0) >= world.now for t in before)
    book = _put(said.book, replace(timer, state=FIRED, ended_at=world.now))
    book = _shifted(book, timer, world.now)
    if timer.kind == REMIND:
        return replace(said, book=_reminded(facts, book, timer, world))
    book = _with(book, facts.incident, Kind.PROBLEM, f"{_part(timer)}.{timer.number}", timer)
    if not any(t.kind == REMIND for t in book.timers if _chain(t) == _chain(timer)):
        book = _put(book, _reminder(facts, timer, 1, world))
    detail = {
        "what": "told" if first else "escalated",
        "tier": timer.tier,
        "unit_told": timer.unit,
        "contact": timer.contact,
        "told": [{"channel": channel, "name": name} for channel, _, name in timer.told],
    }
    entry = Entry(happening=Happening.NOTED, detail=detail)
    return replace(said, book=book, entries=(*said.entries, entry))


def _chain(timer: Timer) -> tuple[int, int]:
    return (timer.round, timer.epoch)


def _part(timer: Timer) -> str:
    return f"{timer.round}.{timer.epoch}"


def _shifted(book: Book, timer: Timer, now: int) -> Book:
    late = now - timer.due_at
    if late <= LATE_MS:
        return book
    behind = [
        replace(t, due_at=t.due_at + late)
        for t in book.timers
        if t.state == PENDING and t.kind == timer.kind and _chain(t) == _chain(timer)
    ]
    return _put(book, *behind)


def _reminder(facts: Facts, timer: Timer, number: int, world: World) -> Timer:
    wait = world.policy.waits[facts.severity].remind_s
    return Timer(
        round=timer.round,
        epoch=timer.epoch,
        kind=REMIND,
        number=number,
        due_at=later(world.hours, facts.severity, world.now, wait),
        unit=timer.unit,
    )


def _reminded(facts: Facts, book: Book, timer: Timer, world: World) -> Book:
    """Those whom the last step told hear it again, until it is over or often enough."""
    steps = [t for t in book.timers if t.kind == STEP and _chain(t) == _chain(timer)]
    fired = [t for t in steps if t.state == FIRED]
    if fired:
        last = _readers(book, fired)
        part = f"{_part(timer)}.{timer.number}"
        book = _with(book, facts.incident, Kind.REMINDER, part, last)
    if timer.number >= world.policy.reminders:
        return book
    return _put(book, _reminder(facts, timer, timer.number + 1, world))


def _readers(book: Book, fired: Sequence[Timer]) -> Timer:
    """The last step that reached anybody, with the ways by which it did."""
    ordered = sorted(fired, key=lambda t: (t.ended_at or 0, t.number))
    for step in reversed(ordered):
        told = tuple((m.channel, m.address, m.name) for m in reached(book, step))
        if told:
            return replace(step, told=told)
    return ordered[-1]


def _with(book: Book, incident: int, kind: Kind, part: str, timer: Timer) -> Book:
    """The messages of a timer, those that are there already left out."""
    keys = {one.key for one in book.messages}
    told = [one for one in book.messages if one.kind == Kind.PROBLEM]
    new = []
    for channel, address, name in timer.told:
        way = (channel, address)
        key = message_key(incident, kind, part, way)
        problem = next((one.key for one in reversed(told) if one.way == way), None)
        if key not in keys:
            message = Message(
                key=key,
                kind=kind.value,
                round=timer.round,
                channel=channel,
                address=address,
                name=name,
                contact=timer.contact,
                unit=timer.unit,
                after=None if kind is Kind.PROBLEM else problem,
                new=True,
            )
            new.append(message)
    return replace(book, messages=(*book.messages, *new))
