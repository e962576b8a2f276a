"""Interruption notices: drafts, approval, sending, or the reason why none is sent."""

from typing import Annotated, Final, Literal

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.notice.lifecycle import NoticeRefusal
from motcua_hub.store import notices
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.notices import Delivery, Notice
from motcua_hub.upkeep import acts
from motcua_hub.upkeep.part import desk_of
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Text
from motcua_hub.web.api.resources.numbers import number

_LIST: Final = "/api/v1/notices"
_GONE: Final = "notice.refused.gone"


class Open(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All, or only those that somebody still has to decide on."""

    open: bool = False


class Notices(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first."""

    notices: tuple[Notice, ...]


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A notice, and to whom it went."""

    notice: Notice
    deliveries: tuple[Delivery, ...]


class Deed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done.

    `approve` is for the text of a `revision`; `why` is the reason of an excuse, or of leaving a
    group of recipients out.
    """

    act: Literal["approve", "send", "excuse"]
    revision: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    why: Text = ""


def _all(call: Call) -> Notices:
    with reading(call.hub.engine) as connection:
        return Notices(notices=tuple(notices.listing(connection, open_only=call.query.open)))


def _one(call: Call) -> Sent:
    wanted = number(call.path["number"], "notice", _LIST)
    with reading(call.hub.engine) as connection:
        return _read(connection, wanted)


def _read(connection: Connection, wanted: int) -> Sent:
    found = notices.find(connection, wanted)
    if found is None:
        raise not_found(f"notice {wanted}", _LIST)
    return Sent(notice=found, deliveries=tuple(notices.deliveries(connection, wanted)))


def _act(call: Call) -> Sent:
    wanted = number(call.path["number"], "notice", _LIST)
    with writing(call.hub.engine) as connection:
        try:
            _do(connection, wanted, call)
        except NoticeRefusal as refusal:
            if refusal.code == _GONE:
                raise not_found(f"notice {wanted}", _LIST) from refusal
            raise refused(refusal.code, call.words(refusal.code)) from refusal
        return _read(connection, wanted)


def _do(connection: Connection, wanted: int, call: Call) -> None:
    deed: Deed = call.body
    who, now = call.actor, call.now
    match deed.act:
        case "approve":
            acts.approve(connection, wanted, deed.revision, actor=who, now=now)
        case "excuse":
            acts.excuse(connection, wanted, deed.why, actor=who, now=now)
        case "send":
            config = call.hub.config
            base = config.sending.url.rstrip("/")
            desk = desk_of(config.notices)
            acts.send(connection, desk, wanted, base_url=base, actor=who, now=now, why=deed.why)


OPERATIONS: Final = (
    Operation(
        name="notices",
        method=Method.GET,
        path="/notices",
        summary="Interruption notices",
        handle=_all,
        answer=Notices,
        query=Open,
    ),
    Operation(
        name="notice",
        method=Method.GET,
        path="/notices/{number}",
        summary="One notice, and to whom it went",
        handle=_one,
        answer=Sent,
    ),
    Operation(
        name="notice_act",
        method=Method.POST,
        path="/notices/{number}/acts",
        summary="Approve a notice, send it, or say why none is sent",
        handle=_act,
        answer=Sent,
        body=Deed,
        refuses={409: "Not now; `code` names the rule, `detail` says what to do instead."},
    ),
)
