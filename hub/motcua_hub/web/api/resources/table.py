"""All operations of the API, in the order of its description."""

from typing import Final

from motcua_hub.web.api.operation import Operation
from motcua_hub.web.api.resources import (
    calendar,
    directory,
    incidents,
    notices,
    plans,
    reports,
    sites,
    targets,
    upkeep,
)

OPERATIONS: Final[tuple[Operation, ...]] = (
    *sites.OPERATIONS,
    *incidents.OPERATIONS,
    *targets.OPERATIONS,
    *plans.OPERATIONS,
    *calendar.OPERATIONS,
    *directory.OPERATIONS,
    *notices.OPERATIONS,
    *upkeep.OPERATIONS,
    *reports.OPERATIONS,
)
