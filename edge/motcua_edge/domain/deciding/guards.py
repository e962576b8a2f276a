"""Guards that several families share. Each returns what it looked up, or raises Refusal."""

from typing import Final

from motcua_contract.siteconfig import CounterConfig, Officer, ServiceField
from motcua_contract.vocabulary import CounterState, PowerMode
from motcua_edge.domain import queue
from motcua_edge.domain.commands import OfficerCommand, TicketCommand
from motcua_edge.domain.deciding.situation import Situation
from motcua_edge.domain.model import Counter, Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode

SUPERVISOR: Final = "supervisor"
MAX_TEXT: Final = 500
"""Longest free text in a command, in characters."""


def ticket_of(situation: Situation, command: TicketCommand) -> Ticket:
    """The command's ticket, in the version that the asker saw."""
    ticket = situation.state.tickets.get(command.ticket)
    if ticket is None:
        raise Refusal(
            RefusalCode.UNKNOWN_TICKET,
            "ticket",
            f"no ticket {command.ticket!r} today; check the code on the slip",
            {"so": command.ticket},
        )
    seen = command.expected_version
    if seen is not None and not ticket.moved <= seen <= ticket.version:
        raise Refusal(
            RefusalCode.CHANGED_MEANWHILE,
            "expected_version",
            f"{ticket.label} is at version {ticket.version}, not {seen}; read it again",
            {
                "so": ticket.label,
                "phien_ban": str(ticket.version),
                "trang_thai": ticket.state.value,
                "quay": str(ticket.counter or ""),
            },
        )
    return ticket


def counter_config(situation: Situation, number: int, field: str = "counter") -> CounterConfig:
    """The configured counter with this number."""
    found = situation.site.counter(number)
    if found is None:
        raise Refusal(
            RefusalCode.UNKNOWN_COUNTER,
            field,
            f"no counter {number} in the site configuration; use one of its counters",
            {"quay": str(number)},
        )
    return found


def service_field(situation: Situation, code: str, field: str = "service") -> ServiceField:
    """The configured service field with this code."""
    found = situation.site.service(code)
    if found is None:
        raise Refusal(
            RefusalCode.UNKNOWN_SERVICE,
            field,
            f"no service field {code!r} in the site configuration; use one of its codes",
            {"linh_vuc": code},
        )
    return found


def officer_of(situation: Situation, officer_id: str, field: str = "officer") -> Officer:
    """The configured officer with this id."""
    found = situation.site.officer(officer_id)
    if found is None:
        raise Refusal(
            RefusalCode.UNKNOWN_OFFICER,
            field,
            f"no officer {officer_id!r} in the site configuration; ask the administrator",
            {"can_bo": officer_id},
        )
    return found


def counter_state(situation: Situation, number: int) -> Counter:
    """The counter as it stands; a closed one when nobody ever sat there."""
    return situation.state.counters.get(str(number)) or Counter(number=number)


def seated(situation: Situation, number: int, officer: str) -> Counter:
    """The counter, when this officer is logged in there."""
    counter = counter_state(situation, number)
    if counter.officer is None or counter.state is CounterState.CLOSED:
        raise Refusal(
            RefusalCode.COUNTER_NOT_OPEN,
            "counter",
            f"nobody is logged in at counter {number}; log in first",
            {"quay": str(number)},
        )
    if counter.officer != officer:
        raise Refusal(
            RefusalCode.NOT_YOUR_COUNTER,
            "officer",
            f"counter {number} belongs to {counter.officer}; log in there or use your own",
            {"quay": str(number), "can_bo": counter.officer},
        )
    return counter


def open_counter(situation: Situation, number: int, officer: str) -> Counter:
    """As `seated`, and not on a break."""
    counter = seated(situation, number, officer)
    if counter.state is not CounterState.OPEN:
        raise Refusal(
            RefusalCode.COUNTER_NOT_OPEN,
            "counter",
            f"counter {number} is on a break; resume it first",
            {"quay": str(number)},
        )
    return counter


def free_counter(situation: Situation, number: int, besides: str = "") -> None:
    """Refuse while another ticket is called to or served at the counter. Nothing ends by itself."""
    ticket = queue.open_at(situation.state, number)
    if ticket is not None and ticket.id != besides:
        raise Refusal(
            RefusalCode.TICKET_OPEN,
            "counter",
            f"{ticket.label} is {ticket.state} at counter {number}; finish, miss or hold it first",
            {"so": ticket.label, "quay": str(number), "trang_thai": ticket.state.value},
        )


def own_ticket(situation: Situation, command: OfficerCommand) -> Ticket:
    """The ticket, when it is at this officer's counter and the officer sits there."""
    ticket = ticket_of(situation, command)
    seated(situation, command.counter, command.officer)
    if ticket.counter is not None and not _belongs(ticket, command):
        raise Refusal(
            RefusalCode.NOT_YOUR_COUNTER,
            "ticket",
            f"{ticket.label} is at counter {ticket.counter}; only that counter can act on it",
            {
                "so": ticket.label,
                "quay": str(ticket.counter),
                "can_bo": ticket.officer or "",
            },
        )
    return ticket


def _belongs(ticket: Ticket, command: OfficerCommand) -> bool:
    return ticket.counter == command.counter and ticket.officer == command.officer


def is_supervisor(situation: Situation, actor: str) -> bool:
    """Whether the site configuration gives the actor this role."""
    officer = situation.site.officer(actor)
    return officer is not None and SUPERVISOR in officer.roles


def reason_given(reason: str, field: str = "reason") -> str:
    """The reason without outer blanks; refused when empty."""
    if not reason.strip():
        raise Refusal(
            RefusalCode.REASON_REQUIRED, field, "a reason is required; choose or type one"
        )
    return short_text(reason, field)


def short_text(text: str, field: str) -> str:
    """The text without outer blanks; refused when it is longer than a remark."""
    kept = text.strip()
    if len(kept) > MAX_TEXT:
        raise Refusal(
            RefusalCode.TEXT_TOO_LONG,
            field,
            f"{len(kept)} characters; at most {MAX_TEXT} are kept, shorten it",
            {"n": str(MAX_TEXT)},
        )
    return kept


def may_begin(situation: Situation) -> None:
    """Nothing new begins while the battery ends, or is too empty for the next outage.

    Whoever is at a counter already is served to the end; numbers that were given out keep their
    place.
    """
    power = situation.state.office.power
    charge = "" if power.charge is None else f"{power.charge:g}"
    if power.mode is PowerMode.CRITICAL:
        raise Refusal(
            RefusalCode.POWER_LOW,
            "power",
            "the battery ends and the machine shuts down; wait until the mains is back",
            {"n": charge},
        )
    if power.mode is PowerMode.CHARGING:
        raise Refusal(
            RefusalCode.POWER_CHARGING,
            "power",
            f"the battery has {charge or 'too few'} % and charges; wait until it is fuller",
            {"n": charge},
        )


def nothing_changes(field: str, detail: str) -> Refusal:
    """The refusal of a command that would change nothing."""
    return Refusal(RefusalCode.NO_CHANGE, field, f"{detail}; nothing to do")
