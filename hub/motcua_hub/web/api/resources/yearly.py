"""The yearly plan of buying, servicing and replacing: its rows, its steps, its files."""

from typing import Final

import msgspec

from motcua_hub.domain.upkeep.plan import PlanRefusal, Step
from motcua_hub.upkeep import plan_files, plans
from motcua_hub.upkeep.part import desk_of
from motcua_hub.upkeep.plans import Plan
from motcua_hub.web.api.operation import Call, File, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.moments import Text
from motcua_hub.web.deeds import maintenance as deeds

_CSV: Final = "text/csv"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Taken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step. `note`: the number of the paper for an approval, the reason for a return."""

    step: Step
    note: Text = ""


def _year(call: Call) -> int:
    text = call.path["year"]
    known = text.isascii() and text.isdigit()
    if not known or not plans.FIRST_YEAR <= int(text[:5]) <= plans.LAST_YEAR:
        raise not_found("this year", f"/api/v1/plans/{plans.FIRST_YEAR}")
    return int(text)


def _plan(call: Call) -> Plan:
    return plans.plan_of(call.connection, _year(call))


def _step(call: Call) -> Plan:
    taken: Taken = call.body
    year = _year(call)
    try:
        return deeds.plan_step(call.connection, year, taken.step, taken.note, call.by)
    except PlanRefusal as refusal:
        raise refused(refusal.code, call.words(refusal.code)) from refusal


def _file(call: Call) -> File:
    year, kind = _year(call), call.path["kind"]
    desk = desk_of(call.hub.config.notices)
    plan = plans.plan_of(call.connection, year)
    if kind == "csv":
        content, media = plan_files.as_csv(desk.say, plan), _CSV
    elif kind == "xlsx":
        from motcua_hub.upkeep import plan_book  # noqa: PLC0415 - slow to load, seldom asked for

        content, media = plan_book.as_xlsx(desk.say, desk.head, plan), _XLSX
    else:
        raise not_found(f"a plan as {kind}", f"/api/v1/plans/{year}/files/csv")
    return File(content=content, media=media, name=f"ke-hoach-{year}.{kind}")


OPERATIONS: Final = (
    Operation(
        name="plan",
        method=Method.GET,
        path="/plans/{year}",
        summary="The plan of a year: age, failures, warranty, calibration",
        handle=_plan,
        answer=Plan,
        tag=lambda plan: plan,
    ),
    Operation(
        name="plan_file",
        method=Method.GET,
        path="/plans/{year}/files/{kind}",
        summary="The plan of a year as `csv` or `xlsx`",
        handle=_file,
        answer=File,
        media=(_CSV, _XLSX),
    ),
    Operation(
        name="plan_step",
        method=Method.POST,
        path="/plans/{year}/steps",
        summary="Hand a plan in, give it back, or approve it as another person",
        handle=_step,
        answer=Plan,
        body=Taken,
        status=201,
        refuses={409: "Not now, or not by this person; `code` names the rule."},
        guard="plan",
    ),
)
