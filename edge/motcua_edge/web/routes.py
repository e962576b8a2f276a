"""Every route of the server in one table, each with what it asks of whoever calls it."""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from aiohttp import web

from motcua_edge.web import (
    api_cameras,
    api_counter,
    api_kiosk,
    api_rating,
    api_screens,
    api_snapshots,
    api_technician,
    api_tickets,
    operations,
    pages,
    stream,
)
from motcua_edge.web.access import Auth, admit

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Route(msgspec.Struct, frozen=True):
    """One route. `auth` has no default on purpose: every route says what it asks."""

    method: str
    path: str
    auth: Auth
    handler: Handler


_N: Final = r"{n:[1-9]\d{0,2}}"
_ID: Final = "{id:[0-9]{8}-[A-Z0-9-]{1,16}}"
_AT: Final = f"/api/v1/counters/{_N}"
_OF: Final = f"/api/v1/tickets/{_ID}"
_TECH: Final = "/api/v1/technician"
_SNAP: Final = "/api/v1/snapshot"
_PICTURE: Final = "{camera:camera-[a-z0-9-]{1,24}}/{file:[0-9-]{19}\\.jpg}"

OPERATIONS: Final = (
    Route("GET", "/healthz", Auth.OPEN, operations.healthz),
    Route("GET", "/readyz", Auth.OPEN, operations.readyz),
    Route("GET", "/metrics", Auth.LAN, operations.metrics),
)
PAGES: Final = (
    Route("GET", "/", Auth.LAN, pages.index),
    Route("GET", "/kiosk", Auth.LAN, pages.kiosk),
    Route("GET", "/counter", Auth.LAN, pages.counter),
    Route("GET", "/board", Auth.LAN, pages.board),
    Route("GET", f"/rating/{_N}", Auth.LAN, pages.rating),
    Route("GET", "/technician", Auth.LAN, pages.technician),
    Route("GET", "/favicon.ico", Auth.LAN, pages.favicon),
    Route("GET", "/photos/{officer:[a-z0-9-]{2,32}}", Auth.LAN, pages.photo),
)
CITIZENS: Final = (
    Route("POST", "/api/v1/tickets", Auth.LAN, api_kiosk.issue),
    Route("GET", _OF, Auth.LAN, api_kiosk.show),
    Route("GET", f"{_OF}/qr.svg", Auth.LAN, api_kiosk.qr),
    Route("POST", f"{_OF}/reprint", Auth.LAN, api_kiosk.reprint),
    Route("POST", "/api/v1/kiosk/help", Auth.LAN, api_kiosk.call_help),
    Route("POST", "/api/v1/kiosk/speak", Auth.LAN, api_kiosk.speak),
    Route("POST", "/api/v1/day/confirm", Auth.LAN, api_kiosk.confirm_day),
    Route("POST", "/api/v1/ratings", Auth.LAN, api_rating.rate),
    Route("POST", "/api/v1/presence", Auth.LAN, api_screens.present),
)
STAFF: Final = (
    Route("POST", f"{_OF}/check-in", Auth.STAFF, api_tickets.check_in),
    Route("POST", f"{_OF}/walk-out", Auth.STAFF, api_tickets.walk_out),
    Route("POST", f"{_OF}/rejoin", Auth.STAFF, api_tickets.rejoin),
    Route("POST", f"{_OF}/resume", Auth.STAFF, api_tickets.resume),
)
COUNTERS: Final = (
    Route("POST", "/api/v1/pairing", Auth.LAN, api_counter.pair),
    Route("POST", f"{_AT}/login", Auth.DEVICE, api_counter.log_in),
    Route("POST", f"{_AT}/logout", Auth.COUNTER, api_counter.log_out),
    Route("POST", f"{_AT}/next", Auth.COUNTER, api_counter.call_next),
    Route("POST", f"{_AT}/call", Auth.COUNTER, api_counter.call_specific),
    Route("POST", f"{_AT}/recall", Auth.COUNTER, api_counter.recall),
    Route("POST", f"{_AT}/start", Auth.COUNTER, api_counter.start),
    Route("POST", f"{_AT}/finish", Auth.COUNTER, api_counter.finish),
    Route("POST", f"{_AT}/wrap-up", Auth.COUNTER, api_counter.wrap_up),
    Route("POST", f"{_AT}/miss", Auth.COUNTER, api_counter.miss),
    Route("POST", f"{_AT}/requeue", Auth.COUNTER, api_counter.requeue),
    Route("POST", f"{_AT}/hold", Auth.COUNTER, api_counter.hold),
    Route("POST", f"{_AT}/away", Auth.COUNTER, api_counter.away),
    Route("POST", f"{_AT}/transfer", Auth.COUNTER, api_counter.transfer),
    Route("POST", f"{_AT}/undo", Auth.COUNTER, api_counter.undo),
    Route("POST", f"{_AT}/void", Auth.COUNTER, api_counter.void),
    Route("POST", f"{_AT}/reprint", Auth.COUNTER, api_counter.reprint),
    Route("POST", f"{_AT}/pause", Auth.COUNTER, api_counter.pause),
    Route("POST", f"{_AT}/resume", Auth.COUNTER, api_counter.resume),
    Route("POST", f"{_AT}/fault", Auth.COUNTER, api_counter.fault),
    Route("POST", f"{_AT}/fault/withdraw", Auth.COUNTER, api_counter.withdraw_fault),
)
TECHNICIANS: Final = (
    Route("POST", f"{_TECH}/login", Auth.LAN, api_technician.log_in),
    Route("POST", f"{_TECH}/logout", Auth.OFFICE, api_technician.log_out),
    Route("POST", f"{_TECH}/pairing-code", Auth.TECHNICIAN, api_technician.pairing_code),
    Route("POST", f"{_TECH}/pair-here", Auth.TECHNICIAN, api_technician.pair_here),
    Route("POST", f"{_TECH}/unpair", Auth.TECHNICIAN, api_technician.unpair),
    Route("POST", f"{_TECH}/test-print", Auth.TECHNICIAN, api_technician.test_print),
    Route("POST", f"{_TECH}/test-sound", Auth.TECHNICIAN, api_technician.test_sound),
    Route("POST", f"{_TECH}/sound-heard", Auth.OFFICE, api_technician.sound_heard),
    Route("POST", f"{_TECH}/camera-picture", Auth.TECHNICIAN, api_cameras.take),
    Route("POST", f"{_TECH}/camera-relearn", Auth.TECHNICIAN, api_cameras.relearn),
    Route("POST", f"{_TECH}/screen-aside", Auth.TECHNICIAN, api_technician.screen_aside),
    Route("POST", f"{_TECH}/screen-back", Auth.TECHNICIAN, api_technician.screen_back),
    Route("POST", f"{_TECH}/pad-update", Auth.TECHNICIAN, api_technician.pad_update),
    Route("POST", f"{_TECH}/training", Auth.TECHNICIAN, api_technician.training),
    Route("POST", f"{_TECH}/service", Auth.OFFICE, api_technician.service),
    Route("POST", f"{_TECH}/day", Auth.OFFICE, api_technician.confirm_day),
    Route("POST", f"{_TECH}/close-day", Auth.OFFICE, api_technician.close_day),
    Route("POST", f"{_TECH}/force-logout", Auth.OFFICE, api_technician.force_logout),
)
READING: Final = (
    Route("GET", "/api/v1/whoami", Auth.LAN, api_snapshots.whoami),
    Route("GET", f"{_SNAP}/kiosk", Auth.LAN, api_snapshots.kiosk),
    Route("GET", f"{_SNAP}/board", Auth.LAN, api_snapshots.board),
    Route("GET", f"{_SNAP}/counter/{_N}", Auth.DEVICE, api_snapshots.counter),
    Route("GET", f"{_SNAP}/rating/{_N}", Auth.LAN, api_snapshots.rating),
    Route("GET", f"{_SNAP}/technician", Auth.OFFICE, api_snapshots.technician_page),
    Route("GET", f"{_TECH}/pictures/{_PICTURE}", Auth.TECHNICIAN, api_cameras.show),
    Route("GET", "/api/v1/stream", Auth.LAN, stream.stream),
)
ROUTES: Final = (
    *OPERATIONS,
    *PAGES,
    *CITIZENS,
    *STAFF,
    *COUNTERS,
    *TECHNICIANS,
    *READING,
)


def guarded(route: Route) -> Handler:
    """The handler behind its check."""

    async def handle(request: web.Request) -> web.StreamResponse:
        admit(request, route.auth)
        return await route.handler(request)

    return handle


def add_routes(app: web.Application) -> None:
    """Put the whole table into an application."""
    for route in ROUTES:
        app.router.add_route(route.method, route.path, guarded(route))
