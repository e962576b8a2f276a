"""What the rating screen of a counter shows: nothing to press until somebody was served."""

from motcua_contract.siteconfig import SiteConfig
from motcua_contract.vocabulary import RatingState
from motcua_edge.domain.model import Instant, OfficeState, Ticket
from motcua_edge.services.views_common import View

_THANKS_MS = 20_000


class RatingView(View, frozen=True, kw_only=True):
    """`face`: wait, open, rated, declined or expired; the last three for 20 s after it."""

    version: int
    now: int
    counter: int
    face: str
    ticket: str | None = None
    label: str = ""
    nonce: str = ""
    until: int | None = None
    officer: str = ""
    officer_name: str = ""
    officer_title: str = ""
    photo: bool = False
    scale: int = 3
    reasons_at_or_below: int = 1
    level: int | None = None


def rating_view(
    state: OfficeState,
    site: SiteConfig,
    now: Instant,
    counter: int,
    current: tuple[str, str] | None,
) -> RatingView:
    """`current` is what the rating desk says: (ticket id, nonce), or None."""
    ticket = state.tickets.get(current[0]) if current else _just_ended(state, now, counter)
    if ticket is None:
        return RatingView(
            version=state.office.version,
            now=now.wall,
            counter=counter,
            face="wait",
            scale=site.rating.scale,
        )
    person = site.officer(ticket.officer) if ticket.officer else None
    return RatingView(
        version=state.office.version,
        now=now.wall,
        counter=counter,
        face="open" if current else ticket.rating.state.value,
        ticket=ticket.id,
        label=ticket.label,
        nonce=current[1] if current else "",
        until=ticket.rating.until,
        officer=person.id if person else "",
        officer_name=person.name if person else "",
        officer_title=person.title if person else "",
        photo=bool(person and person.photo),
        scale=site.rating.scale,
        reasons_at_or_below=site.rating.reasons_at_or_below,
    )


def _just_ended(state: OfficeState, now: Instant, counter: int) -> Ticket | None:
    ended = [
        t
        for t in state.tickets.values()
        if t.counter == counter
        and t.rating.state in (RatingState.RATED, RatingState.DECLINED, RatingState.EXPIRED)
        and 0 <= now.wall - _ended_at(t) < _THANKS_MS
    ]
    return max(ended, key=_ended_at, default=None)


def _ended_at(ticket: Ticket) -> int:
    if ticket.rating.state is RatingState.EXPIRED:
        return ticket.rating.until or 0
    return ticket.rating.given_at or ticket.last_at
