"""Parameters that many operations share: moments, periods."""

from typing import Annotated

import msgspec

from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.web.api.operation import ApiError

_LATEST = 4_102_444_800_000
Moment = Annotated[int, msgspec.Meta(ge=0, le=_LATEST)]
"""UTC ms up to the year 2100."""
Text = Annotated[str, msgspec.Meta(max_length=400)]
Name = Annotated[str, msgspec.Meta(max_length=64)]
_LONGEST_MS = 6 * 366 * 86_400_000


def period(begin: int, end: int) -> Interval:
    """`[begin, end)`; ApiError when it is empty, or longer than six years."""
    if not 0 < end - begin <= _LONGEST_MS:
        msg = f"end ({end}) must come after begin ({begin}), six years at most"
        raise ApiError(400, "bad_period", msg)
    return begin, end
