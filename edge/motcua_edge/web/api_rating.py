"""Ratings: one for each served ticket, from whoever stands at the counter's rating screen."""

from aiohttp import web

from motcua_edge.domain.commands import DeclineRating, GiveRating, TicketCommand
from motcua_edge.web.access import paired_counters
from motcua_edge.web.bodies import RatingBody, read_body
from motcua_edge.web.commanding import carry_out, render_ticket
from motcua_edge.web.errors import BadRequestError


async def rate(request: web.Request) -> web.Response:
    """POST /api/v1/ratings: an answer, or `skip`."""
    body = await read_body(request, RatingBody)
    return await carry_out(request, _command(request, body), render_ticket(body.ticket))


def _command(request: web.Request, body: RatingBody) -> TicketCommand:
    if body.skip:
        return DeclineRating(ticket=body.ticket, nonce=body.nonce)
    if body.level is None:
        raise BadRequestError(422, "bad_field", "give a level, or skip", "level")
    return GiveRating(
        ticket=body.ticket,
        nonce=body.nonce,
        level=body.level,
        reasons=body.reasons,
        comment=body.comment,
        device=_device(request, body),
    )


def _device(request: web.Request, body: RatingBody) -> str:
    """A rating sent from an officer's own machine says so: that is how misuse shows."""
    own = paired_counters(request)
    return own[0].id if own else body.device or "rating-screen"
