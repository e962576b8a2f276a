"""Sites as they are now."""

from typing import Any, Final

import msgspec

from motcua_hub.web.api.operation import Call, Method, Operation
from motcua_hub.web.pages import overview, sites
from motcua_hub.web.views.overview import SiteLine, Totals
from motcua_hub.web.views.site import SiteView


class Sites(msgspec.Struct, frozen=True, kw_only=True):
    """Every site; `hub_hears` is false while the hub itself is cut off, then all else is old."""

    now: int
    hub_hears: bool
    totals: Totals
    sites: tuple[SiteLine, ...]


def _all(call: Call) -> Sites:
    view = overview.read(call.hub)
    return Sites(now=view.now, hub_hears=view.hub_hears, totals=view.totals, sites=view.lines)


def _one(call: Call) -> Any:  # noqa: ANN401 - the page's own view
    return sites.read(call.hub, call.path["site"])


OPERATIONS: Final = (
    Operation(
        name="sites",
        method=Method.GET,
        path="/sites",
        summary="Every site as it is now",
        handle=_all,
        answer=Sites,
    ),
    Operation(
        name="site",
        method=Method.GET,
        path="/sites/{site}",
        summary="One site as it is now: counters, queues, devices, streams",
        handle=_one,
        answer=SiteView,
    ),
)
