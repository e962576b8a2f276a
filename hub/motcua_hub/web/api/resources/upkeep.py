"""Calibration and servicing: what is due, and how far every office is."""

from datetime import date
from typing import Annotated, Final

import msgspec

from motcua_hub.upkeep.tasks import Progress, Task
from motcua_hub.web import localtime
from motcua_hub.web.api.operation import Call, Method, Operation
from motcua_hub.web.queries import maintenance


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
    """What failed, what is overdue, what falls due soon, and progress by office."""

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
    board = maintenance.board(call.connection, today, call.query.site)
    return Tasks(
        today=today,
        failed=tuple(_due(each) for each in board.failed),
        overdue=tuple(_due(each) for each in board.overdue),
        soon=tuple(_due(each) for each in board.soon),
        progress=tuple(board.progress),
        drills=board.drills,
    )


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
)
