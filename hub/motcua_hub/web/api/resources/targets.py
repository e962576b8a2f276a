"""Targets: what they are, what they are now, and their figures of any period."""

from typing import Annotated, Final

import msgspec
from sqlalchemy import Connection

from motcua_contract.probes import ProbeSpec
from motcua_hub.domain.availability import timeline
from motcua_hub.domain.availability.evidence import Evidence, Sli, State
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.availability.reports import Report, Subject, report
from motcua_hub.domain.availability.timeline import Segment
from motcua_hub.ledger import evidence, now, probes, targets
from motcua_hub.ledger.described import Version, versions_of
from motcua_hub.ledger.layers import Basis
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.subjects import subject
from motcua_hub.ledger.targets import Kind, Target, TargetError
from motcua_hub.web.api.operation import ApiError, Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Moment, Name, Text, period
from motcua_hub.web.api.resources.numbers import number
from motcua_hub.web.deeds import targets as deeds

_MOST: Final = 5_000
_LIST: Final = "/api/v1/targets"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a target is right now, by one SLI. `since` and `confirmed_at` are UTC ms."""

    sli: Sli
    state: State
    since: int
    cause: str
    confirmed_at: int | None
    masked_by: str


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A target and what it is now."""

    target: Target
    now: tuple[Standing, ...]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Targets by site, kind and name."""

    now: int
    targets: tuple[Known, ...]


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which targets; without anything all that are not retired."""

    kind: Kind | None = None
    site: Name | None = None
    unit: Name | None = None
    carrier: Name | None = None
    retired: bool = False


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be said of a target; see `Target`.

    A change holds from `valid_from` on (UTC ms; now, unless said; 0: it was never otherwise), and
    the versions before stay on record. A new target was always what it is.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    kind: Kind
    site: Name | None = None
    parent: Name | None = None
    unit: Name = ""
    carrier: Name = ""
    rules: Rules = Rules()
    life_begin: Moment = 0
    life_end: Moment | None = None
    valid_from: Moment | None = None
    why: Text = ""


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was ever on record of what a target is, newest first."""

    target: str
    versions: tuple[Version, ...]


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why something is done."""

    why: Text = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A period, seen as of a moment (now, unless said), in one basis of service time."""

    begin: Moment
    end: Moment
    as_of: Moment | None = None
    sli: Sli | None = None
    basis: Basis = Basis.CONTRACT


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A target's segments over a period."""

    target: str
    sli: Sli
    segments: tuple[Segment, ...]


class Pieces(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence that touches a period, oldest first.

    `more` when it was too much for one answer: ask for a shorter period.
    """

    target: str
    evidence: tuple[Evidence, ...]
    more: bool


class Probes(msgspec.Struct, frozen=True, kw_only=True):
    """The probes of a target, with their numbers."""

    target: str
    probes: tuple[probes.Row, ...]


def _held(connection: Connection, call: Call) -> Target:
    found = targets.get(connection, call.path["target"])
    if found is None:
        what = "this target"
        raise not_found(what, _LIST)
    return found


def _standings(connection: Connection, moment: int) -> dict[str, tuple[Standing, ...]]:
    found: dict[str, tuple[Standing, ...]] = {}
    for (target, sli), is_now in now.states(connection, moment).items():
        told = Standing(
            sli=sli,
            state=is_now.state,
            since=is_now.since,
            cause=is_now.cause,
            confirmed_at=is_now.confirmed_at,
            masked_by=is_now.masked_by,
        )
        found[target] = (*found.get(target, ()), told)
    return found


def _listed(call: Call) -> Listed:
    asked: Wanted = call.query
    connection = call.connection
    standing = _standings(connection, call.now)
    found = targets.listing(
        connection,
        kind=asked.kind,
        site=asked.site,
        unit=asked.unit,
        carrier=asked.carrier,
        retired=asked.retired,
    )
    known = tuple(Known(target=each, now=standing.get(each.id, ())) for each in found)
    return Listed(now=call.now, targets=known)


def _one(call: Call) -> Known:
    connection = call.connection
    found = _held(connection, call)
    return Known(target=found, now=_standings(connection, call.now).get(found.id, ()))


def _put(call: Call) -> Target:
    body: Body = call.body
    told = msgspec.structs.asdict(body)
    since, why = told.pop("valid_from"), told.pop("why")
    wanted = Target(id=call.path["target"], **told)
    connection = call.connection
    held = targets.get(connection, wanted.id)
    try:
        if held is None:
            return targets.add(connection, wanted, call.now, call.actor)
        kept = msgspec.structs.replace(wanted, component=held.component, asset=held.asset)
        return targets.change(connection, kept, call.now, call.actor, valid_from=since, why=why)
    except TargetError as error:
        raise refused("bad_target", f"`{error.field}` cannot be as it is given") from error


def _retire(call: Call) -> Target:
    connection = call.connection
    found = _held(connection, call)
    deeds.retire(connection, found.id, call.query.why, call.by)
    return targets.get(connection, found.id) or found


def _subject(call: Call, basis: Basis = Basis.CONTRACT) -> tuple[Subject, Interval]:
    """What the figures of the period asked for follow from; open words count only for now."""
    asked: Asked = call.query
    over = period(asked.begin, asked.end)
    live = call.now if asked.as_of is None else None
    connection = call.connection
    name = _held(connection, call).id
    told = subject(connection, name, over, asked.as_of, sli=asked.sli, basis=basis, now=live)
    return told, over


def _figures(call: Call) -> Report:
    told, over = _subject(call, call.query.basis)
    return report(told, over, call.now if call.query.as_of is None else call.query.as_of)


def _timeline(call: Call) -> Line:
    told, over = _subject(call)
    found = timeline(
        told.evidence, told.policy, call.query.as_of, life=over, ancestors=told.ancestors
    )
    return Line(target=told.target, sli=told.policy.sli, segments=found)


def _evidence(call: Call) -> Pieces:
    asked: Asked = call.query
    over = period(asked.begin, asked.end)
    connection = call.connection
    found = _held(connection, call)
    pieces = evidence.of_target(connection, found.id, over, asked.as_of)
    told = sorted(pieces, key=lambda each: (each.begin, each.received_at, each.id))
    return Pieces(target=found.id, evidence=tuple(told[:_MOST]), more=len(told) > _MOST)


def _versions(call: Call) -> Versions:
    found = _held(call.connection, call)
    told = versions_of(call.connection, found.id)
    return Versions(target=found.id, versions=tuple(told))


def _probes(call: Call) -> Probes:
    connection = call.connection
    found = _held(connection, call)
    return Probes(target=found.id, probes=tuple(probes.of_target(connection, found.id)))


class NewProbe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A probe, and who asks: `hub` or a site."""

    vantage: Name
    spec: ProbeSpec


def _add_probe(call: Call) -> Probes:
    body: NewProbe = call.body
    connection = call.connection
    found = _held(connection, call)
    if body.spec.target != found.id:
        raise ApiError(400, "bad_body", f"spec.target must be {found.id}, as in the path")
    try:
        deeds.add_probe(connection, body.vantage, body.spec, call.by)
    except deeds.UnknownVantageError as error:
        raise refused("bad_vantage", f"{error} is neither `hub` nor a known office") from error
    return Probes(target=found.id, probes=tuple(probes.of_target(connection, found.id)))


def _end_probe(call: Call) -> Probes:
    found = _held(call.connection, call)
    listed = f"{_LIST}/{found.id}/probes"
    wanted = number(call.path["number"], "probe", listed)
    if not deeds.retire_probe(call.connection, found.id, wanted, call.by):
        raise not_found(f"probe {wanted} of this target", listed)
    return Probes(target=found.id, probes=tuple(probes.of_target(call.connection, found.id)))


_CONFLICT: Final = {409: "Understood, but not possible as things are; `detail` says why."}
OPERATIONS: Final = (
    Operation(
        name="targets",
        method=Method.GET,
        path="/targets",
        summary="Targets and what they are now",
        handle=_listed,
        answer=Listed,
        query=Wanted,
    ),
    Operation(
        name="target",
        method=Method.GET,
        path="/targets/{target}",
        summary="One target and what it is now",
        handle=_one,
        answer=Known,
        tag=lambda answer: answer.target,
    ),
    Operation(
        name="target_put",
        method=Method.PUT,
        path="/targets/{target}",
        summary="Add a target, or change it",
        handle=_put,
        answer=Target,
        body=Body,
        refuses=_CONFLICT,
        guard="target",
    ),
    Operation(
        name="target_retire",
        method=Method.DELETE,
        path="/targets/{target}",
        summary="End a target's life; its history stays",
        handle=_retire,
        answer=Target,
        query=Reason,
        guard="target",
    ),
    Operation(
        name="figures",
        method=Method.GET,
        path="/targets/{target}/figures",
        summary="Availability of a period with coverage, bounds and incidents",
        handle=_figures,
        answer=Report,
        query=Asked,
    ),
    Operation(
        name="segments",
        method=Method.GET,
        path="/targets/{target}/segments",
        summary="Up, down and unknown over a period, and by whose word",
        handle=_timeline,
        answer=Line,
        query=Asked,
    ),
    Operation(
        name="evidence",
        method=Method.GET,
        path="/targets/{target}/evidence",
        summary="What was claimed of a period, by whom, and when the hub had it",
        handle=_evidence,
        answer=Pieces,
        query=Asked,
    ),
    Operation(
        name="target_versions",
        method=Method.GET,
        path="/targets/{target}/versions",
        summary="What a target was on record as: since when it holds, who said so, when and why",
        handle=_versions,
        answer=Versions,
    ),
    Operation(
        name="probes",
        method=Method.GET,
        path="/targets/{target}/probes",
        summary="Who probes a target and how",
        handle=_probes,
        answer=Probes,
    ),
    Operation(
        name="probe_add",
        method=Method.POST,
        path="/targets/{target}/probes",
        summary="Let a vantage probe a target",
        handle=_add_probe,
        answer=Probes,
        body=NewProbe,
        status=201,
        refuses=_CONFLICT,
    ),
    Operation(
        name="probe_end",
        method=Method.DELETE,
        path="/targets/{target}/probes/{number}",
        summary="Let a vantage probe a target no more",
        handle=_end_probe,
        answer=Probes,
    ),
)
