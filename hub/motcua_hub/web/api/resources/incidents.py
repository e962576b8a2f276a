"""Incidents: what they are, their timelines, and what people do with them."""

from typing import Annotated, Final, Literal

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.desk import acts
from motcua_hub.domain.incident.lifecycle import IncidentRefusal
from motcua_hub.domain.incident.state import State
from motcua_hub.domain.incident.vocabulary import Status
from motcua_hub.store import schema, timelines
from motcua_hub.store.timelines import Row
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Name
from motcua_hub.web.api.resources.numbers import number
from motcua_hub.web.api.resources.paging import MOST, Paged, next_of
from motcua_hub.web.deeds import incidents as deeds
from motcua_hub.web.deeds.incidents import Said

_LIST: Final = "/api/v1/incidents"


class Asked(Paged, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which incidents; by default the open ones of all sites. Times are of their opening."""

    status: Literal["open", "all"] = "open"
    site: Annotated[str, msgspec.Meta(max_length=32)] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = MOST


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
    """Newest first; `next` is the `before` of the rows that follow."""

    now: int
    incidents: tuple[Listed, ...]
    next: int | None


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One incident: where it stands, what it is now, and everything that happened."""

    id: int
    status: Status
    state: State
    timeline: tuple[Row, ...]


class Deed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody does.

    `words` is the reason, the note, a case's number, or what was done; `name` a person or a
    carrier; `unit` the number of a unit in the directory; `on` whether it is force majeure, or not
    after all.
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
        "force_majeure",
        "fix",
        "close",
        "reopen",
    ]
    words: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    name: Name = ""
    unit: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None
    on: bool = True


def _list(call: Call) -> Incidents:
    asked: Asked = call.query
    i = schema.incident.c
    query = select(*_COLUMNS).order_by(i.id.desc()).limit(asked.limit)
    query = query.where(i.opened_at >= asked.since)
    if asked.until is not None:
        query = query.where(i.opened_at < asked.until)
    if asked.before is not None:
        query = query.where(i.id < asked.before)
    if asked.status == "open":
        query = query.where(i.closed_at.is_(None))
    if asked.site:
        query = query.where(i.site == asked.site)
    rows = call.connection.execute(query).mappings().all()
    found = tuple(Listed(**row) for row in rows)
    following = next_of([each.id for each in found], asked.limit)
    return Incidents(now=call.now, incidents=found, next=following)


def _one(call: Call) -> Incident:
    wanted = number(call.path["number"], "incident", _LIST)
    connection = call.connection
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
    connection = call.connection
    try:
        said = Said(words=deed.words, name=deed.name, unit=deed.unit or 0, on=deed.on)
        deeds.do(connection, wanted, deed.act, said, call.by)
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
        anyone=True,
        refuses={409: "Not now; `code` names the rule, `detail` says what to do instead."},
    ),
)
