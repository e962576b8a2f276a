"""Whom to tell now: one decision over an incident's whole story.

`tell` is asked again whenever anything may have changed. Asked twice it changes nothing more, so
rows that come twice, in disorder or after a crash lead to the same messages with the same keys.

- A chain runs from the site's team to the unit that repairs and beyond; who takes it on stops it.
- Planned work is silent, until it lasts longer than its window.
- A child is silent while its parent holds, and starts when the parent is over and the child is not.
- A cause known later sends it to its unit once by itself; a person as often as they like.
- Whoever got the problem gets the recovery, nobody else; a problem nobody got is taken back.
- A dead letter goes on by the contact's other channels, then to whoever is next: see `onward`.
"""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec.structs import replace

from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.domain.routing.asked import Facts, Said, World, question
from motcua_hub.domain.routing.book import (
    CANCELLED,
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
    steps,
)
from motcua_hub.domain.routing.chain import chain
from motcua_hub.domain.routing.directory import contacts_of, succession
from motcua_hub.domain.routing.firing import fire
from motcua_hub.domain.routing.onward import again, marked, nobody, onward, pressed
from motcua_hub.domain.routing.resolve import REPAIRS, Resolution, Routed, resolve
from motcua_hub.domain.routing.story import Story
from motcua_hub.domain.routing.watching import watch

Way = tuple[str, str]
_DEVICE: Final = "device"
_BEHIND_A_LINK: Final = 6
"""Its dead link explains it, but the broker says so up to 50 s later (a keepalive and a half)."""
_MOST_PATIENT: Final = 30


def tell(facts: Facts, story: Story, book: Book, world: World) -> Said:
    """What was said and is to be said after this moment."""
    if story.round == 0:
        return Said(book=book)
    place = book.place
    if place is None or story.round > place.round:
        book = _ended(book, world.now)
        book = replace(book, place=Place(round=story.round, severity=facts.severity))
    if story.over:
        return Said(book=onward(facts, _over(facts, book, world.now), world))
    if facts.silent:
        return Said(book=_swallowed(book, world.now))
    said = _routed(facts, story, book, world)
    if not any(entry.happening is Happening.REROUTED for entry in said.entries):
        said = replace(said, book=_taken(said.book, story, world.now))
    said = replace(said, book=_onward(facts, said.book, world))
    said = watch(facts, fire(facts, said, story, world), story, world)
    return marked(said, world.now)


def _onward(facts: Facts, book: Book, world: World) -> Book:
    """Past dead letters; whoever had nothing to be told by is asked for again."""
    book = onward(facts, book, world)
    if not nobody(book):
        return pressed(facts, book, world)
    asked = question(facts, world.hours, world.now)
    found = resolve(world.directory, asked)
    team = tuple(one for one in found.routed if one.tier < REPAIRS)
    unit = _place(book).unit
    if unit is not None:
        found = _given(world, unit, found, asked.day)
        found = replace(found, routed=(*team, *(r for r in found.routed if r.tier >= REPAIRS)))
    return again(facts, book, world, found)


def _place(book: Book) -> Place:
    if book.place is None:
        raise AssertionError
    return book.place


def _phase(book: Book, phase: Phase) -> Book:
    return replace(book, place=replace(_place(book), phase=phase, unreached_at=None))


def _ended(book: Book, now: int, which: Callable[[Timer], bool] = lambda _timer: True) -> Book:
    """Pending timers are cancelled."""
    timers = tuple(
        replace(one, state=CANCELLED, ended_at=now) if one.state == PENDING and which(one) else one
        for one in book.timers
    )
    return replace(book, timers=timers)


def _withdrawn(book: Book) -> Book:
    """What no server has taken yet is not sent, or not tried again."""
    messages = tuple(
        replace(one, state=CANCELLED)
        if one.state == "waiting" and one.kind != Kind.RECOVERY
        else one
        for one in book.messages
    )
    return replace(book, messages=messages)


def _swallowed(book: Book, now: int) -> Book:
    if _place(book).phase is Phase.SWALLOWED:
        return book
    return _withdrawn(_phase(_ended(book, now), Phase.SWALLOWED))


def _over(facts: Facts, book: Book, now: int) -> Book:
    """Untold problems are taken back, told ones get their recovery."""
    book = _withdrawn(_phase(_ended(book, now), Phase.OVER))
    place, messages = _place(book), book.messages
    told: dict[Way, Message] = {}
    for one in messages:
        if one.kind == Kind.PROBLEM and one.round == place.round and one.got:
            told.setdefault(one.way, one)
    keys = {one.key for one in messages}
    recoveries = [
        replace(
            problem,
            key=message_key(facts.incident, Kind.RECOVERY, str(place.round), way),
            kind=Kind.RECOVERY.value,
            after=problem.key,
            state="waiting",
            attempts=0,
            uncertain=False,
            new=True,
        )
        for way, problem in told.items()
    ]
    return replace(book, messages=(*messages, *(one for one in recoveries if one.key not in keys)))


def _taken(book: Book, story: Story, now: int) -> Book:
    """Somebody took it on: no further contact is told."""
    if not story.taken or _place(book).phase is not Phase.RUNNING:
        return book
    return _phase(_ended(book, now, lambda timer: timer.kind == STEP), Phase.STOPPED)


def _routed(facts: Facts, story: Story, book: Book, world: World) -> Said:
    """A chain is there, or begins anew for a reason."""
    place = _place(book)
    found = resolve(world.directory, question(facts, world.hours, world.now))
    if story.sent is not None and story.sent[0] > place.sent_row:
        row, unit = story.sent
        given = _given(world, unit, found, question(facts, world.hours, world.now).day)
        place = replace(place, sent_row=row)
        return _begin(facts, replace(book, place=place), world, given, told_again=True)
    if place.phase in (Phase.UNROUTED, Phase.SWALLOWED):
        return _begin(facts, book, world, found)
    if facts.responsible != place.responsible:
        return _other_cause(facts, story, book, world, found)
    if facts.severity < place.severity:
        return _begin(facts, book, world, _from(found, _tier(book)))
    return Said(book=book)


def _other_cause(facts: Facts, story: Story, book: Book, world: World, found: Resolution) -> Said:
    """What is known now sends it elsewhere: once, unless a person had sent it."""
    place = _place(book)
    known = replace(book, place=replace(place, responsible=facts.responsible))
    repairer = found.repairer
    if place.moved or story.sent or repairer is None or repairer.unit.id == place.unit:
        return Said(book=known)
    moved = replace(known, place=replace(_place(known), moved=1))
    return _begin(facts, moved, world, _from(found, REPAIRS))


def _given(world: World, unit: int, found: Resolution, day: str) -> Resolution:
    """A person's choice in the place of the repairer; whoever stands above stays above."""
    follows = succession(world.directory, unit, day)
    if follows.unit is None:
        return found
    contacts = tuple(c for c in contacts_of(world.directory, follows.unit.id, day) if c.channels)
    chosen = Routed(tier=REPAIRS, unit=follows.unit, contacts=contacts, path=follows.path)
    above = (r for r in found.routed if r.tier > REPAIRS and r.unit.id != follows.unit.id)
    return replace(found, routed=(chosen, *above))


def _from(found: Resolution, tier: int) -> Resolution:
    kept = tuple(one for one in found.routed if one.tier >= tier)
    return replace(found, routed=kept or found.routed[-1:])


def _tier(book: Book) -> int:
    """How high it has gone in this round."""
    place = _place(book)
    fired = (t.tier for t in book.timers if t.round == place.round and t.state == "fired")
    return max(fired, default=0)


def _begin(
    facts: Facts, book: Book, world: World, found: Resolution, *, told_again: bool = False
) -> Said:
    """A new chain; who was told in this round is not told the same again, unless a person asks."""
    place, repairer = _place(book), found.repairer
    if repairer is None:
        return Said(book=_phase(book, Phase.UNROUTED), found=found)
    first = not any(timer.round == place.round for timer in book.timers)
    told = () if told_again else tuple(_told(book, place.round))
    planned = chain(
        world.directory,
        found,
        severity=facts.severity,
        policy=world.policy,
        hours=world.hours,
        at=world.now + (_settle(facts, place, world) if first else 0),
        but=told,
    )
    epoch = place.epoch + (0 if first else 1)
    next_place = replace(
        place,
        epoch=epoch,
        phase=Phase.RUNNING,
        unit=repairer.unit.id,
        responsible=facts.responsible,
        severity=facts.severity,
    )
    timers = steps(planned, place.round, epoch)
    ended = _ended(book, world.now)
    begun = replace(ended, place=next_place, timers=(*ended.timers, *timers))
    if not first and repairer.unit.id != place.unit:
        begun = _moved(facts, begun, place.unit)
    return Said(book=begun, entries=_entries(place, repairer, found, first), found=found)


def _settle(facts: Facts, place: Place, world: World) -> int:
    """How long to wait for a parent; what breaks again and again has to stay broken longer."""
    inside = bool(facts.site) and facts.kind == _DEVICE
    patience = _BEHIND_A_LINK if inside else 1
    return world.policy.settle_ms * patience * min(place.round, _MOST_PATIENT)


def _told(book: Book, round_: int) -> Iterable[Way]:
    for one in book.messages:
        if one.kind == Kind.PROBLEM and one.round == round_ and one.state != CANCELLED:
            yield one.way


def _entries(place: Place, repairer: Routed, found: Resolution, first: bool) -> tuple[Entry, ...]:
    if not first and repairer.unit.id == place.unit:
        return ()
    detail = {
        "unit": repairer.unit.id,
        "name": repairer.unit.name,
        "tiers": [{"tier": one.tier, "name": one.unit.name} for one in found.routed],
        "fallback": repairer.fallback,
    }
    happening = Happening.ROUTED if first else Happening.REROUTED
    return (Entry(happening=happening, detail=detail),)


def _moved(facts: Facts, book: Book, before: int | None) -> Book:
    """Whoever was told at the unit that had it hears that it is no longer theirs."""
    place = _place(book)
    keys = {one.key for one in book.messages}
    new: dict[str, Message] = {}
    for one in book.messages:
        theirs = one.kind == Kind.PROBLEM and one.round == place.round and one.unit == before
        part = f"{place.round}.{place.epoch}"
        key = message_key(facts.incident, Kind.MOVED, part, one.way)
        if theirs and one.got and key not in keys:
            moved = replace(one, key=key, kind=Kind.MOVED.value, after=one.key, state="waiting")
            new[key] = replace(moved, attempts=0, uncertain=False, new=True)
    return replace(book, messages=(*book.messages, *new.values()))
