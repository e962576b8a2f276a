"""Who may ask what: every route declares one of these, and it is checked before the handler."""

import re
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from aiohttp import web

from motcua_edge.domain.model import Device
from motcua_edge.services.sessions import AccessError, Principal
from motcua_edge.web.deps import parts

TECHNICIAN_COOKIE: Final = "motcua_technician"
_DEVICE_COOKIE = re.compile(r"motcua_device_(\d{1,3})")
WHO: web.RequestKey[Principal] = web.RequestKey("who", Principal)
DEVICE: web.RequestKey[Device] = web.RequestKey("device", Device)


class Auth(StrEnum):
    """What a route asks of whoever calls it."""

    OPEN = "open"
    """Anybody who can reach the port: probes."""
    LAN = "public-lan"
    """Anybody in the office's networks: citizens' screens."""
    DEVICE = "paired-device"
    """A browser that is paired with the counter in the path."""
    COUNTER = "counter-session"
    """The officer who is logged in at the counter in the path."""
    STAFF = "staff-session"
    """An officer at any counter, a technician or a supervisor."""
    OFFICE = "office-session"
    """A technician or a supervisor."""
    TECHNICIAN = "technician-session"
    """A technician."""


def device_cookie(counter: int) -> str:
    """Name of the cookie that holds the device token of a counter."""
    return f"motcua_device_{counter}"


def session_cookie(counter: int) -> str:
    """Name of the cookie that holds the session token of a counter."""
    return f"motcua_session_{counter}"


def set_cookie(request: web.Request, response: web.Response, name: str, token: str) -> None:
    """A cookie that scripts cannot read and other sites cannot send; for ten years or a session."""
    lasting = bool(_DEVICE_COOKIE.fullmatch(name))
    response.set_cookie(
        name,
        token,
        max_age=10 * 365 * 86400 if lasting else None,
        httponly=True,
        samesite="Strict",
        secure=request.secure,
        path="/",
    )


def address_of(request: web.Request) -> str:
    """The peer's address, without an IPv6 zone; the proxy headers are not believed."""
    return (request.remote or "").partition("%")[0]


def bearer(request: web.Request) -> str:
    """The token of an `Authorization: Bearer` header, or an empty string."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def counter_number(request: web.Request) -> int:
    """The counter in the path."""
    return int(request.match_info["n"])


def tokens_for(request: web.Request, counter: int) -> list[str]:
    """Every token of the request that may speak for a counter, the strongest first."""
    names = (session_cookie(counter), device_cookie(counter))
    found = [bearer(request), *(request.cookies.get(name, "") for name in names)]
    return [token for token in found if token]


def paired_device(request: web.Request, counter: int) -> Device | None:
    """The paired device of a counter that this request comes from."""
    sessions = parts(request).deps.sessions
    for token in tokens_for(request, counter):
        device = sessions.device_of(token)
        if device is not None and device.counter == counter:
            return device
    return None


def officer_at(request: web.Request, counter: int) -> Principal | None:
    """The officer at a counter whom this request comes from."""
    sessions = parts(request).deps.sessions
    found = (sessions.officer_at(counter, token) for token in tokens_for(request, counter))
    return next((who for who in found if who), None)


def technician(request: web.Request) -> Principal | None:
    """The technician or supervisor whom this request comes from."""
    sessions = parts(request).deps.sessions
    tokens = [bearer(request), request.cookies.get(TECHNICIAN_COOKIE, "")]
    found = (sessions.technician(token) for token in tokens if token)
    return next((who for who in found if who), None)


def paired_counters(request: web.Request) -> list[Device]:
    """Every paired device that this browser has a cookie of."""
    sessions = parts(request).deps.sessions
    tokens = [v for name, v in sorted(request.cookies.items()) if _DEVICE_COOKIE.fullmatch(name)]
    return [device for token in tokens if (device := sessions.device_of(token))]


def _any_officer(request: web.Request) -> Principal | None:
    sessions = parts(request).deps.sessions
    who = sessions.any_officer(bearer(request)) if bearer(request) else None
    if who is not None:
        return who
    seats = (officer_at(request, device.counter) for device in paired_counters(request))
    return next((seat for seat in seats if seat), None)


def admit(request: web.Request, auth: Auth) -> None:
    """Check what the route asks; note who it is on the request; AccessError otherwise."""
    if auth is not Auth.OPEN:
        _check_lan(request)
    if auth in (Auth.OPEN, Auth.LAN):
        return
    if auth is Auth.DEVICE:
        _admit_device(request)
        return
    who = _principal(request, auth)
    if who is None:
        raise AccessError("not_logged_in", "log in; the session may have ended")
    if auth is Auth.TECHNICIAN and "technician" not in who.roles:
        raise AccessError("forbidden", "this needs the technician role")
    request[WHO] = who


def _principal(request: web.Request, auth: Auth) -> Principal | None:
    if auth is Auth.COUNTER:
        return officer_at(request, counter_number(request))
    if auth is Auth.STAFF:
        return _any_officer(request) or technician(request)
    return technician(request)


def _admit_device(request: web.Request) -> None:
    device = paired_device(request, counter_number(request))
    if device is None:
        raise AccessError("not_paired", "this browser is not paired with the counter; pair it")
    request[DEVICE] = device


def _check_lan(request: web.Request) -> None:
    if not in_lan(address_of(request), parts(request).deps.lan):
        detail = "the address is outside the networks in the configuration's web.lan"
        raise AccessError("outside_lan", detail)


@lru_cache(maxsize=256)
def in_lan(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an address lies in one of the networks; something unreadable does not."""
    try:
        place: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(place, IPv6Address) and place.ipv4_mapped:
        place = place.ipv4_mapped
    return any(place in ip_network(network, strict=False) for network in networks)
