"""Commands to offices, and what came of them."""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from motcua_contract.commands import CommandError
from motcua_hub.domain.commands import Given
from motcua_hub.domain.link import Link
from motcua_hub.store import commands as store
from motcua_hub.web.api.operation import (
    ApiError,
    Call,
    File,
    Method,
    Operation,
    not_found,
    refused,
)
from motcua_hub.web.deeds import commands as deeds
from motcua_hub.web.pages.commands import link_of

_PICTURE: Final = "image/jpeg"
_TEXT: Final = "text/plain"


class Commands(msgspec.Struct, frozen=True, kw_only=True):
    """An office's newest commands, newest first, and whether it is there to hear one."""

    site: str
    link: Link
    commands: tuple[Given, ...]


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command with its arguments."""

    name: Annotated[str, msgspec.Meta(max_length=64)]
    arguments: Annotated[
        Mapping[str, Annotated[str, msgspec.Meta(max_length=400)]], msgspec.Meta(max_length=12)
    ] = {}


def _link(call: Call) -> Link:
    found = link_of(call.connection, call.path["site"], call.now)
    if found is None:
        raise not_found("this office", "/api/v1/sites")
    return found


def _all(call: Call) -> Commands:
    link, site = _link(call), call.path["site"]
    return Commands(site=site, link=link, commands=tuple(store.latest(call.connection, site)))


def _give(call: Call) -> Commands:
    wish: Wish = call.body
    link, site = _link(call), call.path["site"]
    arguments = {key: value.strip() for key, value in wish.arguments.items() if value.strip()}
    try:
        deeds.give(call.connection, site, link, wish.name, arguments, by=call.by)
    except CommandError as error:
        raise ApiError(400, "bad_command", str(error)) from error
    except deeds.OfflineError as error:
        code = "commands.offline"
        raise refused(code, call.words(code)) from error
    return _all(call)


def _data(call: Call) -> File:
    site, correlation = call.path["site"], call.path["correlation"]
    found = store.data_of(call.connection, site, correlation)
    if found is None:
        raise not_found("data of this command", f"/api/v1/sites/{site}/commands")
    media, text = found
    if media != _PICTURE:
        return File(content=text.encode(), media=_TEXT, name=f"{correlation}.txt")
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        msg = "a picture of this command that can be read"
        raise not_found(msg, f"/api/v1/sites/{site}/commands") from error
    return File(content=content, media=_PICTURE, name=f"{correlation}.jpg")


OPERATIONS: Final = (
    Operation(
        name="commands",
        method=Method.GET,
        path="/sites/{site}/commands",
        summary="Commands to an office",
        handle=_all,
        answer=Commands,
    ),
    Operation(
        name="command_give",
        method=Method.POST,
        path="/sites/{site}/commands",
        summary="Give an office a command",
        handle=_give,
        answer=Commands,
        body=Wish,
        status=201,
        anyone=True,
        refuses={409: "The office is not connected; nothing waits for an office."},
    ),
    Operation(
        name="command_data",
        method=Method.GET,
        path="/sites/{site}/commands/{correlation}/data",
        summary="What came with an answer: a picture, diagnostics",
        handle=_data,
        answer=File,
        media=(_PICTURE, _TEXT),
    ),
)
