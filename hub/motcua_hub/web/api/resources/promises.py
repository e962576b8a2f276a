"""Within how long incidents are taken on and repaired: what was decided, and deciding."""

from typing import Annotated, Final, Literal

import msgspec

from motcua_hub.domain.incident.promises import PromiseRefusal, Scope, Term, Version
from motcua_hub.store import promises
from motcua_hub.web.api.operation import Call, Method, Operation, refused
from motcua_hub.web.api.resources.moments import Text
from motcua_hub.web.deeds import promises as deeds

_Ms = Annotated[int, msgspec.Meta(ge=60_000, le=366 * 86_400_000)]


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for incidents opened now, and every version, oldest first. Lengths are in ms."""

    now: int
    in_force: tuple[Version, ...]
    versions: tuple[Version, ...]
    newest: int


class NewTerm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is promised for a severity, in ms; severity 1 always counts by the clock."""

    severity: Annotated[int, msgspec.Meta(ge=1, le=3)]
    acknowledge: _Ms
    repair: _Ms
    clock: bool = False


class NewPromise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A promise from a day on; today means from now on, and nothing that is open changes.

    Without `unit`, `responsible` and `site` it is for everything and needs all three severities;
    otherwise a contract beside that, which ends with no `terms`. `after` is `newest` as it was
    read: what somebody decided since is not passed over.
    """

    unit: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None
    responsible: Literal["", "hardware", "software", "link", "power", "security"] = ""
    site: Annotated[str, msgspec.Meta(max_length=32)] = ""
    begins: Annotated[str, msgspec.Meta(max_length=10)]
    terms: Annotated[tuple[NewTerm, ...], msgspec.Meta(max_length=3)]
    reason: Text
    after: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


def _all(call: Call) -> Promises:
    held = promises.load(call.connection)
    return Promises(
        now=call.now,
        in_force=held.in_force(call.now),
        versions=held.versions,
        newest=promises.newest(held.versions),
    )


def _promise(call: Call) -> Promises:
    asked: NewPromise = call.body
    terms = [Term(**msgspec.structs.asdict(each)) for each in asked.terms]
    scope = Scope(unit=asked.unit, responsible=asked.responsible, site=asked.site)
    try:
        deeds.promise(
            call.connection, scope, terms, asked.reason, asked.begins, asked.after, call.by
        )
    except PromiseRefusal as error:
        raise refused(error.code, call.words(error.code)) from error
    return _all(call)


OPERATIONS: Final = (
    Operation(
        name="promises",
        method=Method.GET,
        path="/promises",
        summary="Within how long incidents are taken on and repaired, in all versions",
        handle=_all,
        answer=Promises,
    ),
    Operation(
        name="promise_add",
        method=Method.POST,
        path="/promises",
        summary="Decide on deadlines for incidents opened from a day on",
        handle=_promise,
        answer=Promises,
        body=NewPromise,
        status=201,
        refuses={409: "It cannot be promised so; `code` names the rule, `detail` tells it."},
    ),
)
