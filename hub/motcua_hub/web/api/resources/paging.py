"""Lists that grow: of a time, newest first, so many at once."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from motcua_hub.web.api.resources.moments import Moment

MOST = 500


class Paged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows of `[since, until)`; `before` is the `next` of the answer before."""

    since: Moment = 0
    until: Moment | None = None
    before: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = 100


def next_of(ids: Sequence[int], limit: int) -> int | None:
    """Where the next page begins; None after the last one."""
    return ids[-1] if len(ids) == limit else None
