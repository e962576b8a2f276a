"""Sites as they are now."""

from typing import Annotated, Any, Final, Literal

import msgspec

from motcua_hub.store.engine import reading
from motcua_hub.web.api.operation import Call, Method, Operation
from motcua_hub.web.pages import overview, sites
from motcua_hub.web.queries import common
from motcua_hub.web.queries.common import OpenIncident
from motcua_hub.web.views.overview import SiteLine, Totals
from motcua_hub.web.views.site import SiteView

_MAX: Final = 500


class Sites(msgspec.Struct, frozen=True, kw_only=True):
    """Every site; `hub_hears` is false while the hub itself is cut off, then all else is old."""

    now: int
    hub_hears: bool
    totals: Totals
    sites: tuple[SiteLine, ...]


class IncidentQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which incidents; by default the open ones of all sites."""

    status: Literal["open", "all"] = "open"
    site: Annotated[str, msgspec.Meta(max_length=32)] = ""


class Incidents(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first."""

    now: int
    incidents: tuple[OpenIncident, ...]


def _all(call: Call) -> Sites:
    view = overview.read(call.hub)
    return Sites(now=view.now, hub_hears=view.hub_hears, totals=view.totals, sites=view.lines)


def _one(call: Call) -> Any:  # noqa: ANN401 - the page's own view
    return sites.read(call.hub, call.path["site"])


def _incidents(call: Call) -> Incidents:
    asked: IncidentQuery = call.query
    with reading(call.hub.engine) as connection:
        rows = common.incidents(
            connection, open_only=asked.status == "open", site=asked.site or None, limit=_MAX
        )
    return Incidents(now=call.now, incidents=rows)


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
    Operation(
        name="incidents",
        method=Method.GET,
        path="/incidents",
        summary="Incidents, the open ones unless all are asked for",
        handle=_incidents,
        answer=Incidents,
        query=IncidentQuery,
    ),
)
