"""Taking in a whole directory that was written as a list: all of it, or nothing."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from msgspec.structs import replace
from sqlalchemy import Connection

from motcua_hub.domain.routing.directory import Contact, Duty, Route, Step, Unit
from motcua_hub.domain.routing.listed import Listed, UnlistedError, Whom, WrongError
from motcua_hub.store import directory, directory_edits


def take_in(connection: Connection, listed: Listed, now: int) -> tuple[int, int]:
    """Write down what is new and change what differs; how many of each.

    A unit is the same by name and first day; a contact by unit, name and first day; a route by
    everything but the day it ends; a session on call by unit, day and session. A unit's own order
    is taken whole: steps that the list does not have are gone, if it has any of that unit.

    Raises:
        UnlistedError: A line names a unit or a contact that is nowhere, or successors lead back.
    """
    work = _Work(connection, now)
    for line, unit, _ in listed.units:
        with _line(line, "unit"):
            work.unit(unit)
    for line, unit, after in listed.units:
        with _line(line, "successor"):
            work.succeeds(unit, after)
    for line, contact, name, _ in listed.contacts:
        with _line(line, "unit"):
            work.contact(contact, name)
    for line, contact, name, whom in listed.contacts:
        with _line(line, "contact"):
            work.goes_on(contact, name, whom)
    for line, route, name in listed.routes:
        with _line(line, "unit"):
            work.route(route, name)
    work.orders(listed.steps)
    for line, duty, whom in listed.duties:
        with _line(line, "contact"):
            work.duty(duty, whom)
    if listed.fallback is not None:
        line, name = listed.fallback
        with _line(line, "unit"):
            work.fallback(name)
    return work.added, work.changed


@contextmanager
def _line(line: int, column: str) -> Iterator[None]:
    """What is wrong inside is wrong with that line."""
    try:
        yield
    except WrongError as wrong:
        raise UnlistedError(line, wrong.code, wrong.what, wrong.column or column) from wrong


class _Work:
    """One list on its way in."""

    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self._now = now
        self._held = directory.load(connection)
        self._units = list(self._held.units.values())
        self._contacts = list(self._held.contacts)
        self.added = 0
        self.changed = 0

    def unit(self, said: Unit) -> None:
        """Written down, if it is not there."""
        if self._same(said) is None:
            made = directory_edits.add_unit(self._connection, said, self._now)
            self._units.append(replace(said, id=made))
            self.added += 1

    def succeeds(self, said: Unit, successor: str) -> None:
        """What differs of a unit, and who took its work over."""
        known = self._same(said)
        if known is None:
            return
        wanted = replace(said, id=known.id, successor=self._of(successor) if successor else None)
        if wanted == known:
            return
        try:
            directory_edits.correct_unit(self._connection, wanted, self._now)
        except directory_edits.CircleError as error:
            raise WrongError("dir.wrong.circle", said.name, "successor") from error
        # a unit of this very list was only waiting for its successor's number
        self.changed += int(known.id in self._held.units)
        self._units = [wanted if one.id == wanted.id else one for one in self._units]

    def contact(self, said: Contact, unit: str) -> None:
        """Written down or changed; whoever goes on from it comes later."""
        said = replace(said, unit=self._of(unit))
        known = self._same_contact(said)
        if known is None:
            made = directory_edits.add_contact(self._connection, said, self._now)
            self._contacts.append(replace(said, id=made))
            self.added += 1
            return
        wanted = replace(said, id=known.id, successor=known.successor)
        if wanted != known:
            self._correct(wanted)
            self.changed += 1

    def goes_on(self, said: Contact, unit: str, whom: Whom | None) -> None:
        """The row that goes on from a contact."""
        known = self._same_contact(replace(said, unit=self._of(unit)))
        after = None if whom is None else self._whom(whom).id
        if known is None or known.successor == after:
            return
        self._correct(replace(known, successor=after))
        self.changed += int(any(one.id == known.id for one in self._held.contacts))

    def _correct(self, wanted: Contact) -> None:
        directory_edits.correct_contact(self._connection, wanted, self._now)
        self._contacts = [wanted if one.id == wanted.id else one for one in self._contacts]

    def route(self, said: Route, unit: str) -> None:
        """A route is the same if all but its end is."""
        said = replace(said, unit=self._of(unit))
        for one in self._held.routes:
            if replace(said, id=one.id, ends=one.ends) == one:
                if said.ends != one.ends:
                    directory_edits.end_route(self._connection, one.id, said.ends, self._now)
                    self.changed += 1
                return
        directory_edits.add_route(self._connection, said, self._now)
        self.added += 1

    def orders(self, said: Iterable[tuple[int, Step, Whom]]) -> None:
        """The whole order of every unit that the list has steps of."""
        orders: dict[int, list[Step]] = {}
        for line, step, whom in said:
            with _line(line, "unit"):
                unit = self._of(whom.unit)
            with _line(line, "contact"):
                contact = self._whom(whom).id
            orders.setdefault(unit, []).append(replace(step, unit=unit, contact=contact))
        for unit, steps in orders.items():
            wanted = {one.position: one for one in steps}
            before = {one.position: one for one in self._held.steps if one.unit == unit}
            if wanted != before:
                directory_edits.set_steps(self._connection, unit, steps, self._now)
                self.added += len(wanted.keys() - before.keys())
                self.changed += sum(
                    wanted.get(position) != step for position, step in before.items()
                )

    def duty(self, said: Duty, whom: Whom) -> None:
        """Who is on call in a session."""
        said = replace(said, unit=self._of(whom.unit), contact=self._whom(whom).id)
        name = (said.unit, said.day, said.session)
        held = (d for d in self._held.duties if (d.unit, d.day, d.session) == name)
        before = next(held, None)
        if before != said:
            directory_edits.set_duty(self._connection, said, None, self._now)
            self.added += before is None
            self.changed += before is not None

    def fallback(self, unit: str) -> None:
        """Who gets what has no route."""
        wanted = self._of(unit)
        if wanted != self._held.fallback:
            directory.set_fallback(self._connection, wanted, self._now)
            self.changed += 1

    def _same(self, said: Unit) -> Unit | None:
        """The very same unit."""
        same = (u for u in self._units if (u.name, u.begins) == (said.name, said.begins))
        return next(same, None)

    def _of(self, name: str) -> int:
        """The unit behind a name, of several the newest. Raises WrongError."""
        named = [one for one in self._units if one.name == name]
        if not named:
            raise WrongError("dir.wrong.no_unit", name)
        return max(named, key=lambda one: (one.begins, one.id)).id

    def _same_contact(self, said: Contact) -> Contact | None:
        name = (said.unit, said.name, said.begins)
        return next((c for c in self._contacts if (c.unit, c.name, c.begins) == name), None)

    def _whom(self, whom: Whom) -> Contact:
        """The contact behind a name, of several the newest. Raises WrongError."""
        units = {one.id for one in self._units if one.name == whom.unit}
        named = [c for c in self._contacts if c.name == whom.name]
        dated = [c for c in named if c.begins == whom.begins]
        mine = [c for c in (dated if whom.begins else named) if c.unit in units]
        # a row of the unit that was there before, which goes on in this one
        found = mine or dated
        if not found:
            raise WrongError("dir.wrong.no_contact", whom.name)
        return max(found, key=lambda one: (one.begins, one.id))
