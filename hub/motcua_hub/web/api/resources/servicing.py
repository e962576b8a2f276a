"""Minutes of calibration and servicing: written down, signed, printed; what makers recommend."""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from motcua_hub.domain.localtime import day_of
from motcua_hub.domain.upkeep.checklists import Item
from motcua_hub.domain.upkeep.duties import Duty
from motcua_hub.domain.upkeep.findings import Faulty
from motcua_hub.store import papers, servicing
from motcua_hub.store.assets import Asset
from motcua_hub.store.papers import Hold
from motcua_hub.store.servicing import Interval, Life, Record
from motcua_hub.upkeep import minutes
from motcua_hub.upkeep.minutes import SigningRefusal
from motcua_hub.upkeep.part import desk_of
from motcua_hub.web.api.operation import (
    ApiError,
    Call,
    File,
    Method,
    Operation,
    not_found,
    refused,
)
from motcua_hub.web.api.resources.moments import Text
from motcua_hub.web.api.resources.numbers import number
from motcua_hub.web.api.resources.paging import Paged, next_of
from motcua_hub.web.api.resources.sheets import sheet
from motcua_hub.web.deeds import maintenance as deeds
from motcua_hub.web.queries import maintenance as query

_LIST: Final = "/api/v1/servicing"
_ASSETS: Final = "/api/v1/assets"
_Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
_Short = Annotated[str, msgspec.Meta(max_length=120)]


class Asked(Paged, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one device, of one office, signed or not. Times are of their writing down."""

    asset: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None
    site: Annotated[str, msgspec.Meta(max_length=32)] = ""
    signed: bool | None = None


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; `next` is the `before` of the rows that follow."""

    records: tuple[Record, ...]
    next: int | None


class Minutes(msgspec.Struct, frozen=True, kw_only=True):
    """Minutes; whether they are as they were signed (None: nobody did); orders to keep them."""

    record: Record
    intact: bool | None
    holds: tuple[Hold, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was found: a number as text, or `yes` and `no`; why it may pass out of its limits."""

    value: Annotated[str, msgspec.Meta(max_length=12)]
    why: Text = ""


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A check of a device: an answer to every item of its list; see `GET …/checklists/{duty}`."""

    duty: Duty
    done_on: _Day
    technician: _Short
    witness: _Short = ""
    note: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    answers: Mapping[str, Answer]


class Checklist(msgspec.Struct, frozen=True, kw_only=True):
    """The items of a duty of a device, with the limits that hold today."""

    asset: int
    duty: Duty
    promised: int | None
    items: tuple[Item, ...]


class SaidLife(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the registry does not say of a device."""

    bought_on: _Day | None = None
    handed_over_on: _Day | None = None
    warranty_until: _Day | None = None
    interval_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] | None = None
    unit: _Short = ""
    promised_minutes: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    spare: bool = False


class Intervals(msgspec.Struct, frozen=True, kw_only=True):
    """What makers recommend; a model that is not here falls under the rule."""

    intervals: tuple[Interval, ...]


class SaidInterval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model of devices in use; `days` None where its maker recommends nothing."""

    kind: Annotated[str, msgspec.Meta(max_length=24)]
    model: Annotated[str, msgspec.Meta(max_length=80)]
    days: Annotated[int, msgspec.Meta(ge=1, le=3660)] | None = None
    source: Annotated[str, msgspec.Meta(max_length=200)] = ""


def _all(call: Call) -> Records:
    asked: Asked = call.query
    found = servicing.listing(
        call.connection,
        asset=asked.asset,
        site=asked.site,
        signed=asked.signed,
        before=asked.before,
        between=(asked.since, asked.until),
        limit=asked.limit,
    )
    return Records(records=tuple(found), next=next_of([e.id for e in found], asked.limit))


def _wanted(call: Call) -> int:
    return number(call.path["number"], "minutes", _LIST)


def _one(call: Call) -> Minutes:
    return _read(call, _wanted(call))


def _read(call: Call, wanted: int) -> Minutes:
    found = servicing.find(call.connection, wanted)
    if found is None:
        raise not_found(f"minutes {wanted}", _LIST)
    held = papers.holds(call.connection, papers.SERVICING, wanted)
    return Minutes(record=found, intact=minutes.intact(found), holds=tuple(held))


def _sheet(call: Call) -> File:
    return sheet(call, papers.SERVICING, _wanted(call), "bien-ban", _LIST)


def asset_of(call: Call) -> Asset:
    """The device that a path names. ApiError (404)."""
    wanted = number(call.path["asset"], "device", _ASSETS)
    found = query.find_asset(call.connection, wanted)
    if found is None:
        raise not_found(f"device {wanted}", _ASSETS)
    return found


def _checklist(call: Call) -> Checklist:
    asset = asset_of(call)
    if call.path["duty"] not in set(Duty):
        raise not_found(f"duty {call.path['duty']}", f"{_ASSETS}/{asset.id}/checklists/calibration")
    duty = Duty(call.path["duty"])
    items = minutes.items(call.connection, asset, duty, day_of(call.now))
    promised = servicing.life(call.connection, asset.id).promised_minutes
    return Checklist(asset=asset.id, duty=duty, promised=promised, items=items)


def _record(call: Call) -> Minutes:
    asset, said = asset_of(call), call.body
    form = {
        "done_on": said.done_on,
        "technician": said.technician,
        "witness": said.witness,
        "note": said.note,
    }
    form |= {f"item-{key}": each.value for key, each in said.answers.items()}
    form |= {f"why-{key}": each.why for key, each in said.answers.items()}
    _known(call, asset, said)
    try:
        made = deeds.record(call.connection, asset, said.duty, form, call.by)
    except deeds.UnfitServicingError as error:
        raise refused(str(error), call.words(str(error))) from error
    except Faulty as wrong:
        told = "; ".join(f"{key}: {call.words(code)}" for key, code in wrong.faults.items())
        raise refused("unfit_answers", told) from wrong
    return _read(call, made)


def _known(call: Call, asset: Asset, said: Check) -> None:
    """An answer to what nobody asked is a mistake that must not pass unseen."""
    keys = {each.key for each in minutes.items(call.connection, asset, said.duty, day_of(call.now))}
    strange = sorted(set(said.answers) - keys)
    if strange:
        listed = ", ".join(sorted(keys))
        raise ApiError(400, "bad_body", f"body: {', '.join(strange)} are no items; {listed} are")


def _sign(call: Call) -> Minutes:
    wanted = _wanted(call)
    _read(call, wanted)
    try:
        deeds.sign(call.connection, desk_of(call.hub.config.notices), wanted, call.by)
    except SigningRefusal as refusal:
        raise refused(refusal.code, call.words(refusal.code)) from refusal
    return _read(call, wanted)


def _discard(call: Call) -> Minutes:
    told = _read(call, _wanted(call))
    try:
        deeds.discard(call.connection, told.record.id, call.by)
    except SigningRefusal as refusal:
        raise refused(refusal.code, call.words(refusal.code)) from refusal
    return told


def _life(call: Call) -> Life:
    return servicing.life(call.connection, asset_of(call).id)


def _set_life(call: Call) -> Life:
    asset, said = asset_of(call), call.body
    try:
        for each in (said.bought_on, said.handed_over_on, said.warranty_until):
            minutes.read_date(each)
    except ValueError as error:
        raise refused("maint.fault.day", call.words("maint.fault.day")) from error
    made = Life(asset=asset.id, **msgspec.structs.asdict(said))
    deeds.set_life(call.connection, asset, made, call.by)
    return made


def _intervals(call: Call) -> Intervals:
    return Intervals(intervals=tuple(servicing.intervals(call.connection)))


def _set_interval(call: Call) -> Interval:
    said: SaidInterval = call.body
    try:
        return deeds.set_interval(
            call.connection, said.kind, said.model, said.days, said.source, by=call.by
        )
    except deeds.UnfitServicingError as error:
        raise refused(str(error), call.words(str(error))) from error


_SIGNED: Final = {409: "They were signed before, or their device is gone."}
OPERATIONS: Final = (
    Operation(
        name="servicing",
        method=Method.GET,
        path="/servicing",
        summary="Minutes of checks",
        handle=_all,
        answer=Records,
        query=Asked,
    ),
    Operation(
        name="servicing_one",
        method=Method.GET,
        path="/servicing/{number}",
        summary="Minutes of one check",
        handle=_one,
        answer=Minutes,
    ),
    Operation(
        name="servicing_sheet",
        method=Method.GET,
        path="/servicing/{number}/sheet",
        summary="Minutes as they are printed, with places for signatures",
        handle=_sheet,
        answer=File,
        media=("application/pdf",),
    ),
    Operation(
        name="checklist",
        method=Method.GET,
        path="/assets/{asset}/checklists/{duty}",
        summary="What is looked at and measured of a device, with its limits",
        handle=_checklist,
        answer=Checklist,
    ),
    Operation(
        name="servicing_record",
        method=Method.POST,
        path="/assets/{asset}/checks",
        summary="Write down a check of a device, unsigned",
        handle=_record,
        answer=Minutes,
        body=Check,
        status=201,
        anyone=True,
        refuses={409: "An answer cannot be taken, or the device is retired; `detail` says which."},
    ),
    Operation(
        name="servicing_sign",
        method=Method.POST,
        path="/servicing/{number}/signature",
        summary="Number and seal minutes; a check that failed opens an incident",
        handle=_sign,
        answer=Minutes,
        anyone=True,
        refuses=_SIGNED,
    ),
    Operation(
        name="servicing_discard",
        method=Method.DELETE,
        path="/servicing/{number}",
        summary="Throw unsigned minutes away",
        handle=_discard,
        answer=Minutes,
        anyone=True,
        refuses=_SIGNED,
    ),
    Operation(
        name="life",
        method=Method.GET,
        path="/assets/{asset}/life",
        summary="What the registry does not say of a device",
        handle=_life,
        answer=Life,
        tag=lambda answer: answer,
    ),
    Operation(
        name="life_set",
        method=Method.PUT,
        path="/assets/{asset}/life",
        summary="Write down purchase, warranty, unit and interval of a device",
        handle=_set_life,
        answer=Life,
        body=SaidLife,
        refuses={409: "A day is none."},
        guard="life",
    ),
    Operation(
        name="intervals",
        method=Method.GET,
        path="/upkeep/intervals",
        summary="What makers recommend",
        handle=_intervals,
        answer=Intervals,
        tag=lambda answer: answer,
    ),
    Operation(
        name="interval_set",
        method=Method.PUT,
        path="/upkeep/intervals",
        summary="Write down what a maker recommends for a model",
        handle=_set_interval,
        answer=Interval,
        body=SaidInterval,
        refuses={
            409: "No device in use is of this model, or it is not said where that is written."
        },
        guard="intervals",
    ),
)
