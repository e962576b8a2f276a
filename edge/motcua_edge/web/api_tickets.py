"""Steps of a ticket that staff take for a citizen, at whatever counter."""

from aiohttp import web

from motcua_edge.domain.commands import CheckIn, Rejoin, Resume, TicketCommand, WalkOut
from motcua_edge.web.access import WHO
from motcua_edge.web.api_kiosk import found_ticket
from motcua_edge.web.bodies import VersionBody, read_body
from motcua_edge.web.commanding import carry_out, render_ticket


async def check_in(request: web.Request) -> web.Response:
    """POST /api/v1/tickets/{id}/check-in: a booked citizen arrived."""
    body = await read_body(request, VersionBody)
    ticket, actor = found_ticket(request).id, request[WHO].officer
    return await _step(
        request, CheckIn(ticket=ticket, expected_version=body.expected_version, actor=actor)
    )


async def walk_out(request: web.Request) -> web.Response:
    """POST /api/v1/tickets/{id}/walk-out: the citizen leaves before any call."""
    body = await read_body(request, VersionBody)
    ticket, actor = found_ticket(request).id, request[WHO].officer
    return await _step(
        request, WalkOut(ticket=ticket, expected_version=body.expected_version, actor=actor)
    )


async def rejoin(request: web.Request) -> web.Response:
    """POST /api/v1/tickets/{id}/rejoin: a missed citizen came after all."""
    body = await read_body(request, VersionBody)
    ticket, actor = found_ticket(request).id, request[WHO].officer
    return await _step(
        request, Rejoin(ticket=ticket, expected_version=body.expected_version, actor=actor)
    )


async def resume(request: web.Request) -> web.Response:
    """POST /api/v1/tickets/{id}/resume: back in line from hold or away."""
    body = await read_body(request, VersionBody)
    ticket, actor = found_ticket(request).id, request[WHO].officer
    return await _step(
        request, Resume(ticket=ticket, expected_version=body.expected_version, actor=actor)
    )


async def _step(request: web.Request, command: TicketCommand) -> web.Response:
    return await carry_out(
        request, command, render_ticket(command.ticket), actor=request[WHO].officer
    )
