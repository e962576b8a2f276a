"""Who may have a number now. Each check returns nothing or raises Refusal."""

from motcua_contract.siteconfig import ServiceField
from motcua_contract.vocabulary import Priority, ServiceState
from motcua_edge.domain import calendar, waiting
from motcua_edge.domain.commands import IssueTicket
from motcua_edge.domain.deciding.opening import calendar_text, clock_day
from motcua_edge.domain.deciding.situation import Situation
from motcua_edge.domain.localtime import day_text, hour_minute
from motcua_edge.domain.model import Service
from motcua_edge.domain.refusals import Refusal, RefusalCode


def check_choice(situation: Situation, command: IssueTicket, field: ServiceField) -> None:
    """The purpose and the priority class are offered here."""
    if command.purpose is not None and command.purpose not in field.purposes:
        offered = ", ".join(field.purposes)
        raise Refusal(
            RefusalCode.PURPOSE_UNKNOWN,
            "purpose",
            f"{field.code} is not for {command.purpose}; choose one of {offered}",
            {"linh_vuc": field.name, "muc_dich": command.purpose.value},
        )
    if command.priority not in (Priority.NONE, *situation.site.priorities):
        offered = ", ".join(situation.site.priorities)
        raise Refusal(
            RefusalCode.PRIORITY_UNKNOWN,
            "priority",
            f"{command.priority} is no priority class here; choose one of {offered}",
            {"dien": command.priority.value},
        )


def is_live(field: ServiceField, day: str) -> bool:
    """Whether a field is activated on a business day: not draft, not pending, not of the future."""
    begun = field.effective_from is None or field.effective_from <= day
    return field.state == "active" and begun


def check_service(situation: Situation, command: IssueTicket, field: ServiceField) -> None:
    """The field is activated, and nobody has closed or suspended it."""
    if not is_live(field, max(situation.state.office.day, clock_day(situation))):
        raise Refusal(
            RefusalCode.SERVICE_PENDING,
            "service",
            f"{field.code} is {field.state}, effective from {field.effective_from or 'no date'}; "
            "choose another field",
            {"linh_vuc": field.name, "ngay": calendar_text(field.effective_from or "")},
        )
    known = situation.state.services.get(field.code) or Service(code=field.code)
    if known.state is ServiceState.SUSPENDED:
        raise _stopped(RefusalCode.SERVICE_SUSPENDED, field, known)
    if known.state is ServiceState.CLOSED:
        raise _stopped(RefusalCode.SERVICE_CLOSED, field, known)
    if known.state is ServiceState.CLOSING and not command.late_consent:
        raise _capacity_low(situation, field, 0)


def _stopped(code: RefusalCode, field: ServiceField, known: Service) -> Refusal:
    return Refusal(
        code,
        "service",
        f"{field.code} is {known.state} ({known.reason or 'no reason given'}); "
        "choose another field or ask at the information desk",
        {"linh_vuc": field.name, "ly_do": known.reason},
    )


def check_hours(situation: Situation, command: IssueTicket) -> None:
    """Numbers are given out now. Only a trusted clock may keep citizens out: others are wrong.

    A booking is made at any hour; its slot is checked instead.
    """
    hours, wall = situation.site.calendar, situation.now.wall
    if not situation.now.clock.trusted or command.booked_for is not None:
        return
    if calendar.is_issuing(hours, wall):
        return
    raise _shut(situation)


def _shut(situation: Situation) -> Refusal:
    hours, wall = situation.site.calendar, situation.now.wall
    day = calendar.business_day(hours, wall)
    later = calendar.next_opening(hours, wall)
    opens = f"{hour_minute(later)}" if later is not None else ""
    next_day = calendar.business_day(hours, later) if later is not None else None
    values = {
        **calendar.session_texts(hours, day),
        "gio": opens,
        "ngay": day_text(next_day) if next_day else "",
    }
    holiday = calendar.day_off_name(hours, day)
    if holiday is not None:
        detail = f"today is {holiday}; the office opens again on {values['ngay']}"
        return Refusal(RefusalCode.HOLIDAY, "day", detail, {**values, "ten_le": holiday})
    stopped = _stopped_at(situation)
    if stopped is not None:
        detail = f"no numbers since {stopped}; come back on {values['ngay']} from {opens}"
        return Refusal(RefusalCode.ISSUE_STOPPED, "service", detail, {**values, "gio": stopped})
    detail = f"outside the hours; numbers are given out from {opens} on {values['ngay']}"
    return Refusal(RefusalCode.OUT_OF_HOURS, "service", detail, values)


def _stopped_at(situation: Situation) -> str | None:
    """When issuing stopped in a session that still goes on."""
    wall = situation.now.wall
    for span in calendar.today(situation.site.calendar, wall):
        if span.issue_until <= wall < span.closes:
            return hour_minute(span.issue_until)
    return None


def check_day_open(situation: Situation) -> None:
    """The business day has not been closed."""
    if situation.state.office.day_closed:
        day = situation.state.office.day
        raise Refusal(
            RefusalCode.ISSUE_STOPPED,
            "day",
            f"the business day {day} is closed; numbers are given out on the next working day",
            {"gio": hour_minute(situation.now.wall), "ngay": calendar_text(day)},
        )


def check_pace(situation: Situation, command: IssueTicket) -> None:
    """No second number for a bounced or repeated press."""
    office, policy = situation.state.office, situation.policy
    pressed = office.last_kiosk_at.get(command.device) if command.device else None
    if pressed is not None:
        _check_gap(situation, "device", pressed, policy.device_cooldown_s)
    known = situation.state.services.get(command.service)
    if known is not None and not command.test:
        _check_gap(situation, "service", known.last_issue_at, policy.service_cooldown_s)


def _check_gap(situation: Situation, field: str, since: int, seconds: int) -> None:
    if not situation.younger_than(since, seconds):
        return
    left = -(-(since + seconds * 1000 - situation.now.wall) // 1000)
    raise Refusal(
        RefusalCode.TOO_FAST,
        field,
        f"a number was taken {seconds - left} s ago; wait {left} s",
        {"giay": str(left)},
    )


def check_room(situation: Situation, command: IssueTicket, field: ServiceField) -> None:
    """The field's quota is not used up, and the day is long enough or the citizen knows."""
    state = situation.state
    known = state.services.get(field.code) or Service(code=field.code)
    given = known.issued if known.issued_day == state.office.day else 0
    if field.daily_limit is not None and given >= field.daily_limit:
        raise Refusal(
            RefusalCode.QUOTA_FULL,
            "service",
            f"all {field.daily_limit} numbers of {field.code} are given out; come back tomorrow",
            {"linh_vuc": field.name, "n": str(field.daily_limit)},
        )
    if _capacity_matters(situation, command):
        left = waiting.capacity_left(state, situation.site, field.code, situation.now.wall)
        if left < 1:
            raise _capacity_low(situation, field, left)


def _capacity_matters(situation: Situation, command: IssueTicket) -> bool:
    unlimited = situation.site.calendar.always_open or not situation.policy.capacity_check
    told = command.late_consent or command.booked_for is not None
    return situation.now.clock.trusted and not unlimited and not told


def _capacity_low(situation: Situation, field: ServiceField, left: int) -> Refusal:
    """The refusal that the kiosk turns into a question."""
    ahead = situation.state.load.total.get(field.code, 0)
    return Refusal(
        RefusalCode.CAPACITY_LOW,
        "late_consent",
        f"{field.code} has room for {max(0, left)} more today; ask the citizen, then repeat with "
        "late_consent",
        {"linh_vuc": field.name, "n": str(ahead)},
    )
