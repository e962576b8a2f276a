"""All operations of the API, in the order of its description."""

from typing import Final

from motcua_hub.web.api.operation import Operation
from motcua_hub.web.api.resources import (
    calendar,
    commands,
    corrections,
    directory,
    holds,
    incidents,
    notices,
    outbox,
    plans,
    policies,
    promises,
    public,
    recipients,
    registry,
    reports,
    servicing,
    sites,
    targets,
    upkeep,
    vantages,
    yearly,
)

OPERATIONS: Final[tuple[Operation, ...]] = (
    *sites.OPERATIONS,
    *commands.OPERATIONS,
    *incidents.OPERATIONS,
    *promises.OPERATIONS,
    *targets.OPERATIONS,
    *corrections.OPERATIONS,
    *vantages.OPERATIONS,
    *plans.OPERATIONS,
    *calendar.OPERATIONS,
    *directory.OPERATIONS,
    *outbox.OPERATIONS,
    *notices.OPERATIONS,
    *recipients.OPERATIONS,
    *registry.OPERATIONS,
    *upkeep.OPERATIONS,
    *servicing.OPERATIONS,
    *policies.OPERATIONS,
    *yearly.OPERATIONS,
    *reports.OPERATIONS,
    *public.OPERATIONS,
    *holds.OPERATIONS,
)
