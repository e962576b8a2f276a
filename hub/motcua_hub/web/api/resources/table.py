"""All operations of the API, in the order of its description."""

from typing import Final

from motcua_hub.web.api.operation import Operation
from motcua_hub.web.api.resources import sites

OPERATIONS: Final[tuple[Operation, ...]] = (*sites.OPERATIONS,)
