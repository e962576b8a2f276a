"""Giving out numbers, and the arrival of those who booked one."""

from motcua_contract.facts.tickets import TicketCheckedIn, TicketIssued, TicketWalkedOut
from motcua_contract.vocabulary import Priority, Purpose
from motcua_edge.domain import fold, numbering, waiting
from motcua_edge.domain.commands import CheckIn, IssueTicket, WalkOut
from motcua_edge.domain.deciding import admission, booking, opening
from motcua_edge.domain.deciding.guards import may_begin, service_field, ticket_of
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation
from motcua_edge.domain.transitions import permit


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(IssueTicket, issue)
    rulebook.on(CheckIn, check_in)
    rulebook.on(WalkOut, walk_out)


def issue(situation: Situation, command: IssueTicket) -> Facts:
    """A number: the day is decided here, never by a timer."""
    may_begin(situation)
    field = service_field(situation, command.service)
    test = command.test or situation.state.office.training
    admission.check_choice(situation, command, field)
    if not test:
        admission.check_service(situation, command, field)
        admission.check_hours(situation, command)
    opening_facts = opening.facts_before_issue(situation)
    situation = _after(situation, opening_facts)
    admission.check_pace(situation, command)
    if not test:
        admission.check_day_open(situation)
        admission.check_room(situation, command, field)
    if command.booked_for is not None:
        booking.check_slot(situation, command, command.booked_for)
    return [*opening_facts, *_numbered(situation, command, test=test)]


def _after(situation: Situation, facts: Facts) -> Situation:
    state = fold.fold(situation.state, ((fact, situation.now) for fact in facts))
    return Situation(state, situation.site, situation.now)


def _numbered(situation: Situation, command: IssueTicket, *, test: bool) -> Facts:
    state, field = situation.state, service_field(situation, command.service)
    base = numbering.base_series(field, command.priority, test=test)
    free = numbering.next_number(state.series, state.office.day, base, numbering.width(field, base))
    issued = _issued(situation, command, free, test=test)
    return [issued] if free.overflow is None else [free.overflow, issued]


def _issued(
    situation: Situation, command: IssueTicket, free: numbering.NextNumber, *, test: bool
) -> TicketIssued:
    state, now = situation.state, situation.now
    estimate = waiting.estimate(
        state,
        situation.site,
        command.service,
        now,
        priority=command.priority is not Priority.NONE,
    )
    booked = command.booked_for
    arrival = max(now.wall, state.office.last_order + 1)
    return TicketIssued(
        ticket=numbering.ticket_code(state.office.day, free.label),
        test=test,
        label=free.label,
        series=free.series,
        number=free.number,
        day=state.office.day,
        service=command.service,
        purpose=_purpose(situation, command),
        priority=command.priority,
        channel=command.channel,
        device=command.device,
        order_key=arrival if booked is None else booked,
        ahead=estimate.ahead,
        wait_low_min=estimate.low_min,
        wait_high_min=estimate.high_min,
        late_consent=command.late_consent,
        booked=booked is not None,
    )


def _purpose(situation: Situation, command: IssueTicket) -> Purpose:
    offered = service_field(situation, command.service).purposes
    return command.purpose or next(iter(offered), Purpose.SUBMIT)


def check_in(situation: Situation, command: CheckIn) -> Facts:
    """A booked citizen is here: in line by the slot, not by the arrival."""
    may_begin(situation)
    ticket = ticket_of(situation, command)
    permit(ticket, TicketCheckedIn)
    booking.check_arrival(situation, ticket)
    fact = TicketCheckedIn(
        ticket=ticket.id, test=ticket.test, order_key=ticket.order_key, actor=command.actor
    )
    return [fact]


def walk_out(situation: Situation, command: WalkOut) -> Facts:
    """The citizen gives the number back."""
    ticket = ticket_of(situation, command)
    permit(ticket, TicketWalkedOut)
    return [TicketWalkedOut(ticket=ticket.id, test=ticket.test, actor=command.actor)]
