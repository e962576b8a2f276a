"""Who is told of interruptions: the five groups, dated."""

from typing import Annotated, Final

import msgspec

from motcua_hub.domain.notice.model import Group, Recipient
from motcua_hub.store import recipients
from motcua_hub.store.outbox import Channel
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.numbers import number
from motcua_hub.web.deeds import notices as deeds

_LIST: Final = "/api/v1/recipients"


class Recipients(msgspec.Struct, frozen=True, kw_only=True):
    """All entries, past and future ones too; an entry ends, it is never deleted."""

    recipients: tuple[Recipient, ...]


class NewRecipient(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody of a group, from an ISO day on."""

    grp: Group
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    channel: Channel
    address: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    valid_from: Annotated[str, msgspec.Meta(max_length=10)]


def _all(call: Call) -> Recipients:
    return Recipients(recipients=tuple(recipients.everyone(call.connection)))


def _add(call: Call) -> Recipient:
    asked: NewRecipient = call.body
    try:
        made = deeds.name_somebody(
            call.connection,
            grp=asked.grp.value,
            name=asked.name,
            channel=asked.channel.value,
            address=asked.address,
            valid_from=asked.valid_from,
            by=call.by,
        )
    except deeds.UnfitRecipientError as error:
        raise refused(str(error), call.words(str(error))) from error
    return next(each for each in recipients.everyone(call.connection) if each.id == made)


def _end(call: Call) -> Recipient:
    wanted = number(call.path["number"], "recipient", _LIST)
    if deeds.end_recipient(call.connection, wanted, call.by) is None:
        raise not_found(f"recipient {wanted} that has not ended", _LIST)
    return next(each for each in recipients.everyone(call.connection) if each.id == wanted)


OPERATIONS: Final = (
    Operation(
        name="recipients",
        method=Method.GET,
        path="/recipients",
        summary="Who is told of interruptions",
        handle=_all,
        answer=Recipients,
    ),
    Operation(
        name="recipient_add",
        method=Method.POST,
        path="/recipients",
        summary="Name somebody who is told of interruptions",
        handle=_add,
        answer=Recipient,
        body=NewRecipient,
        status=201,
        refuses={409: "The day or a field cannot be as it is given."},
    ),
    Operation(
        name="recipient_end",
        method=Method.DELETE,
        path="/recipients/{number}",
        summary="Today is somebody's last day on the list",
        handle=_end,
        answer=Recipient,
    ),
)
