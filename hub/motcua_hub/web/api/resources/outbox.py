"""What was sent to people, and what nobody took."""

from typing import Annotated, Final, Literal

import msgspec

from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.numbers import number
from motcua_hub.web.api.resources.paging import next_of
from motcua_hub.web.deeds import outbox as deeds
from motcua_hub.web.queries import outbox as query
from motcua_hub.web.queries.outbox import Letter, Line

_LIST: Final = "/api/v1/outbox"


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one state, about one incident; 100 at once."""

    state: Literal["", "waiting", "sent", "dead", "cancelled"] = ""
    incident: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None
    before: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; `next` is the `before` of the rows that follow."""

    messages: tuple[Line, ...]
    counts: dict[str, int]
    next: int | None


class Deed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send a dead letter again, or settle it without."""

    act: Literal["retry", "lay_aside"]


def _all(call: Call) -> Lines:
    asked: Asked = call.query
    found = query.view(call.connection, call.now, asked.state, asked.incident, asked.before or 0)
    following = next_of([each.id for each in found.lines], query.PAGE)
    return Lines(messages=found.lines, counts=found.counts, next=following)


def _one(call: Call) -> Letter:
    return _read(call, number(call.path["number"], "message", _LIST))


def _read(call: Call, wanted: int) -> Letter:
    found = query.letter(call.connection, wanted)
    if found is None:
        raise not_found(f"message {wanted}", _LIST)
    return found


def _act(call: Call) -> Letter:
    wanted = number(call.path["number"], "message", _LIST)
    _read(call, wanted)
    done = deeds.retry if call.body.act == "retry" else deeds.lay_aside
    if not done(call.connection, wanted, call.by):
        raise refused("no_dead_letter", "this message is no dead letter that waits for anybody")
    return _read(call, wanted)


OPERATIONS: Final = (
    Operation(
        name="outbox",
        method=Method.GET,
        path="/outbox",
        summary="Messages to people, with what became of them",
        handle=_all,
        answer=Lines,
        query=Asked,
    ),
    Operation(
        name="outbox_one",
        method=Method.GET,
        path="/outbox/{number}",
        summary="One message with every attempt",
        handle=_one,
        answer=Letter,
    ),
    Operation(
        name="outbox_act",
        method=Method.POST,
        path="/outbox/{number}/acts",
        summary="Send a dead letter again, or settle it",
        handle=_act,
        answer=Letter,
        body=Deed,
        refuses={409: "It is no dead letter."},
    ),
)
