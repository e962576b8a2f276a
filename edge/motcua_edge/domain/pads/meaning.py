"""What a press of a named button asks for."""

from typing import Final

import msgspec

from motcua_edge.domain import commands as c
from motcua_edge.domain.model import OfficeState
from motcua_edge.domain.queue import open_at

KEYPAD_AGE_MS: Final = 5_000
"""A keypad's press older than this is not acted upon: nobody waits for it any more."""
PAUSE: Final = "Nghỉ giải lao"
"""The reason that the hall board shows; a keypad cannot ask for another."""
NOBODY_THERE: Final = "counter_not_open"
NOTHING_TO_RATE: Final = "nothing_to_rate"
TOO_LATE: Final = "too_late"
UNKNOWN_AGE: Final = "unknown_age"
UNKNOWN_BUTTON: Final = "unknown_button"


class Unmeant(msgspec.Struct, frozen=True):
    """A press that asks for nothing that can be done; `cause` goes into the journal."""

    cause: str


def rating_level(button: str) -> int | None:
    """The level of a rating pad's button; None for other names."""
    return int(button) if button in {"1", "2", "3", "4", "5"} else None


def keypad_command(
    state: OfficeState, counter: int, button: str, *, nonce_sha256: str = ""
) -> c.Command | Unmeant:
    """The command of a keypad's button for the officer who is logged in at the counter.

    `nonce_sha256` opens the rating window of a `finish`.
    """
    seat = state.counters.get(str(counter))
    if seat is None or not seat.officer:
        return Unmeant(NOBODY_THERE)
    officer = seat.officer
    match button:
        case "next":
            return c.CallNext(counter=counter, officer=officer)
        case "pause":
            return c.PauseCounter(counter=counter, officer=officer, reason=PAUSE)
        case "resume":
            return c.ResumeCounter(counter=counter, officer=officer)
        case _:
            return _about_ticket(state, counter, officer, button, nonce_sha256)


def _about_ticket(
    state: OfficeState, counter: int, officer: str, button: str, nonce_sha256: str
) -> c.Command | Unmeant:
    ticket = open_at(state, counter)
    if ticket is None:
        known = button in {"recall", "start", "finish", "miss", "requeue"}
        return Unmeant("nobody_called" if known else UNKNOWN_BUTTON)
    return _step(button, ticket.id, counter, officer, nonce_sha256)


def _step(
    button: str, ticket: str, counter: int, officer: str, nonce_sha256: str
) -> c.Command | Unmeant:
    match button:
        case "recall":
            return c.Recall(ticket=ticket, counter=counter, officer=officer)
        case "start":
            return c.Start(ticket=ticket, counter=counter, officer=officer)
        case "finish":
            return c.Finish(
                ticket=ticket, counter=counter, officer=officer, nonce_sha256=nonce_sha256
            )
        case "miss":
            return c.Miss(ticket=ticket, counter=counter, officer=officer)
        case "requeue":
            return c.Requeue(ticket=ticket, counter=counter, officer=officer)
        case _:
            return Unmeant(UNKNOWN_BUTTON)
