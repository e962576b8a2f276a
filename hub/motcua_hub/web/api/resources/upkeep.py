"""Calibration and servicing: what is due, and how far every office is."""

from datetime import date
from typing import Annotated, Final

import msgspec

from motcua_hub.store.engine import reading
from motcua_hub.upkeep.plans import Plan, plan_of
from motcua_hub.upkeep.tasks import Progress, Task
from motcua_hub.web import localtime
from motcua_hub.web.api.operation import Call, Method, Operation, not_found
from motcua_hub.web.queries import maintenance

_YEARS: Final = range(2020, 2100)


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one office when it is given."""

    site: Annotated[str, msgspec.Meta(max_length=32)] = ""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A duty of one device. Days are local ISO dates; `asset` is its number in the registry."""

    asset: int
    name: str
    kind: str
    model: str
    site: str
    unit: str
    duty: str
    due: date | None
    late_days: int
    failed: bool
    done: int
    asked: int


class Tasks(msgspec.Struct, frozen=True, kw_only=True):
    """What failed, what is overdue, what falls due within 30 days, and progress by office."""

    today: date
    failed: tuple[Due, ...]
    overdue: tuple[Due, ...]
    soon: tuple[Due, ...]
    progress: tuple[Progress, ...]
    drills: dict[str, int]


def _due(task: Task) -> Due:
    return Due(
        asset=task.asset.id,
        name=task.asset.name,
        kind=task.asset.kind,
        model=task.asset.model,
        site=task.asset.site,
        unit=task.unit,
        duty=task.duty.value,
        due=task.due,
        late_days=task.late_days,
        failed=task.failed,
        done=task.done,
        asked=task.asked,
    )


def _tasks(call: Call) -> Tasks:
    today = localtime.at(call.now).date()
    with reading(call.hub.engine) as connection:
        board = maintenance.board(connection, today, call.query.site)
    return Tasks(
        today=today,
        failed=tuple(_due(each) for each in board.failed),
        overdue=tuple(_due(each) for each in board.overdue),
        soon=tuple(_due(each) for each in board.soon),
        progress=tuple(board.progress),
        drills=board.drills,
    )


def _plan(call: Call) -> Plan:
    text = call.path["year"]
    if not (text.isascii() and text.isdigit() and int(text[:5]) in _YEARS):
        raise not_found("this year", f"/api/v1/plans/{_YEARS[0]}")
    with reading(call.hub.engine) as connection:
        return plan_of(connection, int(text))


OPERATIONS: Final = (
    Operation(
        name="upkeep",
        method=Method.GET,
        path="/upkeep",
        summary="Calibration and servicing that is due",
        handle=_tasks,
        answer=Tasks,
        query=Asked,
    ),
    Operation(
        name="plan",
        method=Method.GET,
        path="/plans/{year}",
        summary="The plan of a year: age, failures, warranty, calibration",
        handle=_plan,
        answer=Plan,
    ),
)
