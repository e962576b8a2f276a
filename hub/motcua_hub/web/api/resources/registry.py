"""The registry of devices: what every office has, written down by people."""

from typing import Annotated, Final

import msgspec

from motcua_hub.domain.registry import UnreadableError
from motcua_hub.store import assets
from motcua_hub.store.assets import Asset, ComponentTakenError
from motcua_hub.web.api.operation import Call, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Text
from motcua_hub.web.api.resources.paging import MOST
from motcua_hub.web.api.resources.servicing import asset_of
from motcua_hub.web.deeds import registry as deeds
from motcua_hub.web.deeds.registry import UnfitAssetError
from motcua_hub.web.queries import registry as query

_LIST: Final = "/api/v1/assets"
_Line = Annotated[str, msgspec.Meta(max_length=80)]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one office when it is given; retired ones too when they are asked for."""

    site: Annotated[str, msgspec.Meta(max_length=32)] = ""
    retired: bool = False
    after: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = MOST


class Assets(msgspec.Struct, frozen=True, kw_only=True):
    """By their numbers; `next` is the `after` of the rows that follow."""

    assets: tuple[Asset, ...]
    next: int | None


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written down of a device; `component` is the name its health comes under."""

    kind: Annotated[str, msgspec.Meta(max_length=24)]
    name: _Line
    component: Annotated[str, msgspec.Meta(max_length=48)] = ""
    model: _Line = ""
    serial: _Line = ""
    place: _Line = ""
    address: _Line = ""
    note: Text = ""


class Why(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a device is in use no more."""

    why: Text = ""


class Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list as CSV with a header line, as the page gives it out; all of it or nothing."""

    csv: Annotated[str, msgspec.Meta(max_length=900_000)]


class TakenIn(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows were new, how many changed."""

    new: int
    changed: int


def _all(call: Call) -> Assets:
    asked: Asked = call.query
    found = [
        each
        for each in sorted(assets.everything(call.connection), key=lambda one: one.id)
        if each.id > asked.after
        and (not asked.site or each.site == asked.site)
        and (asked.retired or each.retired_at is None)
    ]
    page = found[: asked.limit]
    return Assets(assets=tuple(page), next=page[-1].id if len(found) > len(page) else None)


def _one(call: Call) -> Asset:
    return asset_of(call)


def _add(call: Call) -> Asset:
    site, said = call.path["site"], msgspec.structs.asdict(call.body)
    if query.name_of(call.connection, site) is None:
        raise not_found("this office", "/api/v1/sites")
    try:
        made = deeds.add(call.connection, site, said, call.by)
    except (UnfitAssetError, ComponentTakenError) as error:
        raise _refusal(call, error) from error
    found = assets.find(call.connection, site, made)
    if found is None:
        raise not_found("this device", _LIST)
    return found


def _used(call: Call) -> Asset:
    found = asset_of(call)
    if found.retired_at is not None:
        raise not_found(f"device {found.id} in use", _LIST)
    return found


def _change(call: Call) -> Asset:
    asset = _used(call)
    try:
        deeds.change(call.connection, asset, msgspec.structs.asdict(call.body), call.by)
    except (UnfitAssetError, ComponentTakenError) as error:
        raise _refusal(call, error) from error
    return asset_of(call)


def _refusal(call: Call, error: UnfitAssetError | ComponentTakenError) -> Exception:
    faults = (
        error.faults
        if isinstance(error, UnfitAssetError)
        else {"component": "registry.component.taken"}
    )
    told = "; ".join(f"{field}: {call.words(code)}" for field, code in faults.items())
    return refused("unfit_device", told)


def _retire(call: Call) -> Asset:
    deeds.retire(call.connection, _used(call), call.query.why, call.by)
    return asset_of(call)


def _take_in(call: Call) -> TakenIn:
    try:
        new, changed = deeds.take_in(call.connection, call.body.csv, call.by)
    except UnreadableError as wrong:
        told = f"line {wrong.line}: {call.words(wrong.code)} {wrong.what}".strip()
        raise refused(wrong.code, told) from wrong
    except ComponentTakenError as error:
        code = "registry.component.taken"
        raise refused(code, f"{call.words(code)} {error}") from error
    return TakenIn(new=new, changed=changed)


_CONFLICT: Final = {409: "A field cannot be as it is given; `detail` says which and why."}
OPERATIONS: Final = (
    Operation(
        name="assets",
        method=Method.GET,
        path="/assets",
        summary="Devices in the registry",
        handle=_all,
        answer=Assets,
        query=Asked,
    ),
    Operation(
        name="asset",
        method=Method.GET,
        path="/assets/{asset}",
        summary="One device in the registry",
        handle=_one,
        answer=Asset,
        tag=lambda answer: answer,
    ),
    Operation(
        name="asset_add",
        method=Method.POST,
        path="/sites/{site}/assets",
        summary="Write a device of an office down",
        handle=_add,
        answer=Asset,
        body=Said,
        status=201,
        refuses=_CONFLICT,
    ),
    Operation(
        name="asset_change",
        method=Method.PUT,
        path="/assets/{asset}",
        summary="Write a device down anew",
        handle=_change,
        answer=Asset,
        body=Said,
        refuses=_CONFLICT,
        guard="asset",
    ),
    Operation(
        name="asset_retire",
        method=Method.DELETE,
        path="/assets/{asset}",
        summary="A device is in use no more; its history stays",
        handle=_retire,
        answer=Asset,
        query=Why,
        guard="asset",
    ),
    Operation(
        name="assets_import",
        method=Method.POST,
        path="/assets/import",
        summary="Take a list of devices in as CSV, all of it or nothing",
        handle=_take_in,
        answer=TakenIn,
        body=Listed,
        refuses=_CONFLICT,
    ),
)
