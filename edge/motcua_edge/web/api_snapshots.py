"""GET /api/v1/snapshot/...: what each page shows, as one versioned whole."""

from collections.abc import Callable

from aiohttp import web

from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.views_board import board_view
from motcua_edge.services.views_counter import counter_view
from motcua_edge.services.views_kiosk import kiosk_view
from motcua_edge.services.views_rating import rating_view
from motcua_edge.services.views_technician import technician_view
from motcua_edge.web.access import counter_number, officer_at, paired_counters, technician
from motcua_edge.web.deps import parts
from motcua_edge.web.errors import BadRequestError
from motcua_edge.web.replies import json_reply


def _reply(request: web.Request, name: str, make: Callable[[], object]) -> web.Response:
    body = parts(request).snapshots.body(name, make)
    return web.Response(body=body, content_type="application/json")


def _known(request: web.Request) -> int:
    number = counter_number(request)
    if parts(request).deps.office.site.counter(number) is None:
        detail = f"there is no counter {number}; the site configuration lists them"
        raise Refusal(RefusalCode.UNKNOWN_COUNTER, "counter", detail)
    return number


async def kiosk(request: web.Request) -> web.Response:
    """The kiosk's snapshot."""
    deps = parts(request).deps
    office, filmed = deps.office, deps.cameras is not None
    return _reply(
        request, "kiosk", lambda: kiosk_view(office.state, office.site, office.now(), filmed=filmed)
    )


async def board(request: web.Request) -> web.Response:
    """The board's snapshot; `?zone=` for one zone of the hall."""
    deps = parts(request).deps
    office, filmed = deps.office, deps.cameras is not None
    zone = request.query.get("zone", "")
    if zone and zone not in {c.zone for c in office.site.counters}:
        raise BadRequestError(422, "bad_field", f"there is no zone {zone[:40]!r}", "zone")
    return _reply(
        request,
        f"board/{zone}",
        lambda: board_view(office.state, office.site, office.now(), zone, filmed=filmed),
    )


async def counter(request: web.Request) -> web.Response:
    """A counter's snapshot, for its paired device."""
    office, number = parts(request).deps.office, _known(request)
    return _reply(
        request,
        f"counter/{number}",
        lambda: counter_view(office.state, office.site, office.now(), number),
    )


async def rating(request: web.Request) -> web.Response:
    """The snapshot of a counter's rating screen."""
    deps, number = parts(request).deps, _known(request)
    office = deps.office
    return _reply(
        request,
        f"rating/{number}",
        lambda: rating_view(
            office.state, office.site, office.now(), number, deps.desk.current(number)
        ),
    )


async def technician_page(request: web.Request) -> web.Response:
    """The technician's snapshot."""
    deps = parts(request).deps
    office = deps.office
    return _reply(
        request,
        "technician",
        lambda: technician_view(
            office.state,
            office.site,
            office.now(),
            software=deps.software,
            figures=deps.controls.figures(),
            cameras=deps.cameras.stored_names() if deps.cameras else {},
            pads=deps.pads.cards() if deps.pads else (),
        ),
    )


async def whoami(request: web.Request) -> web.Response:
    """GET /api/v1/whoami: what this browser is paired with, and who is logged in on it."""
    seats = []
    for device in paired_counters(request):
        who = officer_at(request, device.counter)
        seats.append(
            {
                "counter": device.counter,
                "device": device.id,
                "officer": who.officer if who else None,
            }
        )
    person = technician(request)
    return json_reply(
        {
            "counters": seats,
            "technician": person.officer if person else None,
            "roles": person.roles if person else (),
        }
    )
