"""Incidents: what they are, their timelines, and what people do with them."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.desk import acts
from motcua_hub.domain.incident.lifecycle import Act, IncidentRefusal
from motcua_hub.domain.incident.state import State
from motcua_hub.domain.incident.vocabulary import Status
from motcua_hub.store import schema, timelines
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.timelines import Row
from motcua_hub.web.api.operation import (
    ApiError,
    Call,
    Method,
    Operation,
    not_found,
    refused,
)
from motcua_hub.web.api.resources.moments import Name
from motcua_hub.web.api.resources.numbers import number

_MAX: Final = 500
_LIST: Final = "/api/v1/incidents"


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which incidents; by default the open ones of all sites."""

    status: Literal["open", "all"] = "open"
    site: Annotated[str, msgspec.Meta(max_length=32)] = ""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An incident in short. Times are UTC ms, `confidence` is in thousandths."""

    id: int
    site: str
    kind: str
    subject: str
    status: str
    opened_at: int
    last_at: int
    closed_at: int | None
    count: int
    detail: str
    target: str | None
    target_kind: str
    parent: int | None
    severity: int
    responsible: str
    cause: str
    confidence: int
    provisional: bool
    onset_at: int
    confirmed_at: int | None
    restored_at: int | None
    acknowledged_at: int | None
    fixed_at: int | None
    unit: int | None
    owner: str
    transfers: int
    ack_due_at: int | None
    repair_due_at: int | None
    carrier: str
    carrier_case: str
    force_majeure: bool
    reports: int


_COLUMNS: Final = tuple(schema.incident.c[name] for name in Listed.__struct_fields__)


class Incidents(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first."""

    now: int
    incidents: tuple[Listed, ...]


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One incident: where it stands, what it is now, and everything that happened."""

    id: int
    status: Status
    state: State
    timeline: tuple[Row, ...]


class Deed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody does.

    `words` is the reason, the note, or what was done; `name` a person, a unit's name or a carrier;
    `unit` the number of a unit in the directory.
    """

    act: Literal[
        "acknowledge",
        "start",
        "wait",
        "own",
        "watch",
        "reroute",
        "note",
        "carrier_case",
        "workaround",
        "fix",
        "close",
        "reopen",
    ]
    words: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    name: Name = ""
    unit: Annotated[int, msgspec.Meta(ge=1, le=2**31)] | None = None


_Do = Callable[[Connection, int, Act, Deed], State]
_DEEDS: Final[dict[str, _Do]] = {
    "acknowledge": lambda c, n, act, _: acts.acknowledge(c, n, act),
    "start": lambda c, n, act, _: acts.start(c, n, act),
    "wait": lambda c, n, act, deed: acts.wait(c, n, act, deed.words),
    "own": lambda c, n, act, deed: acts.own(c, n, act, deed.name),
    "watch": lambda c, n, act, deed: acts.watch(c, n, act, _unit(deed), deed.name),
    "reroute": lambda c, n, act, d: acts.reroute(c, n, act, _unit(d), d.name, d.words),
    "note": lambda c, n, act, deed: acts.note(c, n, act, deed.words),
    "carrier_case": lambda c, n, act, d: acts.carrier_case(c, n, act, d.name, d.words),
    "workaround": lambda c, n, act, deed: acts.workaround(c, n, act, deed.words),
    "fix": lambda c, n, act, deed: acts.fix(c, n, act, deed.words),
    "close": lambda c, n, act, deed: acts.close(c, n, act, deed.words),
    "reopen": lambda c, n, act, deed: acts.reopen(c, n, act, deed.words),
}


def _unit(deed: Deed) -> int:
    if deed.unit is None:
        raise ApiError(400, "bad_body", f"body: {deed.act} needs `unit`; GET /api/v1/directory")
    return deed.unit


def _list(call: Call) -> Incidents:
    asked: Asked = call.query
    i = schema.incident.c
    query = select(*_COLUMNS).order_by(i.opened_at.desc(), i.id.desc()).limit(_MAX)
    if asked.status == "open":
        query = query.where(i.closed_at.is_(None))
    if asked.site:
        query = query.where(i.site == asked.site)
    with reading(call.hub.engine) as connection:
        rows = connection.execute(query).mappings().all()
    return Incidents(now=call.now, incidents=tuple(Listed(**row) for row in rows))


def _one(call: Call) -> Incident:
    wanted = number(call.path["number"], "incident", _LIST)
    with reading(call.hub.engine) as connection:
        return _read(connection, wanted)


def _read(connection: Connection, wanted: int) -> Incident:
    state = timelines.load(connection, wanted)
    if state is None:
        raise not_found(f"incident {wanted}", _LIST)
    rows = tuple(timelines.entries_of(connection, wanted))
    return Incident(id=wanted, status=state.status, state=state, timeline=rows)


def _act(call: Call) -> Incident:
    deed: Deed = call.body
    wanted = number(call.path["number"], "incident", _LIST)
    with writing(call.hub.engine) as connection:
        try:
            _DEEDS[deed.act](connection, wanted, Act(call.actor, call.now), deed)
        except acts.UnknownIncidentError as error:
            raise not_found(f"incident {wanted}", _LIST) from error
        except IncidentRefusal as error:
            raise refused(error.code, call.words(error.code)) from error
        return _read(connection, wanted)


OPERATIONS: Final = (
    Operation(
        name="incidents",
        method=Method.GET,
        path="/incidents",
        summary="Incidents, the open ones unless all are asked for",
        handle=_list,
        answer=Incidents,
        query=Asked,
    ),
    Operation(
        name="incident",
        method=Method.GET,
        path="/incidents/{number}",
        summary="One incident with its timeline",
        handle=_one,
        answer=Incident,
    ),
    Operation(
        name="incident_act",
        method=Method.POST,
        path="/incidents/{number}/acts",
        summary="Take an incident on, pass it on, note, mend, close or reopen it",
        handle=_act,
        answer=Incident,
        body=Deed,
        refuses={409: "Not now; `code` names the rule, `detail` says what to do instead."},
    ),
)
