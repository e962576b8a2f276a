"""Orders to keep things beyond their time: given by one person, lifted by two."""

import re
from typing import Annotated, Final, Literal

import msgspec

from motcua_hub.store import papers
from motcua_hub.store.papers import Hold
from motcua_hub.upkeep.holding import HoldRefusal, Series
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Text
from motcua_hub.web.api.resources.numbers import number
from motcua_hub.web.api.resources.paging import MOST, next_of
from motcua_hub.web.deeds import holds as deeds

_LIST: Final = "/api/v1/holds"
_GONE: Final = "hold.refused.unknown"
_NUMBER: Final = re.compile("[0-9]{1,9}")


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Orders that hold, or all; of one thing when it is given."""

    status: Literal["open", "all"] = "open"
    series: Series | None = None
    thing: Annotated[str, msgspec.Meta(max_length=64)] = ""
    before: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = 100


class Holds(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; `next` is the `before` of the rows that follow."""

    holds: tuple[Hold, ...]
    next: int | None


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keep a thing; `why` says who wants it kept and by which paper.

    `thing` is a number, a target (empty: evidence of all), a report's number, or a command's
    correlation.
    """

    series: Series
    thing: Annotated[str, msgspec.Meta(max_length=64)]
    why: Text


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`ask` that it be lifted, with a reason; `lift` it, as another person; or `keep` it on."""

    decision: Literal["ask", "lift", "keep"]
    why: Text = ""


def _all(call: Call) -> Holds:
    asked: Asked = call.query
    open_only = asked.status == "open"
    if asked.series is not None:
        return Holds(holds=_of(call, asked.series, open_only=open_only), next=None)
    found = papers.all_holds(
        call.connection, open_only=open_only, before=asked.before, limit=asked.limit
    )
    return Holds(holds=tuple(found), next=next_of([each.id for each in found], asked.limit))


def _of(call: Call, series: Series, *, open_only: bool) -> tuple[Hold, ...]:
    """Of one thing, all of them; of what cannot be there, none."""
    thing = call.query.thing
    if series not in papers.NAMED and not _NUMBER.fullmatch(thing):
        return ()
    found = papers.holds(call.connection, series.value, thing)
    return tuple(each for each in reversed(found) if each.until is None or not open_only)


def _read(call: Call, wanted: int) -> Hold:
    found = papers.find_hold(call.connection, wanted)
    if found is None:
        raise not_found(f"hold {wanted}", _LIST)
    return found


def _order(call: Call) -> Hold:
    asked: Order = call.body
    try:
        made = deeds.order(call.connection, asked.series.value, asked.thing, asked.why, call.by)
    except HoldRefusal as refusal:
        raise refused(refusal.code, call.words(refusal.code)) from refusal
    return _read(call, made)


def _decide(call: Call) -> Hold:
    asked: Decision = call.body
    wanted = number(call.path["number"], "hold", _LIST)
    try:
        deeds.decide(call.connection, wanted, asked.decision, asked.why, call.by)
    except HoldRefusal as refusal:
        if refusal.code == _GONE:
            raise not_found(f"hold {wanted}", _LIST) from refusal
        raise refused(refusal.code, call.words(refusal.code)) from refusal
    return _read(call, wanted)


OPERATIONS: Final = (
    Operation(
        name="holds",
        method=Method.GET,
        path="/holds",
        summary="Orders to keep things beyond their time",
        handle=_all,
        answer=Holds,
        query=Asked,
    ),
    Operation(
        name="hold_order",
        method=Method.POST,
        path="/holds",
        summary="Order that a thing be kept until two people lift the order",
        handle=_order,
        answer=Hold,
        body=Order,
        status=201,
        refuses={409: "There is no such thing, or no reason."},
    ),
    Operation(
        name="hold_decide",
        method=Method.POST,
        path="/holds/{number}",
        summary="Ask that an order be lifted, lift it as another person, or keep it on",
        handle=_decide,
        answer=Hold,
        body=Decision,
        refuses={409: "Not now, or not by this person; `code` names the rule."},
    ),
)
