"""The audit trail: who did what to the hub, from where."""

from enum import StrEnum

import msgspec
from sqlalchemy import Connection, insert, select

from motcua_hub.store import schema


class Action(StrEnum):
    """Everything that this part of the hub writes down."""

    SETUP = "setup"
    SETUP_FAILED = "setup_failed"
    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    LOGIN_THROTTLED = "login_throttled"
    LOGOUT = "logout"
    ASSET_ADDED = "asset_added"
    ASSET_CHANGED = "asset_changed"
    ASSET_RETIRED = "asset_retired"
    ASSETS_IMPORTED = "assets_imported"
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_DISABLED = "account_disabled"
    TOKEN_CREATED = "token_created"  # noqa: S105 - the name of an action
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of an action
    COMMAND = "command"
    DIRECTORY_CHANGED = "directory_changed"
    DEAD_LETTER_RETRIED = "dead_letter_retried"
    DEAD_LETTER_SETTLED = "dead_letter_settled"
    API = "api"
    PUSH_ISSUED = "push_issued"
    PUSH_REVOKED = "push_revoked"
    NOTICE_DRAFTED = "notice_drafted"
    NOTICE_EDITED = "notice_edited"
    NOTICE_APPROVED = "notice_approved"
    NOTICE_SENT = "notice_sent"
    NOTICE_EXCUSED = "notice_excused"
    RECIPIENT_ADDED = "recipient_added"
    RECIPIENT_ENDED = "recipient_ended"
    HOLD_SET = "hold_set"
    HOLD_LIFT_ASKED = "hold_lift_asked"
    HOLD_LIFTED = "hold_lifted"
    HOLD_KEPT = "hold_kept"
    POLICY_CHANGED = "policy_changed"
    SERVICING_RECORDED = "servicing_recorded"
    SERVICING_SIGNED = "servicing_signed"
    SERVICING_DISCARDED = "servicing_discarded"
    LIFE_CHANGED = "life_changed"
    INTERVAL_CHANGED = "interval_changed"
    PLAN_STEP = "plan_step"
    CALENDAR_CHANGED = "calendar_changed"
    SHIFTS_CHANGED = "shifts_changed"
    WINDOW_ASKED = "window_asked"
    EXCLUSION_ASKED = "exclusion_asked"
    WORK_DECIDED = "work_decided"
    REPORT_ASKED = "report_asked"
    REPORT_SETTINGS = "report_settings"
    PUBLIC_TARGETS = "public_targets"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an action


class AuditRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the trail; `at` is UTC ms."""

    at: int
    actor: str
    action: str
    subject: str
    detail: str


def write(
    connection: Connection,
    now: int,
    actor: str,
    action: Action,
    *,
    subject: str = "",
    detail: str = "",
) -> None:
    """Add a line, in the transaction of what it tells of."""
    connection.execute(
        insert(schema.audit).values(
            at=now, actor=actor[:64], action=action.value, subject=subject, detail=detail
        )
    )


def latest(connection: Connection, limit: int = 20) -> tuple[AuditRow, ...]:
    """The newest lines, newest first."""
    a = schema.audit.c
    rows = connection.execute(
        select(a.at, a.actor, a.action, a.subject, a.detail).order_by(a.id.desc()).limit(limit)
    )
    return tuple(AuditRow(**row) for row in rows.mappings())
