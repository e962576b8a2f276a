"""The directory: units, contacts, routes; and what was sent about an incident."""

from typing import Annotated, Final

import msgspec

from motcua_hub.domain.routing.chain import SESSIONS
from motcua_hub.domain.routing.directory import Directory, Unit
from motcua_hub.domain.routing.fields import CHANNELS, LONGEST_WAIT_S, waited
from motcua_hub.domain.routing.listed import UnlistedError, WrongError
from motcua_hub.store import directory, directory_edits, outbox
from motcua_hub.store.outbox import Standing
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Text
from motcua_hub.web.api.resources.numbers import number
from motcua_hub.web.deeds import directory as deeds

_LIST: Final = "/api/v1/directory"
_Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
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
    """The number of what is new; null where nothing is."""

    id: int | None


def _all(call: Call) -> Directory:
    return directory.load(call.connection)


def _edit(call: Call, name: str, said: dict[str, object]) -> Made:
    """The same edit as on the page, told of in the same words by field."""
    texts = {field: "" if value is None else str(value) for field, value in said.items()}
    try:
        return Made(id=deeds.edit(call.connection, name, texts, call.by))
    except WrongError as wrong:
        raise refused(wrong.code, f"{call.words(wrong.code)} {wrong.what}".strip()) from wrong
    except directory_edits.GoneError as error:
        raise not_found(f"{name}: {error.args[0]} on that day", _LIST) from error


def _add_unit(call: Call) -> Made:
    asked: NewUnit = call.body
    said = Unit(id=0, name=asked.name, short=asked.short, begins=asked.begins)
    try:
        made = deeds.add_unit(call.connection, said, asked.takes_over, asked.note, call.by)
    except directory_edits.GoneError as error:
        raise not_found(f"unit {error.args[0]} on that day", _LIST) from error
    return Made(id=made)


def _standing_unit(call: Call) -> None:
    if call.body.unit not in directory.load(call.connection).units:
        raise not_found(f"unit {call.body.unit}", _LIST)


def _contact(call: Call) -> dict[str, object]:
    asked: NewContact = call.body
    told = msgspec.structs.asdict(asked)
    ways = [f"{channel.value}:{address}" for channel, address in asked.channels]
    return told | {"phones": "; ".join(asked.phones), "channels": "; ".join(ways)}


def _add_contact(call: Call) -> Made:
    _standing_unit(call)
    return _edit(call, "add_contact", _contact(call))


def _change_contact(call: Call) -> Made:
    _standing_unit(call)
    wanted = number(call.path["number"], "contact", _LIST)
    return _edit(call, "change_contact", _contact(call) | {"contact": wanted})


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
    _standing_unit(call)
    told = msgspec.structs.asdict(call.body)
    return _edit(call, "add_route", told | {"class": told["responsible"], "target": told["kind"]})


class Ending(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first day on which it stands no more."""

    ends: _Day


class UnitEnding(Ending, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """And who is asked in its place, if anybody."""

    successor: _Number | None = None


class Fallback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is asked where no route says who; null: nobody."""

    unit: _Number | None


class OnCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who of a unit is asked first in a session of a day; null: as the order says."""

    unit: _Number
    day: _Day
    session: Annotated[str, msgspec.Meta(pattern="^(" + "|".join(SESSIONS) + ")$")]
    contact: _Number | None


class NewStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step: `wait_s` after the one before, by a channel (empty: the contact's own choice).

    Only where the unit is asked at `tier`; 0: at any.
    """

    contact: _Number
    wait_s: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_WAIT_S)] = 0
    channel: Annotated[str, msgspec.Meta(pattern="^(|" + "|".join(CHANNELS) + ")$")] = ""
    tier: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit's own order of telling, whole; without steps: its contacts one after another."""

    steps: Annotated[tuple[NewStep, ...], msgspec.Meta(max_length=deeds.MOST_STEPS)]


class Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list as CSV with a header line, as the page gives it out; all of it or nothing."""

    csv: Annotated[str, msgspec.Meta(max_length=900_000)]


class TakenIn(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows were new, how many changed."""

    new: int
    changed: int


def _end_unit(call: Call) -> Made:
    wanted = number(call.path["number"], "unit", _LIST)
    said = {"unit": wanted, "ends": call.body.ends, "successor": call.body.successor}
    return _edit(call, "end_unit", said)


def _end_contact(call: Call) -> Made:
    wanted = number(call.path["number"], "contact", _LIST)
    return _edit(call, "end_contact", {"contact": wanted, "ends": call.body.ends})


def _end_route(call: Call) -> Made:
    wanted = number(call.path["number"], "route", _LIST)
    return _edit(call, "end_route", {"route": wanted, "ends": call.body.ends})


def _fallback(call: Call) -> Made:
    if call.body.unit is not None:
        _standing_unit(call)
    return _edit(call, "fallback", {"unit": call.body.unit})


def _duty(call: Call) -> Made:
    _standing_unit(call)
    said: OnCall = call.body
    if said.contact is not None:
        held = directory.load(call.connection)
        mine = {each.id for each in held.contacts if each.unit == said.unit}
        if said.contact not in mine:
            raise not_found(f"contact {said.contact} of unit {said.unit}", _LIST)
    return _edit(call, "duty", msgspec.structs.asdict(said))


def _steps(call: Call) -> Made:
    unit = number(call.path["number"], "unit", _LIST)
    if unit not in directory.load(call.connection).units:
        raise not_found(f"unit {unit}", _LIST)
    said: dict[str, object] = {"unit": unit}
    for row, step in enumerate(call.body.steps, 1):
        said |= {
            f"contact-{row}": step.contact,
            f"position-{row}": row,
            f"wait-{row}": waited(step.wait_s),
            f"channel-{row}": step.channel,
            f"tier-{row}": step.tier,
        }
    return _edit(call, "steps", said)


def _take_in(call: Call) -> TakenIn:
    try:
        new, changed = deeds.take_in(call.connection, call.body.csv, call.by)
    except UnlistedError as wrong:
        told = f"{wrong.where}: {call.words(wrong.code)} {wrong.what}".strip()
        raise refused(wrong.code, told) from wrong
    except WrongError as wrong:
        raise refused(wrong.code, f"{call.words(wrong.code)} {wrong.what}".strip()) from wrong
    return TakenIn(new=new, changed=changed)


def _messages(call: Call) -> Messages:
    return Messages(messages=tuple(outbox.of_incident(call.connection, call.query.incident)))


_CANNOT: Final = {
    404: "There is no such unit, contact or route on that day.",
    409: "It cannot be so; `code` names the rule, `detail` tells it.",
}
OPERATIONS: Final = (
    Operation(
        name="directory",
        method=Method.GET,
        path="/directory",
        summary="Units, contacts, routes and who is on call, with their dates",
        handle=_all,
        answer=Directory,
        tag=lambda answer: answer,
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
        refuses={404: "There is no such unit.", 409: "A field cannot be as it is given."},
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
        refuses={404: "There is no such unit.", 409: "A field cannot be as it is given."},
    ),
    Operation(
        name="unit_end",
        method=Method.POST,
        path="/directory/units/{number}/end",
        summary="A unit stands no more from a day on",
        handle=_end_unit,
        answer=Made,
        body=UnitEnding,
        refuses=_CANNOT,
        guard="directory",
    ),
    Operation(
        name="contact_change",
        method=Method.PUT,
        path="/directory/contacts/{number}",
        summary="A contact is otherwise from a day on",
        handle=_change_contact,
        answer=Made,
        body=NewContact,
        refuses=_CANNOT,
        guard="directory",
    ),
    Operation(
        name="contact_end",
        method=Method.POST,
        path="/directory/contacts/{number}/end",
        summary="Nobody is told through a contact from a day on",
        handle=_end_contact,
        answer=Made,
        body=Ending,
        refuses=_CANNOT,
        guard="directory",
    ),
    Operation(
        name="route_end",
        method=Method.POST,
        path="/directory/routes/{number}/end",
        summary="Nothing goes a way from a day on",
        handle=_end_route,
        answer=Made,
        body=Ending,
        refuses=_CANNOT,
        guard="directory",
    ),
    Operation(
        name="fallback_set",
        method=Method.PUT,
        path="/directory/fallback",
        summary="Who is asked where no route says who",
        handle=_fallback,
        answer=Made,
        body=Fallback,
        refuses=_CANNOT,
        guard="directory",
    ),
    Operation(
        name="duty_set",
        method=Method.PUT,
        path="/directory/duties",
        summary="Who is asked first in a session of a day",
        handle=_duty,
        answer=Made,
        body=OnCall,
        refuses=_CANNOT,
        guard="directory",
    ),
    Operation(
        name="steps_set",
        method=Method.PUT,
        path="/directory/units/{number}/steps",
        summary="A unit's own order of telling",
        handle=_steps,
        answer=Made,
        body=Order,
        refuses=_CANNOT,
        guard="directory",
    ),
    Operation(
        name="directory_import",
        method=Method.POST,
        path="/directory/import",
        summary="Take the whole directory in as CSV, all of it or nothing",
        handle=_take_in,
        answer=TakenIn,
        body=Listed,
        refuses={409: "A line is not as it must be; `detail` says which."},
        guard="directory",
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
