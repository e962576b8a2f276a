"""Who probes from where: references, probe lists, and what offices should run."""

from typing import Annotated, Final

import msgspec

from motcua_contract.desired import read_frame
from motcua_contract.probes import ProbeKind, ProbeList, Reference
from motcua_hub.ledger import probes
from motcua_hub.store import desired
from motcua_hub.store.desired import Reported
from motcua_hub.web.api.operation import ApiError, Call, Method, Operation, not_found
from motcua_hub.web.deeds import targets as deeds
from motcua_hub.web.queries import registry as sites
from motcua_hub.web.queries import vantages as query
from motcua_hub.web.queries.vantages import Vantage

_LIST: Final = "/api/v1/vantages"
_KINDS: Final = frozenset({ProbeKind.ICMP, ProbeKind.TCP, ProbeKind.HTTP})


class Vantages(msgspec.Struct, frozen=True, kw_only=True):
    """The hub first, then offices by name."""

    vantages: tuple[Vantage, ...]


class References(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what a vantage knows that it is not cut off itself; `icmp`, `tcp` or `http`."""

    references: Annotated[tuple[Reference, ...], msgspec.Meta(max_length=8)]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What an office should run, section by section, beside its own last word on it.

    `version` 0: nothing was ever wanted. `reported` is null when it never said a word.
    """

    site: str
    version: int
    sha256: str
    made_at: int
    made_by: str
    sections: dict[str, msgspec.Raw]
    reported: Reported | None


def _all(call: Call) -> Vantages:
    return Vantages(vantages=query.listed(call.connection))


def _known(call: Call) -> str:
    wanted = call.path["vantage"]
    if wanted not in {each.id for each in query.listed(call.connection)}:
        raise not_found("this vantage", _LIST)
    return wanted


def _list(call: Call) -> ProbeList:
    return probes.probe_list(call.connection, _known(call))


def _refer(call: Call) -> ProbeList:
    vantage, said = _known(call), call.body.references
    strange = [each.kind.value for each in said if each.kind not in _KINDS]
    if strange:
        raise ApiError(400, "bad_body", f"body: {', '.join(strange)} is no kind of reference")
    deeds.refer(call.connection, vantage, tuple(dict.fromkeys(said)), call.by)
    return probes.probe_list(call.connection, vantage)


def _desired(call: Call) -> Wanted:
    site = call.path["site"]
    if sites.name_of(call.connection, site) is None:
        raise not_found("this office", "/api/v1/sites")
    held = desired.newest(call.connection, site)
    told = desired.reported(call.connection, site)
    return Wanted(
        site=site,
        version=held.version if held else 0,
        sha256=held.sha256 if held else "",
        made_at=held.made_at if held else 0,
        made_by=held.made_by if held else "",
        sections=dict(read_frame(held.body).sections) if held else {},
        reported=told,
    )


OPERATIONS: Final = (
    Operation(
        name="vantages",
        method=Method.GET,
        path="/vantages",
        summary="Who probes, how many targets, with which references",
        handle=_all,
        answer=Vantages,
    ),
    Operation(
        name="probe_list",
        method=Method.GET,
        path="/vantages/{vantage}/probes",
        summary="All that a vantage probes; part of an office's desired configuration",
        handle=_list,
        answer=ProbeList,
        tag=lambda answer: answer,
    ),
    Operation(
        name="vantage_refer",
        method=Method.PUT,
        path="/vantages/{vantage}/references",
        summary="By what a vantage knows that it is not cut off itself",
        handle=_refer,
        answer=ProbeList,
        body=References,
        guard="probe_list",
    ),
    Operation(
        name="desired",
        method=Method.GET,
        path="/sites/{site}/desired",
        summary="What an office should run, and its own last word on it",
        handle=_desired,
        answer=Wanted,
    ),
)
