"""A dead letter is not the end: the contact's other channels, then whoever is next, at once.

What is dead stays dead here; a person may send it on its way again. Each decision is read from the
messages themselves, so that it is made once, however often it is asked for.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.domain.routing.asked import Facts, Said, World, question
from motcua_hub.domain.routing.book import (
    CANCELLED,
    DEAD,
    FIRED,
    PENDING,
    STEP,
    Book,
    Entry,
    Kind,
    Message,
    Phase,
    Place,
    Timer,
    message_key,
    part_of,
    steps,
)
from motcua_hub.domain.routing.chain import chain, later, on_duty, session_of
from motcua_hub.domain.routing.directory import Address, following
from motcua_hub.domain.routing.resolve import Resolution, with_fallback

UNDELIVERED: Final = "undelivered"
UNREACHED: Final = "unreached"
REACHED: Final = "reached"
"""What entries of the timeline say: one message is dead; all are; somebody has it after all."""
_ON_CALL: Final = 2
_Name = tuple[str, str, int | None]


def onward(facts: Facts, book: Book, world: World) -> Book:
    """Contacts of whose messages none was taken are told by their next channel."""
    place = book.place
    if place is None:
        return book
    for group in list(_groups(book, place).values()):
        if _lost(group) and _wanted(group[0], place):
            way = _next_way(group, book, world)
            if way is not None:
                book = replace(book, messages=(*book.messages, _by(facts, group[0], way)))
    return book


def _groups(book: Book, place: Place) -> dict[_Name, list[Message]]:
    """Messages of this round that say the same to the same contact."""
    found: dict[_Name, list[Message]] = {}
    for one in book.messages:
        if one.round == place.round:
            found.setdefault((one.kind, part_of(one.key), one.contact), []).append(one)
    return found


def _lost(group: Iterable[Message]) -> bool:
    states = {one.state for one in group}
    return DEAD in states and states <= {DEAD, CANCELLED}


def _wanted(one: Message, place: Place) -> bool:
    """Whoever has taken a problem on has made it nobody else's."""
    if one.kind == Kind.RECOVERY:
        return place.phase is Phase.OVER
    if one.kind == Kind.PROBLEM:
        return place.phase is Phase.RUNNING
    return place.phase in (Phase.RUNNING, Phase.STOPPED)


def _next_way(group: list[Message], book: Book, world: World) -> Address | None:
    """As the directory has the contact today: a number that was mended is a new way."""
    first = group[0]
    if first.contact is None:
        return None
    day, _ = session_of(world.hours, world.now)
    contact = following(world.directory, first.contact, day)
    if contact is None:
        return None
    used = {m.way for m in book.messages if (m.kind, m.round) == (first.kind, first.round)}
    return next((way for way in contact.channels if way not in used), None)


def _by(facts: Facts, one: Message, way: Address) -> Message:
    return replace(
        one,
        key=message_key(facts.incident, Kind(one.kind), part_of(one.key), way),
        channel=way[0],
        address=way[1],
        state="waiting",
        attempts=0,
        uncertain=False,
        new=True,
    )


def reached(book: Book, timer: Timer) -> tuple[Message, ...]:
    """The messages of a step that were taken, or may yet be."""
    return tuple(m for m in _of(book, timer) if m.state not in (DEAD, CANCELLED))


def _of(book: Book, timer: Timer) -> list[Message]:
    part = f"{timer.round}.{timer.epoch}.{timer.number}"
    return [m for m in book.messages if m.kind == Kind.PROBLEM and part_of(m.key) == part]


def _chain(book: Book, place: Place) -> list[Timer]:
    mine = (place.round, place.epoch, STEP)
    found = [t for t in book.timers if (t.round, t.epoch, t.kind) == mine]
    return sorted(found, key=lambda t: t.number)


def pressed(facts: Facts, book: Book, world: World) -> Book:
    """Whoever comes after a contact whom nothing reached is told now, the rest of the unit after.

    Outside of service hours only the worst is told, and whoever is on call for it.
    """
    place = book.place
    if place is None:
        return book
    mine = _chain(book, place)
    for step, after in pairwise(mine):
        if step.state == FIRED and after.state == PENDING and _lost(_of(book, step)):
            sooner = after.due_at - _soonest(facts, after, world)
            book = _moved(book, after, sooner) if sooner > 0 else book
    return book


def _soonest(facts: Facts, step: Timer, world: World) -> int:
    duty = on_duty(world.directory, step.unit or 0, session_of(world.hours, world.now))
    if facts.severity <= _ON_CALL and duty is not None:
        return world.now
    return later(world.hours, facts.severity, world.now, 0)


def _moved(book: Book, first: Timer, sooner: int) -> Book:
    def place(timer: Timer) -> Timer:
        same = (timer.round, timer.epoch, timer.kind, timer.unit)
        behind = same == (first.round, first.epoch, STEP, first.unit)
        if not behind or timer.number < first.number or timer.state != PENDING:
            return timer
        return replace(timer, due_at=timer.due_at - sooner)

    return replace(book, timers=tuple(place(one) for one in book.timers))


def nobody(book: Book) -> bool:
    """Whether everybody was tried, and no message of this round was taken."""
    place = book.place
    if place is None or place.phase is not Phase.RUNNING:
        return False
    if any(t.state == PENDING for t in _chain(book, place)):
        return False
    return _lost(m for m in book.messages if m.kind == Kind.PROBLEM and m.round == place.round)


def again(facts: Facts, book: Book, world: World, found: Resolution) -> Book:
    """Where nobody was reached: those whom the directory has besides, and then the fallback."""
    place = book.place
    if place is None or not nobody(book):
        return book
    asked = question(facts, world.hours, world.now)
    told = {m.way for m in book.messages if m.kind == Kind.PROBLEM and m.round == place.round}
    planned = chain(
        world.directory,
        _left(with_fallback(world.directory, asked, found), told),
        severity=facts.severity,
        policy=world.policy,
        hours=world.hours,
        at=world.now,
        but=told,
    )
    if not planned:
        return book
    epoch = place.epoch + 1
    timers = (*book.timers, *steps(planned, place.round, epoch))
    return replace(book, place=replace(place, epoch=epoch), timers=timers)


def _left(found: Resolution, told: set[Address]) -> Resolution:
    """Those who have a way that was not tried: nobody waits for the others."""
    routed = []
    for one in found.routed:
        people = tuple(c for c in one.contacts if not told.issuperset(c.channels))
        if people:
            routed.append(replace(one, contacts=people))
    return replace(found, routed=tuple(routed))


def marked(said: Said, now: int) -> Said:
    """Said once on the incident that nobody was reached, and once that somebody was after all."""
    place = said.book.place
    if place is None:
        return said
    if nobody(said.book):
        return said if place.unreached_at is not None else _mark(said, place, now, UNREACHED)
    if place.unreached_at is None or not any(_told(said.book, place)):
        return said
    return _mark(said, place, None, REACHED)


def _told(book: Book, place: Place) -> Iterable[bool]:
    return (m.got for m in book.messages if m.kind == Kind.PROBLEM and m.round == place.round)


def _mark(said: Said, place: Place, at: int | None, what: str) -> Said:
    book = replace(said.book, place=replace(place, unreached_at=at))
    entry = Entry(happening=Happening.NOTED, detail={"what": what})
    return replace(said, book=book, entries=(*said.entries, entry))
