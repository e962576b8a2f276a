"""What the public status page shows, and under which names."""

from typing import Annotated, Final

import msgspec

from motcua_hub.store import public
from motcua_hub.store.public import Published
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.deeds import status as deeds

_LIST: Final = "/api/v1/public-targets"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """All that is shown."""

    targets: tuple[Published, ...]


class Name(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The name that everybody may read."""

    name: Annotated[str, msgspec.Meta(max_length=400)]


def _all(call: Call) -> Shown:
    return Shown(targets=public.published(call.connection))


def _publish(call: Call) -> Shown:
    try:
        deeds.publish(call.connection, call.path["target"], call.body.name, call.by)
    except deeds.UnfitNameError as error:
        raise refused(str(error), call.words(str(error))) from error
    return _all(call)


def _hide(call: Call) -> Shown:
    if not deeds.hide(call.connection, call.path["target"], call.by):
        raise not_found("this target on the status page", _LIST)
    return _all(call)


OPERATIONS: Final = (
    Operation(
        name="public_targets",
        method=Method.GET,
        path="/public-targets",
        summary="What the public status page shows",
        handle=_all,
        answer=Shown,
    ),
    Operation(
        name="public_target_put",
        method=Method.PUT,
        path="/public-targets/{target}",
        summary="Show a target on the status page",
        handle=_publish,
        answer=Shown,
        body=Name,
        refuses={409: "There is no such target, or the name tells of the inside."},
    ),
    Operation(
        name="public_target_hide",
        method=Method.DELETE,
        path="/public-targets/{target}",
        summary="Show a target no more",
        handle=_hide,
        answer=Shown,
    ),
)
