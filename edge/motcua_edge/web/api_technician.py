"""What technicians and supervisors may ask."""

from aiohttp import web

from motcua_contract.vocabulary import ExpiryReason, ServiceState
from motcua_edge.domain.commands import (
    ChangeService,
    CloseDay,
    ConfirmDay,
    SetScreenAside,
    SetTraining,
)
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.pads import BusyError, PadBench
from motcua_edge.web import bodies as b
from motcua_edge.web.access import (
    TECHNICIAN_COOKIE,
    WHO,
    address_of,
    bearer,
    device_cookie,
    set_cookie,
)
from motcua_edge.web.commanding import carry_out, render_version
from motcua_edge.web.deps import UnavailableError, parts
from motcua_edge.web.errors import BadRequestError
from motcua_edge.web.replies import json_reply


async def log_in(request: web.Request) -> web.Response:
    """POST /api/v1/technician/login: a technician or supervisor, by PIN."""
    body = await b.read_body(request, b.LoginBody)
    sessions = parts(request).deps.sessions
    token = await sessions.technician_log_in(body.officer, body.pin, address_of(request))
    response = json_reply({"officer": body.officer, "token": token})
    set_cookie(request, response, TECHNICIAN_COOKIE, token)
    return response


async def log_out(request: web.Request) -> web.Response:
    """POST /api/v1/technician/logout: end the session."""
    await b.read_body(request, b.Empty)
    token = bearer(request) or request.cookies.get(TECHNICIAN_COOKIE, "")
    parts(request).deps.sessions.end(token)
    response = json_reply({"officer": None})
    response.del_cookie(TECHNICIAN_COOKIE, path="/")
    return response


async def pairing_code(request: web.Request) -> web.Response:
    """POST /api/v1/technician/pairing-code: six digits for a counter, good for 10 min."""
    body = await b.read_body(request, b.CounterBody)
    code = parts(request).deps.sessions.pairing_code(body.counter, request[WHO].officer)
    return json_reply({"counter": body.counter, "code": code, "minutes": 10}, status=201)


async def pair_here(request: web.Request) -> web.Response:
    """POST /api/v1/technician/pair-here: make this very browser a counter's device."""
    body = await b.read_body(request, b.CounterBody)
    paired = await parts(request).deps.sessions.pair(body.counter, request[WHO].officer)
    response = json_reply(paired, status=201)
    set_cookie(request, response, device_cookie(paired.counter), paired.token)
    return response


async def unpair(request: web.Request) -> web.Response:
    """POST /api/v1/technician/unpair: forget a device."""
    body = await b.read_body(request, b.UnpairBody)
    await parts(request).deps.sessions.unpair(body.device, request[WHO].officer)
    return json_reply({"device": body.device})


async def test_print(request: web.Request) -> web.Response:
    """POST /api/v1/technician/test-print: a slip outside every series."""
    await b.read_body(request, b.Empty)
    await parts(request).deps.controls.test_print()
    return json_reply({"sent": True}, status=202)


async def test_sound(request: web.Request) -> web.Response:
    """POST /api/v1/technician/test-sound: the test sentence on the loudspeaker."""
    await b.read_body(request, b.Empty)
    await parts(request).deps.controls.test_sound()
    return json_reply({"sent": True}, status=202)


async def sound_heard(request: web.Request) -> web.Response:
    """POST /api/v1/technician/sound-heard: whether the last test was heard in the hall."""
    body = await b.read_body(request, b.HeardBody)
    await parts(request).deps.controls.sound_heard(request[WHO].officer, body.heard)
    return json_reply({"heard": body.heard})


async def training(request: web.Request) -> web.Response:
    """POST /api/v1/technician/training: training mode on or off."""
    body = await b.read_body(request, b.TrainingBody)
    actor = request[WHO].officer
    return await carry_out(
        request, SetTraining(on=body.on, actor=actor), render_version, actor=actor
    )


async def service(request: web.Request) -> web.Response:
    """POST /api/v1/technician/service: suspend, close or open a service field."""
    body = await b.read_body(request, b.ServiceBody)
    actor = request[WHO].officer
    command = ChangeService(
        service=body.service, state=ServiceState(body.state), reason=body.reason, actor=actor
    )
    return await carry_out(request, command, render_version, actor=actor)


async def confirm_day(request: web.Request) -> web.Response:
    """POST /api/v1/technician/day: vouch for today's date."""
    body = await b.read_body(request, b.DayBody)
    actor = request[WHO].officer
    return await carry_out(
        request, ConfirmDay(day=body.day, actor=actor), render_version, actor=actor
    )


async def close_day(request: web.Request) -> web.Response:
    """POST /api/v1/technician/close-day: end every open ticket of today, before closing time."""
    body = await b.read_body(request, b.CloseDayBody)
    command = CloseDay(reason=ExpiryReason(body.reason))
    return await carry_out(request, command, render_version, actor=request[WHO].officer)


async def force_logout(request: web.Request) -> web.Response:
    """POST /api/v1/technician/force-logout: end somebody else's session at a counter."""
    body = await b.read_body(request, b.CounterBody)
    deps = parts(request).deps
    seat = deps.office.state.counters.get(str(body.counter))
    if seat is None or seat.officer is None:
        detail = f"nobody is logged in at counter {body.counter}"
        raise Refusal(RefusalCode.COUNTER_NOT_OPEN, "counter", detail)
    await deps.sessions.log_out(seat.officer, body.counter, forced_by=request[WHO].officer)
    return json_reply({"counter": body.counter, "officer": None})


async def screen_aside(request: web.Request) -> web.Response:
    """POST /api/v1/technician/screen-aside: a display or kiosk is not to be watched."""
    return await _watch(request, aside=True)


async def screen_back(request: web.Request) -> web.Response:
    """POST /api/v1/technician/screen-back: watch it again."""
    return await _watch(request, aside=False)


async def _watch(request: web.Request, *, aside: bool) -> web.Response:
    body = await b.read_body(request, b.ScreenBody)
    actor = request[WHO].officer
    command = SetScreenAside(component=body.screen, on=aside, actor=actor)
    return await carry_out(request, command, render_version, actor=actor)


async def pad_update(request: web.Request) -> web.Response:
    """POST /api/v1/technician/pad-update: begin to hand a pad the shipped firmware."""
    body = await b.read_body(request, b.PadBody)
    try:
        await _pads(request).update(body.pad, request[WHO].officer)
    except LookupError as error:
        msg = f"{body.pad} is no pad of this office"
        raise BadRequestError(422, "bad_field", msg, "pad") from error
    except BusyError as error:
        raise BadRequestError(409, "busy", str(error), "pad") from error
    return json_reply({"pad": body.pad}, status=202)


def _pads(request: web.Request) -> PadBench:
    pads = parts(request).deps.pads
    if pads is None:
        msg = "this office has no pads; pads are listed in edge.toml"
        raise UnavailableError(msg)
    return pads
