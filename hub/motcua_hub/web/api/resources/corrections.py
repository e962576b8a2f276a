"""Corrections of the ledger by people: asked for by one, decided by another."""

from typing import Annotated, Final, Literal

import msgspec

from motcua_hub.domain.availability.evidence import Claim, Sli
from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.ledger import corrections, targets
from motcua_hub.ledger.corrections import Correction, CorrectionError, Wanted
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Moment
from motcua_hub.web.api.resources.numbers import number

_TARGETS: Final = "/api/v1/targets"
_WORDS: Final = {
    "reason": "targets.correct.reason",
    "decided_by": "targets.correct.self",
}


class Corrections(msgspec.Struct, frozen=True, kw_only=True):
    """Of a target the newest first; those that wait for somebody the oldest first."""

    corrections: tuple[Correction, ...]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was so in `[begin, end)`, and why anybody should believe it; a cause only for down."""

    sli: Sli
    begin: Moment
    end: Moment
    claim: Literal["up", "down"]
    cause: Cause | None = None
    reason: Annotated[str, msgspec.Meta(max_length=400)]


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By somebody else than who asked."""

    decision: Literal["approve", "refuse"]


def _target(call: Call) -> str:
    found = targets.get(call.connection, call.path["target"])
    if found is None:
        raise not_found("this target", _TARGETS)
    return found.id


def _all(call: Call) -> Corrections:
    return Corrections(corrections=tuple(corrections.of_target(call.connection, _target(call))))


def _waiting(call: Call) -> Corrections:
    return Corrections(corrections=tuple(corrections.waiting(call.connection)))


def _one(call: Call, target: str, wanted: int) -> Correction:
    for each in corrections.of_target(call.connection, target):
        if each.id == wanted:
            return each
    raise not_found(f"correction {wanted}", f"{_TARGETS}/{target}/corrections")


def _refusal(call: Call, error: CorrectionError) -> Exception:
    code = _WORDS.get(error.field, "targets.correct.times")
    return refused(code, call.words(code))


def _ask(call: Call) -> Correction:
    asked, target = call.body, _target(call)
    wanted = Wanted(
        target=target,
        sli=asked.sli,
        begin=asked.begin,
        end=asked.end,
        claim=Claim(asked.claim),
        cause=asked.cause.value if asked.cause and asked.claim == "down" else "",
        reason=asked.reason,
    )
    try:
        made = corrections.ask(call.connection, wanted, call.now, call.actor)
    except CorrectionError as error:
        raise _refusal(call, error) from error
    return _one(call, target, made)


def _decide(call: Call) -> Correction:
    target = _target(call)
    wanted = number(call.path["number"], "correction", f"{_TARGETS}/{target}/corrections")
    _one(call, target, wanted)
    approve = call.body.decision == "approve"
    try:
        done = corrections.decide(call.connection, wanted, call.now, call.actor, approve=approve)
    except CorrectionError as error:
        raise _refusal(call, error) from error
    if not done:
        raise refused("decided", "somebody decided on it before")
    return _one(call, target, wanted)


OPERATIONS: Final = (
    Operation(
        name="corrections_waiting",
        method=Method.GET,
        path="/corrections",
        summary="Corrections that nobody has decided on yet",
        handle=_waiting,
        answer=Corrections,
    ),
    Operation(
        name="corrections",
        method=Method.GET,
        path="/targets/{target}/corrections",
        summary="All corrections of a target",
        handle=_all,
        answer=Corrections,
    ),
    Operation(
        name="correction_ask",
        method=Method.POST,
        path="/targets/{target}/corrections",
        summary="Ask for a correction of the ledger",
        handle=_ask,
        answer=Correction,
        body=Asked,
        status=201,
        refuses={409: "The time is not over, or there is no reason."},
    ),
    Operation(
        name="correction_decide",
        method=Method.POST,
        path="/targets/{target}/corrections/{number}",
        summary="Agree to a correction, or refuse it, as another person",
        handle=_decide,
        answer=Correction,
        body=Decision,
        refuses={409: "Whoever asked does not decide, or somebody did before."},
    ),
)
