"""What the organisation decides of upkeep, from which day on."""

from typing import Annotated, Final

import msgspec

from motcua_hub.domain.localtime import day_of
from motcua_hub.domain.upkeep.policy import Policy, UnfitPolicy, Version
from motcua_hub.store import policies
from motcua_hub.web.api.operation import Call, Method, Operation, refused
from motcua_hub.web.api.resources.moments import Text
from motcua_hub.web.deeds import maintenance as deeds


class Policies(msgspec.Struct, frozen=True, kw_only=True):
    """Every version, the newest first and the product's own (number 0) last; which holds today."""

    holds: int
    versions: tuple[Version, ...]


class Decided(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policy from a day on, today or later.

    `after` is the newest version that was read: what somebody decided since is not passed over.
    """

    policy: Policy
    begins: Annotated[str, msgspec.Meta(max_length=10)]
    why: Text
    after: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


def _all(call: Call) -> Policies:
    today = policies.on(call.connection, day_of(call.now))
    return Policies(holds=today.id, versions=tuple(policies.versions(call.connection)))


def _decide(call: Call) -> Policies:
    said: Decided = call.body
    try:
        deeds.set_policy(
            call.connection,
            said.policy,
            begins=said.begins,
            why=said.why,
            after=said.after,
            by=call.by,
        )
    except UnfitPolicy as error:
        raise refused(error.code, f"{error.field}: {call.words(error.code)}") from error
    return _all(call)


OPERATIONS: Final = (
    Operation(
        name="upkeep_policies",
        method=Method.GET,
        path="/upkeep/policies",
        summary="Limits of checklists and ages of the yearly plan, by version",
        handle=_all,
        answer=Policies,
    ),
    Operation(
        name="upkeep_policy_decide",
        method=Method.POST,
        path="/upkeep/policies",
        summary="Decide on limits and ages from a day on",
        handle=_decide,
        answer=Policies,
        body=Decided,
        status=201,
        refuses={409: "It cannot be so, or somebody decided in between; `detail` names the field."},
    ),
)
