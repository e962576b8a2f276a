"""Interruption notices: drafts, approval, sending, or the reason why none is sent."""

from typing import Annotated, Final, Literal

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.notice.lifecycle import NoticeRefusal
from motcua_hub.store import notices, papers
from motcua_hub.store.notices import Delivery, Notice
from motcua_hub.store.papers import Hold
from motcua_hub.upkeep.part import desk_of
from motcua_hub.web.api.operation import Call, File, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Text
from motcua_hub.web.api.resources.numbers import number
from motcua_hub.web.api.resources.paging import Paged, next_of
from motcua_hub.web.api.resources.sheets import sheet
from motcua_hub.web.deeds import notices as deeds

_LIST: Final = "/api/v1/notices"
_GONE: Final = "notice.refused.gone"


class Open(Paged, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All, or only those that somebody still has to decide on. Times are of their drafting."""

    open: bool = False


class Notices(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; `next` is the `before` of the rows that follow."""

    notices: tuple[Notice, ...]
    next: int | None


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The incident that a notice is to tell of, although no rule asks for one."""

    incident: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A notice, and to whom it went; orders to keep it longer."""

    notice: Notice
    deliveries: tuple[Delivery, ...]
    holds: tuple[Hold, ...]


class Deed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done.

    `edit` gives another text than that of `revision`; `approve` is for the text of a `revision`, by
    somebody who did not write it; `why` is the reason of an excuse, or of leaving a group of
    recipients out.
    """

    act: Literal["edit", "approve", "send", "excuse"]
    revision: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    why: Text = ""
    title: Annotated[str, msgspec.Meta(max_length=300)] = ""
    body: Annotated[str, msgspec.Meta(max_length=8_000)] = ""


def _all(call: Call) -> Notices:
    asked: Open = call.query
    found = notices.listing(
        call.connection,
        open_only=asked.open,
        limit=asked.limit,
        before=asked.before,
        since=asked.since,
        until=asked.until,
    )
    following = next_of([each.id for each in found], asked.limit)
    return Notices(notices=tuple(found), next=following)


def _draft(call: Call) -> Sent:
    wish: Wish = call.body
    try:
        made = deeds.draft(
            call.connection, desk_of(call.hub.config.notices), wish.incident, call.by
        )
    except NoticeRefusal as refusal:
        raise refused(refusal.code, call.words(refusal.code)) from refusal
    return _read(call.connection, made)


def _one(call: Call) -> Sent:
    wanted = number(call.path["number"], "notice", _LIST)
    connection = call.connection
    return _read(connection, wanted)


def _read(connection: Connection, wanted: int) -> Sent:
    found = notices.find(connection, wanted)
    if found is None:
        raise not_found(f"notice {wanted}", _LIST)
    return Sent(
        notice=found,
        deliveries=tuple(notices.deliveries(connection, wanted)),
        holds=tuple(papers.holds(connection, papers.NOTICE, wanted)),
    )


def _sheet(call: Call) -> File:
    wanted = number(call.path["number"], "notice", _LIST)
    return sheet(call, papers.NOTICE, wanted, "thong-bao", _LIST)


def _act(call: Call) -> Sent:
    wanted = number(call.path["number"], "notice", _LIST)
    connection = call.connection
    try:
        _do(connection, wanted, call)
    except NoticeRefusal as refusal:
        if refusal.code == _GONE:
            raise not_found(f"notice {wanted}", _LIST) from refusal
        raise refused(refusal.code, call.words(refusal.code)) from refusal
    return _read(connection, wanted)


def _do(connection: Connection, wanted: int, call: Call) -> None:
    deed: Deed = call.body
    match deed.act:
        case "edit":
            title, body = deed.title, deed.body
            deeds.edit(connection, wanted, deed.revision, title, body, by=call.by)
        case "approve":
            deeds.approve(connection, wanted, deed.revision, call.by)
        case "excuse":
            deeds.excuse(connection, wanted, deed.why, call.by)
        case "send":
            config = call.hub.config
            desk, base = desk_of(config.notices), config.sending.url or call.url_root
            deeds.send(connection, desk, wanted, base, deed.why, by=call.by)


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
        name="notice_draft",
        method=Method.POST,
        path="/notices",
        summary="Have a notice drafted that no rule asked for",
        handle=_draft,
        answer=Sent,
        body=Wish,
        status=201,
        refuses={409: "There is no such incident, or an open draft already."},
    ),
    Operation(
        name="notice_sheet",
        method=Method.GET,
        path="/notices/{number}/sheet",
        summary="The sheet of a notice, as it was sent or as it would look now",
        handle=_sheet,
        answer=File,
        media=("application/pdf",),
    ),
    Operation(
        name="notice_act",
        method=Method.POST,
        path="/notices/{number}/acts",
        summary="Mend a notice, approve it, send it, or say why none is sent",
        handle=_act,
        answer=Sent,
        body=Deed,
        refuses={409: "Not now; `code` names the rule, `detail` says what to do instead."},
    ),
)
