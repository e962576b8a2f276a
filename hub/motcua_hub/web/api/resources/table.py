"""All operations of the API, in the order of its description."""

from typing import Final

from motcua_hub.web.api.operation import Operation
from motcua_hub.web.api.resources import calendar, directory, incidents, plans, sites, targets

OPERATIONS: Final[tuple[Operation, ...]] = (
    *sites.OPERATIONS,
    *incidents.OPERATIONS,
    *targets.OPERATIONS,
    *plans.OPERATIONS,
    *calendar.OPERATIONS,
    *directory.OPERATIONS,
)
