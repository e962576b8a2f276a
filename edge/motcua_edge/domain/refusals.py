"""Refusals: typed, with a code, the field they are about, and the remedy.

The Vietnamese text for citizens and officers is found by code in the web layer; `str()` of a
refusal is English, for operators.
"""

from enum import StrEnum


class RefusalCode(StrEnum):
    """Why a command was not carried out. Nothing was changed."""

    UNKNOWN_SERVICE = "unknown_service"
    SERVICE_CLOSED = "service_closed"
    SERVICE_SUSPENDED = "service_suspended"
    SERVICE_PENDING = "service_pending"
    OUT_OF_HOURS = "out_of_hours"
    HOLIDAY = "holiday"
    ISSUE_STOPPED = "issue_stopped"
    DAY_UNCONFIRMED = "day_unconfirmed"
    DAY_INVALID = "day_invalid"
    POWER_LOW = "power_low"
    POWER_CHARGING = "power_charging"
    QUOTA_FULL = "quota_full"
    CAPACITY_LOW = "capacity_low"
    TOO_FAST = "too_fast"
    PRIORITY_UNKNOWN = "priority_unknown"
    PURPOSE_UNKNOWN = "purpose_unknown"
    UNKNOWN_TICKET = "unknown_ticket"
    UNKNOWN_COUNTER = "unknown_counter"
    UNKNOWN_OFFICER = "unknown_officer"
    WRONG_STATE = "wrong_state"
    CHANGED_MEANWHILE = "changed_meanwhile"
    COUNTER_NOT_OPEN = "counter_not_open"
    COUNTER_TAKEN = "counter_taken"
    OFFICER_ELSEWHERE = "officer_elsewhere"
    NOT_YOUR_COUNTER = "not_your_counter"
    TICKET_OPEN = "ticket_open"
    QUEUE_EMPTY = "queue_empty"
    TOO_SOON = "too_soon"
    TOO_MANY_CALLS = "too_many_calls"
    NOT_ANNOUNCED = "not_announced"
    TOO_LATE = "too_late"
    TOO_MANY_REJOINS = "too_many_rejoins"
    TOO_MANY_HELD = "too_many_held"
    TOO_MANY_HOPS = "too_many_hops"
    REASON_REQUIRED = "reason_required"
    OUTCOME_REQUIRED = "outcome_required"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOT_ALLOWED = "not_allowed"
    RATING_CLOSED = "rating_closed"
    RATING_FORGED = "rating_forged"
    RATING_LEVEL = "rating_level"
    ALREADY_RATED = "already_rated"
    PRINT_BUSY = "print_busy"
    DEVICE_UNKNOWN = "device_unknown"
    SCREEN_UNKNOWN = "screen_unknown"
    LOCKED = "locked"
    TEXT_TOO_LONG = "text_too_long"
    NO_CHANGE = "no_change"


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a fault
    """A command that the rules do not allow now.

    Attributes:
        code: Why.
        field: Which field of the command it is about.
        detail: English sentence with the remedy, for operators.
        values: Figures for the Vietnamese text, such as seconds left or the hours.
    """

    def __init__(
        self, code: RefusalCode, field: str, detail: str, values: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{field}: {detail} ({code})")
        self.code = code
        self.field = field
        self.detail = detail
        self.values = values or {}
