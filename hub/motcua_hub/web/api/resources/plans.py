"""Maintenance windows and exclusions: asked for by one, agreed to by another."""

from typing import Annotated, Final, Literal

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.calendar.planned import (
    Excluded,
    Maintenance,
    Scope,
    Stage,
    UnfitPlanError,
    Wish,
    stage,
)
from motcua_hub.store import plans
from motcua_hub.store.plans import EXCLUSION, WINDOW, UnknownPlanError
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Moment, Text
from motcua_hub.web.api.resources.numbers import number
from motcua_hub.web.deeds import windows as deeds

_Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class Since(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Those that end after `since`."""

    since: Moment = 0


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A window and where it stands."""

    stage: Stage
    window: Maintenance


class Exclusion(msgspec.Struct, frozen=True, kw_only=True):
    """An exclusion and where it stands."""

    stage: Stage
    exclusion: Excluded


class Windows(msgspec.Struct, frozen=True, kw_only=True):
    """By their beginning."""

    windows: tuple[Window, ...]


class Exclusions(msgspec.Struct, frozen=True, kw_only=True):
    """By their beginning."""

    exclusions: tuple[Exclusion, ...]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked for; `told_at` and `emergency` are for windows only."""

    begin: Moment
    end: Moment
    reason: _Reason
    scopes: Annotated[tuple[Scope, ...], msgspec.Meta(min_length=1, max_length=500)]
    paper: Text = ""
    emergency: bool = False
    told_at: Moment | None = None
    incident: Annotated[int, msgspec.Meta(ge=1, le=2**31)] | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is decided. `end` cancels a window (one that runs ends now), withdraws an exclusion."""

    decision: Literal["approve", "refuse", "end"]
    why: Text = ""


def _windows(call: Call) -> Windows:
    connection = call.connection
    found = plans.windows(connection, call.query.since)
    return Windows(windows=tuple(Window(stage=stage(e, call.now), window=e) for e in found))


def _exclusions(call: Call) -> Exclusions:
    connection = call.connection
    found = plans.exclusions(connection, call.query.since)
    told = tuple(Exclusion(stage=stage(each, call.now), exclusion=each) for each in found)
    return Exclusions(exclusions=told)


def _ask_window(call: Call) -> Window:
    connection = call.connection
    try:
        made = deeds.ask(connection, WINDOW, _wish(call.body), call.by)
    except UnfitPlanError as error:
        raise refused(str(error), call.words(str(error))) from error
    return _window(connection, made, call.now)


def _ask_exclusion(call: Call) -> Exclusion:
    connection = call.connection
    try:
        made = deeds.ask(connection, EXCLUSION, _wish(call.body), call.by)
    except UnfitPlanError as error:
        raise refused(str(error), call.words(str(error))) from error
    return _exclusion(connection, made, call.now)


def _wish(asked: Asked) -> Wish:
    return Wish(**msgspec.structs.asdict(asked))


def _window(connection: Connection, number: int, now: int) -> Window:
    found = plans.window(connection, number)
    return Window(stage=stage(found, now), window=found)


def _exclusion(connection: Connection, number: int, now: int) -> Exclusion:
    found = plans.exclusion(connection, number)
    return Exclusion(stage=stage(found, now), exclusion=found)


def _decide_window(call: Call) -> Window:
    connection = call.connection
    return _window(connection, _decide(connection, WINDOW, call), call.now)


def _decide_exclusion(call: Call) -> Exclusion:
    connection = call.connection
    return _exclusion(connection, _decide(connection, EXCLUSION, call), call.now)


def _decide(connection: Connection, layer: str, call: Call) -> int:
    asked: Decision = call.body
    wanted = number(call.path["number"], layer, f"/api/v1/{layer}s")
    try:
        deeds.decide(connection, layer, wanted, asked.decision, asked.why, by=call.by)
    except UnknownPlanError as error:
        raise not_found(f"{layer} {wanted}", f"/api/v1/{layer}s") from error
    except UnfitPlanError as error:
        raise refused(str(error), call.words(str(error))) from error
    return wanted


_CONFLICT: Final = {409: "Not possible as things are; `code` names the rule, `detail` tells it."}
OPERATIONS: Final = (
    Operation(
        name="windows",
        method=Method.GET,
        path="/windows",
        summary="Maintenance windows",
        handle=_windows,
        answer=Windows,
        query=Since,
    ),
    Operation(
        name="window_ask",
        method=Method.POST,
        path="/windows",
        summary="Ask for a maintenance window",
        handle=_ask_window,
        answer=Window,
        body=Asked,
        status=201,
        refuses=_CONFLICT,
    ),
    Operation(
        name="window_decide",
        method=Method.POST,
        path="/windows/{number}",
        summary="Agree to a window, refuse it, or end it",
        handle=_decide_window,
        answer=Window,
        body=Decision,
        refuses=_CONFLICT,
    ),
    Operation(
        name="exclusions",
        method=Method.GET,
        path="/exclusions",
        summary="Times that count for nobody (force majeure)",
        handle=_exclusions,
        answer=Exclusions,
        query=Since,
    ),
    Operation(
        name="exclusion_ask",
        method=Method.POST,
        path="/exclusions",
        summary="Ask that a past time counts for nobody",
        handle=_ask_exclusion,
        answer=Exclusion,
        body=Asked,
        status=201,
        refuses=_CONFLICT,
    ),
    Operation(
        name="exclusion_decide",
        method=Method.POST,
        path="/exclusions/{number}",
        summary="Agree to an exclusion, refuse it, or withdraw it",
        handle=_decide_exclusion,
        answer=Exclusion,
        body=Decision,
        refuses=_CONFLICT,
    ),
)
