"""Taking in a whole directory that was written as a list: all of it, or nothing."""

from msgspec.structs import replace
from sqlalchemy import Connection

from motcua_hub.domain.routing.directory import Contact, Directory, Route, Unit, circles
from motcua_hub.domain.routing.listed import Listed, WrongError
from motcua_hub.store import directory, directory_edits


def take_in(connection: Connection, listed: Listed, now: int) -> tuple[int, int]:
    """Write down what is new and change what differs; how many of each.

    A unit is the same by name and first day; a contact by unit, name and first day; a route by
    everything but the day it ends.

    Raises:
        WrongError: A line names a unit that is nowhere; or successors lead back.
    """
    held = directory.load(connection)
    names = _Names(held)
    added = changed = 0
    for said, _ in listed.units:
        known = names.unit(said.name, said.begins)
        if known is None:
            made = directory_edits.add_unit(connection, said, now)
            names.add(replace(said, id=made))
            added += 1
    for said, successor in listed.units:
        changed += _succeeds(connection, names, said, successor, now)
    for unit, contact in listed.contacts:
        new, differs = _contact(connection, held, replace(contact, unit=names.of(unit)), now)
        added, changed = added + new, changed + differs
    for unit, route in listed.routes:
        new, differs = _route(connection, held, replace(route, unit=names.of(unit)), now)
        added, changed = added + new, changed + differs
    round_ = circles(directory.load(connection).units.values())
    if round_:
        raise WrongError("dir.wrong.circle")
    return added, changed


class _Names:
    """Units by their names; of several with one name the newest is meant."""

    def __init__(self, held: Directory) -> None:
        self._units = list(held.units.values())

    def add(self, unit: Unit) -> None:
        """One more."""
        self._units.append(unit)

    def unit(self, name: str, begins: str) -> Unit | None:
        """The very same unit."""
        same = (one for one in self._units if (one.name, one.begins) == (name, begins))
        return next(same, None)

    def of(self, name: str) -> int:
        """The id behind a name. Raises WrongError."""
        named = [one for one in self._units if one.name == name]
        if not named:
            raise WrongError("dir.wrong.no_unit", name)
        return max(named, key=lambda one: one.begins).id


def _succeeds(connection: Connection, names: _Names, said: Unit, successor: str, now: int) -> int:
    known = names.unit(said.name, said.begins)
    if known is None:
        return 0
    after = names.of(successor) if successor else None
    wanted = replace(said, id=known.id, successor=after)
    if wanted == known:
        return 0
    try:
        directory_edits.correct_unit(connection, wanted, now)
    except directory_edits.CircleError as error:
        raise WrongError("dir.wrong.circle", said.name) from error
    new = known.short == said.short and known.successor is None and known.ends == said.ends
    return int(not new)


def _contact(connection: Connection, held: Directory, said: Contact, now: int) -> tuple[int, int]:
    for one in held.contacts:
        if (one.unit, one.name, one.begins) == (said.unit, said.name, said.begins):
            wanted = replace(said, id=one.id)
            if wanted == one:
                return 0, 0
            directory_edits.correct_contact(connection, wanted, now)
            return 0, 1
    directory_edits.add_contact(connection, said, now)
    return 1, 0


def _route(connection: Connection, held: Directory, said: Route, now: int) -> tuple[int, int]:
    for one in held.routes:
        if replace(said, id=one.id, ends=one.ends) == one:
            if said.ends == one.ends:
                return 0, 0
            directory_edits.end_route(connection, one.id, said.ends, now)
            return 0, 1
    directory_edits.add_route(connection, said, now)
    return 1, 0
