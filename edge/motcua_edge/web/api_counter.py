"""What an officer at a counter may ask; one function for each button."""

from aiohttp import web

from motcua_edge.domain import commands as c
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.sessions import Principal
from motcua_edge.web import bodies as b
from motcua_edge.web.access import (
    DEVICE,
    WHO,
    address_of,
    counter_number,
    device_cookie,
    session_cookie,
    set_cookie,
)
from motcua_edge.web.commanding import (
    carry_out,
    render_counter,
    render_ticket,
    render_touched,
    render_version,
)
from motcua_edge.web.deps import parts
from motcua_edge.web.replies import json_reply


async def pair(request: web.Request) -> web.Response:
    """POST /api/v1/pairing: a code makes this browser a counter's device."""
    body = await b.read_body(request, b.PairBody)
    paired = await parts(request).deps.sessions.pair_with_code(body.code, address_of(request))
    response = json_reply(paired, status=201)
    set_cookie(request, response, device_cookie(paired.counter), paired.token)
    return response


async def log_in(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/login: an officer sits down."""
    body = await b.read_body(request, b.LoginBody)
    number = counter_number(request)
    token = await parts(request).deps.sessions.log_in(request[DEVICE], body.officer, body.pin)
    response = json_reply({"counter": number, "officer": body.officer, "token": token})
    set_cookie(request, response, session_cookie(number), token)
    return response


async def log_out(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/logout: the counter closes."""
    await b.read_body(request, b.Empty)
    who = request[WHO]
    await parts(request).deps.sessions.log_out(who.officer, who.counter)
    response = json_reply({"counter": who.counter, "officer": None})
    response.del_cookie(session_cookie(who.counter), path="/")
    return response


async def call_next(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/next: call whoever is next."""
    body = await b.read_body(request, b.NextBody)
    who = request[WHO]
    command = c.CallNext(counter=who.counter, officer=who.officer, priority_only=body.priority_only)
    return await carry_out(request, command, render_touched, actor=who.officer)


async def call_specific(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/call: call one number, with a reason."""
    body = await b.read_body(request, b.CallBody)
    who = request[WHO]
    ticket = _by_number(request, body.number)
    command = c.CallSpecific(
        ticket=ticket.id,
        expected_version=body.expected_version,
        counter=who.counter,
        officer=who.officer,
        reason=body.reason,
    )
    return await carry_out(request, command, render_ticket(ticket.id), actor=who.officer)


def _by_number(request: web.Request, number: str) -> Ticket:
    state = parts(request).deps.office.state
    ticket = state.tickets.get(number)
    day = state.office.day
    same = [t for t in state.tickets.values() if t.label == number and t.day == day]
    if ticket is None and not same:
        detail = f"there is no number {number} today; look at the slip"
        raise Refusal(RefusalCode.UNKNOWN_TICKET, "number", detail)
    return ticket or same[-1]


async def recall(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/recall: say it again."""
    body = await b.read_body(request, b.StepBody)
    who = request[WHO]
    return await _step(
        request,
        c.Recall(
            ticket=body.ticket,
            expected_version=body.expected_version,
            counter=who.counter,
            officer=who.officer,
        ),
    )


async def start(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/start: the person is here."""
    body = await b.read_body(request, b.StepBody)
    who = request[WHO]
    return await _step(
        request,
        c.Start(
            ticket=body.ticket,
            expected_version=body.expected_version,
            counter=who.counter,
            officer=who.officer,
        ),
    )


async def finish(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/finish: served; the rating window opens."""
    body = await b.read_body(request, b.FinishBody)
    who = request[WHO]
    return await _step(
        request,
        c.Finish(
            ticket=body.ticket,
            expected_version=body.expected_version,
            counter=who.counter,
            officer=who.officer,
            outcome=body.outcome,
            nonce_sha256=parts(request).deps.desk.seal(body.ticket),
        ),
    )


async def wrap_up(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/wrap-up: the paperwork is done."""
    body = await b.read_body(request, b.StepBody)
    who = request[WHO]
    return await _step(
        request,
        c.CloseWrapUp(
            ticket=body.ticket,
            expected_version=body.expected_version,
            counter=who.counter,
            officer=who.officer,
        ),
    )


async def miss(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/miss: the person did not come."""
    body = await b.read_body(request, b.StepBody)
    who = request[WHO]
    return await _step(
        request,
        c.Miss(
            ticket=body.ticket,
            expected_version=body.expected_version,
            counter=who.counter,
            officer=who.officer,
        ),
    )


async def requeue(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/requeue: called by mistake."""
    body = await b.read_body(request, b.StepBody)
    who = request[WHO]
    return await _step(
        request,
        c.Requeue(
            ticket=body.ticket,
            expected_version=body.expected_version,
            counter=who.counter,
            officer=who.officer,
        ),
    )


async def hold(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/hold: park the person being served."""
    body = await b.read_body(request, b.ReasonBody)
    who = request[WHO]
    return await _step(
        request,
        c.Hold(
            ticket=body.ticket,
            expected_version=body.expected_version,
            counter=who.counter,
            officer=who.officer,
            reason=body.reason,
        ),
    )


async def away(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/away: send elsewhere, with the right to return."""
    body = await b.read_body(request, b.ReasonBody)
    who = request[WHO]
    return await _step(
        request,
        c.SendAway(
            ticket=body.ticket,
            expected_version=body.expected_version,
            counter=who.counter,
            officer=who.officer,
            reason=body.reason,
        ),
    )


async def undo(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/undo: take back the last step."""
    body = await b.read_body(request, b.StepBody)
    who = request[WHO]
    return await _step(
        request,
        c.Undo(
            ticket=body.ticket,
            expected_version=body.expected_version,
            counter=who.counter,
            officer=who.officer,
        ),
    )


async def transfer(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/transfer: to another service, perhaps to one counter."""
    body = await b.read_body(request, b.TransferBody)
    who = request[WHO]
    supervisor = await _supervisor(request, body.supervisor, body.supervisor_pin)
    return await _step(
        request,
        c.Transfer(
            ticket=body.ticket,
            expected_version=body.expected_version,
            counter=who.counter,
            officer=who.officer,
            to_service=body.to_service,
            to_counter=body.to_counter,
            policy=body.policy,
            note=body.note,
            supervisor=supervisor is not None,
        ),
    )


async def void(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/void: a misprint or a duplicate; a supervisor's decision."""
    body = await b.read_body(request, b.VoidBody)
    supervisor = await _supervisor(request, body.supervisor, body.supervisor_pin)
    return await _step(
        request,
        c.Void(
            ticket=body.ticket,
            expected_version=body.expected_version,
            actor=supervisor or request[WHO].officer,
            reason=body.reason,
            supervisor=supervisor is not None,
        ),
    )


async def _supervisor(request: web.Request, officer: str | None, pin: str | None) -> str | None:
    """Whoever vouches as a supervisor: the officer at the counter, or one who typed a PIN here."""
    who: Principal = request[WHO]
    if who.supervisor:
        return who.officer
    if officer is None or pin is None:
        return None
    person = await parts(request).deps.sessions.checked_pin(officer, pin, who.device)
    return person.id if "supervisor" in person.roles else None


async def reprint(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/reprint: another slip of the same number."""
    body = await b.read_body(request, b.ReasonBody)
    return await _step(
        request,
        c.RequestReprint(
            ticket=body.ticket,
            expected_version=body.expected_version,
            reason=body.reason,
            actor=request[WHO].officer,
        ),
    )


async def pause(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/pause: a break."""
    body = await b.read_body(request, b.PauseBody)
    who = request[WHO]
    wall = parts(request).deps.office.now().wall
    command = c.PauseCounter(
        counter=who.counter,
        officer=who.officer,
        reason=body.reason,
        back_at=wall + body.minutes * 60_000 if body.minutes else None,
    )
    return await carry_out(request, command, render_counter(who.counter), actor=who.officer)


async def resume(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/resume: back from a break."""
    await b.read_body(request, b.Empty)
    who = request[WHO]
    command = c.ResumeCounter(counter=who.counter, officer=who.officer)
    return await carry_out(request, command, render_counter(who.counter), actor=who.officer)


async def fault(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/fault: something is broken (R18)."""
    body = await b.read_body(request, b.FaultBody)
    who = request[WHO]
    command = c.ReportFault(
        component=body.component, actor=who.officer, counter=who.counter, note=body.note
    )
    return await carry_out(request, command, render_version, actor=who.officer)


async def withdraw_fault(request: web.Request) -> web.Response:
    """POST /api/v1/counters/{n}/fault/withdraw: the last report was a mistake."""
    await b.read_body(request, b.Empty)
    who = request[WHO]
    command = c.WithdrawFault(actor=who.officer, counter=who.counter)
    return await carry_out(request, command, render_version, actor=who.officer)


async def _step(request: web.Request, command: c.TicketCommand) -> web.Response:
    return await carry_out(
        request, command, render_ticket(command.ticket), actor=request[WHO].officer
    )
