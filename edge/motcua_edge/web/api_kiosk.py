"""What citizens' screens may ask."""

import io
from typing import Final

import qrcode
import qrcode.image.svg
from aiohttp import web

from motcua_contract.vocabulary import Channel, PrintState
from motcua_edge.domain.commands import CallHelp, ConfirmDay, IssueTicket, RequestReprint
from motcua_edge.domain.model import Instant, Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.sessions import AccessError
from motcua_edge.services.views_common import spelt
from motcua_edge.web.access import address_of
from motcua_edge.web.bodies import (
    ConfirmDayBody,
    DeviceBody,
    IssueBody,
    SpeakBody,
    VersionBody,
    read_body,
)
from motcua_edge.web.commanding import (
    carry_out,
    render_ticket,
    render_touched,
    render_version,
    ticket_answer,
)
from motcua_edge.web.deps import parts
from motcua_edge.web.errors import BadRequestError
from motcua_edge.web.replies import json_reply

JUST_TAKEN_MS: Final = 3 * 60_000
MAX_KIOSK_SLIPS: Final = 2
_LOST: Final = frozenset({PrintState.FAILED, PrintState.DROPPED})


async def issue(request: web.Request) -> web.Response:
    """POST /api/v1/tickets: give out a number."""
    body = await read_body(request, IssueBody)
    command = IssueTicket(
        service=body.service,
        purpose=body.purpose,
        priority=body.priority,
        channel=Channel.KIOSK,
        device=body.device,
        late_consent=body.late_consent,
    )
    return await carry_out(request, command, render_touched, status=201)


def found_ticket(request: web.Request) -> Ticket:
    """The ticket in the path, or Refusal."""
    name = request.match_info["id"]
    ticket = parts(request).deps.office.state.tickets.get(name)
    if ticket is None:
        detail = f"there is no ticket {name[:40]}; the id is on the slip"
        raise Refusal(RefusalCode.UNKNOWN_TICKET, "ticket", detail)
    return ticket


async def show(request: web.Request) -> web.Response:
    """GET /api/v1/tickets/{id}: where a number stands."""
    return json_reply(ticket_answer(found_ticket(request)))


async def qr(request: web.Request) -> web.Response:
    """GET /api/v1/tickets/{id}/qr.svg: the number as a code to photograph."""
    ticket = found_ticket(request)
    base = parts(request).deps.office.site.ticket.qr_base_url
    text = f"{base.rstrip('/')}/{ticket.id}" if base else ticket.id
    image = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathFillImage, border=2)
    out = io.BytesIO()
    image.save(out)
    return web.Response(body=out.getvalue(), content_type="image/svg+xml")


async def reprint(request: web.Request) -> web.Response:
    """POST /api/v1/tickets/{id}/reprint: the slip just taken, or one that never came out."""
    body = await read_body(request, VersionBody)
    ticket = found_ticket(request)
    if not may_reprint(ticket, parts(request).deps.office.now()):
        detail = "only a slip just taken, or one that never came out; ask at a counter"
        raise BadRequestError(403, "no_reprint", detail, "ticket")
    command = RequestReprint(
        ticket=ticket.id,
        expected_version=body.expected_version,
        reason=body.reason or "kiosk",
        actor="kiosk",
    )
    return await carry_out(request, command, render_ticket(ticket.id))


def may_reprint(ticket: Ticket, now: Instant) -> bool:
    """Whether a citizen may have another slip without asking anybody."""
    if ticket.print.state in _LOST:
        return True
    fresh = now.wall - ticket.issued_at <= JUST_TAKEN_MS
    return fresh and ticket.print.job < MAX_KIOSK_SLIPS


async def call_help(request: web.Request) -> web.Response:
    """POST /api/v1/kiosk/help: a citizen asks for a person."""
    body = await read_body(request, DeviceBody)
    return await carry_out(request, CallHelp(device=body.device), render_version)


async def speak(request: web.Request) -> web.Response:
    """POST /api/v1/kiosk/speak: read a screen through the loudspeaker."""
    body = await read_body(request, SpeakBody)
    texts = parts(request).texts
    text = texts.say("kiosk.speech.fields")
    if body.screen == "number":
        ticket = parts(request).deps.office.state.tickets.get(body.ticket or "")
        if ticket is None:
            detail = "name the ticket to read; there is none with that id"
            raise Refusal(RefusalCode.UNKNOWN_TICKET, "ticket", detail)
        text = texts.say("kiosk.speech.number", so_doc=spelt(ticket.label), n=str(ticket.ahead))
    if not parts(request).speaking.allows(parts(request).deps.office.now().mono):
        raise AccessError("too_many", "the loudspeaker was asked too often; wait half a minute")
    await parts(request).deps.controls.speak(text)
    return json_reply({"said": text})


async def confirm_day(request: web.Request) -> web.Response:
    """POST /api/v1/day/confirm: an officer vouches for today's date, at the kiosk."""
    body = await read_body(request, ConfirmDayBody)
    sessions = parts(request).deps.sessions
    await sessions.checked_pin(body.officer, body.pin, f"address-{address_of(request)}")
    command = ConfirmDay(day=body.day, actor=body.officer)
    return await carry_out(request, command, render_version)
