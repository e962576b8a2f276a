"""From a request to a command and back: idempotency keys, answers."""

import hashlib
import re
from collections.abc import Callable
from typing import Final

import msgspec
from aiohttp import web

from motcua_contract.facts.tickets import TicketCalled, TicketIssued
from motcua_edge.domain.commands import Command
from motcua_edge.domain.model import Counter, OfficeState, Ticket
from motcua_edge.services.office import Outcome, Request
from motcua_edge.web.bodies import RAW
from motcua_edge.web.deps import parts
from motcua_edge.web.errors import BadRequestError

KEY_HEADER: Final = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,128}")


class SlipAnswer(msgspec.Struct, frozen=True):
    """What is known of a slip."""

    state: str
    job: int
    cause: str | None


class TicketAnswer(msgspec.Struct, frozen=True):
    """A ticket as the API shows it; nothing in it is personal."""

    id: str
    label: str
    version: int
    state: str
    service: str
    purpose: str
    priority: str
    test: bool
    counter: int | None
    calls: int
    ahead: int
    wait_low_min: int | None
    wait_high_min: int | None
    issued_at: int
    slip: SlipAnswer


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A success: the state version after it, and the ticket or counter it was about."""

    version: int
    ticket: TicketAnswer | None = None
    counter: dict[str, object] | None = None


Render = Callable[[Outcome], bytes]


def ticket_answer(ticket: Ticket) -> TicketAnswer:
    """A ticket for an answer."""
    slip = ticket.print
    return TicketAnswer(
        id=ticket.id,
        label=ticket.label,
        version=ticket.version,
        state=ticket.state.value,
        service=ticket.service,
        purpose=ticket.purpose.value,
        priority=ticket.priority.value,
        test=ticket.test,
        counter=ticket.counter,
        calls=ticket.call.times if ticket.call else 0,
        ahead=ticket.ahead,
        wait_low_min=ticket.wait_low_min,
        wait_high_min=ticket.wait_high_min,
        issued_at=ticket.issued_at,
        slip=SlipAnswer(slip.state.value, slip.job, slip.cause.value if slip.cause else None),
    )


def render_ticket(ticket_id: str) -> Render:
    """The answer of a command about a known ticket."""
    return lambda outcome: _encode(outcome.state, outcome.state.tickets.get(ticket_id))


def render_touched(outcome: Outcome) -> bytes:
    """The answer of a command that found its ticket itself (issue, next)."""
    named = [f.ticket for f in outcome.facts if isinstance(f, TicketIssued | TicketCalled)]
    return _encode(outcome.state, outcome.state.tickets.get(named[0]) if named else None)


def render_counter(number: int) -> Render:
    """The answer of a command about a counter."""
    return lambda outcome: _encode(
        outcome.state, None, outcome.state.counters.get(str(number)) or Counter(number=number)
    )


def render_version(outcome: Outcome) -> bytes:
    """The answer of a command about the office."""
    return _encode(outcome.state, None)


def _encode(state: OfficeState, ticket: Ticket | None, counter: Counter | None = None) -> bytes:
    seat: dict[str, object] | None = None
    if counter is not None:
        seat = {
            "number": counter.number,
            "state": counter.state.value,
            "officer": counter.officer,
            "version": counter.version,
        }
    shown = ticket_answer(ticket) if ticket else None
    return msgspec.json.encode(Answer(state.office.version, shown, seat))


async def carry_out(
    request: web.Request, command: Command, render: Render, *, actor: str = "", status: int = 200
) -> web.Response:
    """Execute a command, once per Idempotency-Key when the request has one."""
    office = parts(request).deps.office
    key = idempotency_key(request)
    if key is None:
        body = render(await office.execute(command))
    else:
        body = await office.execute_once(
            command, Request(key=key, fingerprint=_fingerprint(request, actor), render=render)
        )
    return web.Response(status=status, body=body, content_type="application/json")


def idempotency_key(request: web.Request) -> str | None:
    """The request's key; BadRequestError for one that could not have been meant."""
    key = request.headers.get(KEY_HEADER)
    if key is not None and not _KEY.fullmatch(key):
        detail = f"{KEY_HEADER} must be 1 to 128 visible ASCII characters"
        raise BadRequestError(422, "bad_key", detail, KEY_HEADER)
    return key


def _fingerprint(request: web.Request, actor: str) -> str:
    parts_of_it = (request.method, request.path, actor)
    digest = hashlib.sha256("\n".join(parts_of_it).encode())
    digest.update(b"\n" + request.get(RAW, b""))
    return digest.hexdigest()
