"""The directory: units, contacts, routes; and what was sent about an incident."""

from typing import Annotated, Final

import msgspec

from motcua_hub.domain.routing.directory import Contact, Directory, Route, Unit
from motcua_hub.store import directory, directory_edits, outbox
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.outbox import Standing
from motcua_hub.web.api.operation import Call, Method, Operation, not_found
from motcua_hub.web.api.resources.moments import Text

_Number = Annotated[int, msgspec.Meta(ge=1, le=2**31)]
_DAY: Final = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_Day = Annotated[str, msgspec.Meta(pattern=_DAY)]
_Label = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class NewUnit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit from a day on. With `takes_over` it succeeds those units on that day (R90)."""

    name: _Label
    short: Annotated[str, msgspec.Meta(max_length=40)] = ""
    begins: _Day
    takes_over: Annotated[tuple[_Number, ...], msgspec.Meta(max_length=50)] = ()
    note: Text = ""


class NewContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A contact of a unit from a day on; `channels` are pairs of channel and address."""

    unit: _Number
    position: Annotated[int, msgspec.Meta(ge=1, le=99)]
    name: _Label
    duty: Text = ""
    phones: Annotated[tuple[Text, ...], msgspec.Meta(max_length=8)] = ()
    channels: Annotated[tuple[tuple[outbox.Channel, Text], ...], msgspec.Meta(max_length=8)] = ()
    begins: _Day


class Incident(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Messages about which incident."""

    incident: _Number


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """Oldest first, with what became of each."""

    messages: tuple[Standing, ...]


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """The number of what was written down."""

    id: int


def _all(call: Call) -> Directory:
    with reading(call.hub.engine) as connection:
        return directory.load(connection)


def _add_unit(call: Call) -> Made:
    asked: NewUnit = call.body
    said = Unit(id=0, name=asked.name, short=asked.short, begins=asked.begins)
    with writing(call.hub.engine) as connection:
        try:
            if asked.takes_over:
                made = directory_edits.succeed(
                    connection, asked.takes_over, said, call.now, note=asked.note
                )
            else:
                made = directory_edits.add_unit(connection, said, call.now, note=asked.note)
        except directory_edits.GoneError as error:
            raise not_found(f"unit {error.args[0]} on that day", "/api/v1/directory") from error
    return Made(id=made)


def _add_contact(call: Call) -> Made:
    asked: NewContact = call.body
    values = msgspec.structs.asdict(asked)
    values["channels"] = tuple((channel.value, address) for channel, address in asked.channels)
    with writing(call.hub.engine) as connection:
        if asked.unit not in directory.load(connection).units:
            raise not_found(f"unit {asked.unit}", "/api/v1/directory")
        return Made(id=directory_edits.add_contact(connection, Contact(id=0, **values), call.now))


class NewRoute(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which unit answers at a tier; an empty field matches all (see `Route`)."""

    tier: Annotated[int, msgspec.Meta(ge=1, le=9)]
    unit: _Number
    responsible: Annotated[str, msgspec.Meta(pattern="^(|hardware|software|link|power|security)$")]
    cause: Annotated[str, msgspec.Meta(max_length=16)] = ""
    site: Annotated[str, msgspec.Meta(max_length=32)] = ""
    kind: Annotated[str, msgspec.Meta(max_length=16)] = ""
    severity: Annotated[int, msgspec.Meta(ge=1, le=4)] = 4
    schedule: Annotated[str, msgspec.Meta(pattern="^(|working|off)$")] = ""
    begins: _Day


def _add_route(call: Call) -> Made:
    asked: NewRoute = call.body
    with writing(call.hub.engine) as connection:
        if asked.unit not in directory.load(connection).units:
            raise not_found(f"unit {asked.unit}", "/api/v1/directory")
        said = Route(id=0, **msgspec.structs.asdict(asked))
        return Made(id=directory_edits.add_route(connection, said, call.now))


def _messages(call: Call) -> Messages:
    with reading(call.hub.engine) as connection:
        return Messages(messages=tuple(outbox.of_incident(connection, call.query.incident)))


OPERATIONS: Final = (
    Operation(
        name="directory",
        method=Method.GET,
        path="/directory",
        summary="Units, contacts, routes and who is on call, with their dates",
        handle=_all,
        answer=Directory,
    ),
    Operation(
        name="unit_add",
        method=Method.POST,
        path="/directory/units",
        summary="Write a unit down, or let it take over from others",
        handle=_add_unit,
        answer=Made,
        body=NewUnit,
        status=201,
        refuses={404: "A unit that it takes over from is not there on that day."},
    ),
    Operation(
        name="contact_add",
        method=Method.POST,
        path="/directory/contacts",
        summary="Write a contact of a unit down",
        handle=_add_contact,
        answer=Made,
        body=NewContact,
        status=201,
        refuses={404: "There is no such unit."},
    ),
    Operation(
        name="route_add",
        method=Method.POST,
        path="/directory/routes",
        summary="Write down which unit answers for what",
        handle=_add_route,
        answer=Made,
        body=NewRoute,
        status=201,
        refuses={404: "There is no such unit."},
    ),
    Operation(
        name="messages",
        method=Method.GET,
        path="/messages",
        summary="What was sent about an incident, to whom, and what became of it",
        handle=_messages,
        answer=Messages,
        query=Incident,
    ),
)
