"""Units that look on: their first contact hears of it as the others do, and of its end."""

from msgspec.structs import replace

from motcua_hub.domain.routing.asked import Facts, Said, World
from motcua_hub.domain.routing.book import Kind, Message, Phase, message_key
from motcua_hub.domain.routing.chain import session_of
from motcua_hub.domain.routing.directory import contacts_of, succession
from motcua_hub.domain.routing.story import Story


def watch(facts: Facts, said: Said, story: Story, world: World) -> Said:
    """Tell watchers once in a round, unless they were told for another reason."""
    place = said.book.place
    if place is None or place.phase not in (Phase.RUNNING, Phase.STOPPED):
        return said
    day, _ = session_of(world.hours, world.now)
    keys = {one.key for one in said.book.messages}
    ways = {
        one.way
        for one in said.book.messages
        if one.kind == Kind.PROBLEM and one.round == place.round
    }
    new: list[Message] = []
    for unit in story.watchers:
        follows = succession(world.directory, unit, day).unit
        people = contacts_of(world.directory, follows.id, day) if follows else ()
        first = next((one for one in people if one.channels), None)
        if first is None:
            continue
        way = first.channels[0]
        key = message_key(facts.incident, Kind.PROBLEM, f"{place.round}.w.{unit}", way)
        if key in keys or way in ways:
            continue
        ways.add(way)
        message = Message(
            key=key,
            kind=Kind.PROBLEM.value,
            round=place.round,
            channel=way[0],
            address=way[1],
            name=first.name,
            contact=first.id,
            unit=first.unit,
            new=True,
        )
        new.append(message)
    return replace(said, book=replace(said.book, messages=(*said.book.messages, *new)))
