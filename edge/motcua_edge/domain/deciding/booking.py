"""Numbers booked for a slot of today."""

from motcua_contract.vocabulary import TicketState
from motcua_edge.domain import calendar
from motcua_edge.domain.commands import IssueTicket
from motcua_edge.domain.deciding.situation import Situation
from motcua_edge.domain.localtime import MINUTE, hour_minute
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.refusals import Refusal, RefusalCode


def check_slot(situation: Situation, command: IssueTicket, slot: int) -> None:
    """The slot lies ahead, today, within the hours, and a counter is free for it."""
    hours = situation.site.calendar
    same_day = calendar.business_day(hours, slot).isoformat() == situation.state.office.day
    if slot <= situation.now.wall or not same_day or not calendar.is_open(hours, slot):
        raise Refusal(
            RefusalCode.OUT_OF_HOURS,
            "booked_for",
            f"{hour_minute(slot)} is no working time ahead of now today; choose another slot",
            {**calendar.session_texts(hours, calendar.business_day(hours, slot))},
        )
    able = sum(command.service in counter.services for counter in situation.site.counters)
    taken = sum(_same_slot(t, command, slot) for t in situation.state.tickets.values())
    if taken >= max(1, able):
        raise Refusal(
            RefusalCode.QUOTA_FULL,
            "booked_for",
            f"all {able} counters are booked at {hour_minute(slot)}; choose another slot",
            {"n": str(able), "gio": hour_minute(slot)},
        )


def _same_slot(ticket: Ticket, command: IssueTicket, slot: int) -> bool:
    booked = ticket.state is TicketState.BOOKED and ticket.order_key == slot
    return booked and ticket.service == command.service


def check_arrival(situation: Situation, ticket: Ticket) -> None:
    """The citizen comes neither too early nor too late for the slot."""
    policy, slot = situation.policy, ticket.order_key
    earliest = slot - policy.booking_early_minutes * MINUTE
    latest = slot + policy.booking_late_minutes * MINUTE
    values = {"so": ticket.label, "gio": hour_minute(slot)}
    if situation.now.wall < earliest:
        left = -(-(earliest - situation.now.wall) // 1000)
        raise Refusal(
            RefusalCode.TOO_SOON,
            "ticket",
            f"{ticket.label} is booked for {hour_minute(slot)}; check in from "
            f"{hour_minute(earliest)}",
            {**values, "giay": str(left), "tu_gio": hour_minute(earliest)},
        )
    if situation.now.wall > latest:
        raise Refusal(
            RefusalCode.TOO_LATE,
            "ticket",
            f"{ticket.label} was booked for {hour_minute(slot)}; take a new number",
            values,
        )
