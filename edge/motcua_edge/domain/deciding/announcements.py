"""What became of announcements, as the player reports it."""

import re
from typing import Final

from motcua_contract.facts import Fact
from motcua_contract.facts.voice import (
    AnnouncementExpired,
    AnnouncementFailed,
    AnnouncementPlayed,
    AnnouncementSuperseded,
)
from motcua_contract.vocabulary import AnnouncementState
from motcua_edge.domain.commands import RecordNotPlayed, RecordPlayed
from motcua_edge.domain.deciding.guards import nothing_changes, ticket_of
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode

_PENDING: Final = frozenset({AnnouncementState.QUEUED, AnnouncementState.PLAYING})
_NUMBER: Final = re.compile(r"[1-9]\d{0,5}")


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(RecordPlayed, played)
    rulebook.on(RecordNotPlayed, not_played)


def _announced(situation: Situation, command: RecordPlayed | RecordNotPlayed) -> Ticket:
    """The ticket, when the call was really one of its calls and its fate is not known yet."""
    ticket = ticket_of(situation, command)
    owner, _, number = command.call.partition("#")
    known = _NUMBER.fullmatch(number) and owner == ticket.id and int(number) <= ticket.calls
    if not known or command.times < 1:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            "call",
            f"{command.call!r} ({command.times}) is no call of {ticket.label}; drop it",
            {"so": ticket.label},
        )
    call = ticket.call
    newest = call is not None and (call.id, call.times) == (command.call, command.times)
    if call is not None and newest and call.announcement not in _PENDING:
        raise nothing_changes("call", f"{command.call} is {call.announcement} already")
    return ticket


def played(situation: Situation, command: RecordPlayed) -> Facts:
    """The sound device took every frame."""
    ticket = _announced(situation, command)
    fact = AnnouncementPlayed(
        ticket=ticket.id,
        test=ticket.test,
        call=command.call,
        times=command.times,
        zone=command.zone,
        rung=command.rung,
        frames=command.frames,
    )
    return [fact]


def not_played(situation: Situation, command: RecordNotPlayed) -> Facts:
    """It failed, was merged into a newer call, or came too late to be worth saying."""
    ticket = _announced(situation, command)
    return [_not_played(ticket, command)]


def _not_played(ticket: Ticket, command: RecordNotPlayed) -> Fact:
    if command.outcome == AnnouncementState.FAILED:
        return AnnouncementFailed(
            ticket=ticket.id,
            test=ticket.test,
            call=command.call,
            times=command.times,
            zone=command.zone,
            cause=command.cause,
            rung=command.rung,
        )
    kinds = {
        AnnouncementState.SUPERSEDED.value: AnnouncementSuperseded,
        AnnouncementState.EXPIRED.value: AnnouncementExpired,
    }
    kind = kinds.get(command.outcome)
    if kind is None:
        raise Refusal(
            RefusalCode.WRONG_STATE,
            "outcome",
            f"{command.outcome!r} is no outcome; use failed, superseded or expired",
        )
    return kind(
        ticket=ticket.id,
        test=ticket.test,
        call=command.call,
        times=command.times,
        zone=command.zone,
    )
