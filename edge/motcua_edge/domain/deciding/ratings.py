"""Ratings: one per served ticket, by whoever holds the nonce, within the window."""

import hashlib
import hmac

from motcua_contract.facts.ratings import RatingChanged, RatingDeclined, RatingGiven
from motcua_contract.vocabulary import RatingState
from motcua_edge.domain.commands import DeclineRating, GiveRating
from motcua_edge.domain.deciding.guards import short_text, ticket_of
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode

_MAX_REASONS = 16


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(GiveRating, give)
    rulebook.on(DeclineRating, decline)


def give(situation: Situation, command: GiveRating) -> Facts:
    """The citizen's answer, or its correction within a minute on the same device."""
    ticket = ticket_of(situation, command)
    _check_nonce(ticket, command.nonce)
    _check_answer(situation, command)
    if ticket.rating.state is RatingState.RATED:
        _may_change(situation, command, ticket)
        return [_changed(situation, command, ticket)]
    _check_window(situation, ticket)
    return [_given(situation, command, ticket)]


def _check_nonce(ticket: Ticket, nonce: str) -> None:
    window = ticket.rating
    if window.state is RatingState.NONE:
        raise _closed(ticket)
    shown = hashlib.sha256(nonce.encode()).hexdigest()
    if not hmac.compare_digest(shown, window.nonce_sha256):
        raise Refusal(
            RefusalCode.RATING_FORGED,
            "nonce",
            f"the rating of {ticket.label} does not come from its screen; open it at the counter",
            {"so": ticket.label},
        )


def _check_answer(situation: Situation, command: GiveRating) -> None:
    scale = situation.site.rating.scale
    if not 1 <= command.level <= scale:
        raise Refusal(
            RefusalCode.RATING_LEVEL,
            "level",
            f"{command.level} is not on the scale; choose 1 to {scale}",
            {"n": str(scale)},
        )
    short_text(command.comment, "comment")
    short_text("".join(command.reasons), "reasons")
    if len(command.reasons) > _MAX_REASONS:
        raise Refusal(
            RefusalCode.TEXT_TOO_LONG,
            "reasons",
            f"{len(command.reasons)} reasons; at most {_MAX_REASONS} are kept, choose fewer",
            {"n": str(_MAX_REASONS)},
        )


def _check_window(situation: Situation, ticket: Ticket) -> None:
    window = ticket.rating
    over = window.until is None or situation.now.wall > window.until
    if window.state is not RatingState.OPEN or over:
        raise _closed(ticket)


def _closed(ticket: Ticket) -> Refusal:
    return Refusal(
        RefusalCode.RATING_CLOSED,
        "ticket",
        f"the rating of {ticket.label} is not open; it opens when a person was served",
        {"so": ticket.label},
    )


def _may_change(situation: Situation, command: GiveRating, ticket: Ticket) -> None:
    window, seconds = ticket.rating, situation.site.rating.change_s
    passed = situation.elapsed(window.given_at or 0)
    in_time = passed is not None and passed <= seconds * 1000
    if not in_time or window.device != command.device:
        raise Refusal(
            RefusalCode.ALREADY_RATED,
            "ticket",
            f"{ticket.label} is rated; it could be changed for {seconds} s on the same device",
            {"so": ticket.label, "giay": str(seconds)},
        )


def _given(situation: Situation, command: GiveRating, ticket: Ticket) -> RatingGiven:
    opened = situation.now.wall if ticket.rating.opened_at is None else ticket.rating.opened_at
    return RatingGiven(
        ticket=ticket.id,
        test=ticket.test,
        counter=ticket.counter or 0,
        officer=ticket.officer or "",
        scale=situation.site.rating.scale,
        level=command.level,
        reasons=command.reasons,
        comment=command.comment.strip(),
        device=command.device,
        seconds_after_finish=(situation.elapsed(opened) or 0) // 1000,
    )


def _changed(situation: Situation, command: GiveRating, ticket: Ticket) -> RatingChanged:
    return RatingChanged(
        ticket=ticket.id,
        test=ticket.test,
        counter=ticket.counter or 0,
        officer=ticket.officer or "",
        scale=situation.site.rating.scale,
        level=command.level,
        reasons=command.reasons,
        comment=command.comment.strip(),
        device=command.device,
    )


def decline(situation: Situation, command: DeclineRating) -> Facts:
    """The citizen skips it: recorded as such, never as an answer."""
    ticket = ticket_of(situation, command)
    _check_nonce(ticket, command.nonce)
    _check_window(situation, ticket)
    fact = RatingDeclined(
        ticket=ticket.id,
        test=ticket.test,
        counter=ticket.counter or 0,
        officer=ticket.officer or "",
    )
    return [fact]
