"""Interruption notices, and who gets them."""

from datetime import date
from typing import Final

from sqlalchemy import Connection

from motcua_hub.domain.localtime import day_of
from motcua_hub.domain.notice.lifecycle import NoticeRefusal
from motcua_hub.domain.notice.model import Group, Recipient
from motcua_hub.store import recipients
from motcua_hub.store.outbox import Channel
from motcua_hub.store.recipients import LIMITS
from motcua_hub.upkeep import acts, drafting
from motcua_hub.upkeep.acts import Sent
from motcua_hub.upkeep.drafting import Desk
from motcua_hub.web.deeds.by import By
from motcua_hub.web.security import audit
from motcua_hub.web.security.audit import Action

_SAID: Final = 400


class UnfitRecipientError(ValueError):
    """Somebody who cannot be named so; the message is the code of the words for it."""


def _told(connection: Connection, action: Action, subject: str, detail: str, by: By) -> None:
    audit.write(connection, by.now, by.who, action, subject=subject, detail=detail)


def edit(
    connection: Connection, notice: int, revision: int, title: str, body: str, *, by: By
) -> None:
    """Give a notice another text than that of a revision. Raises NoticeRefusal."""
    acts.edit(connection, notice, revision, title, body, actor=by.who, now=by.now)
    detail = f"after revision {revision}"
    _told(connection, Action.NOTICE_EDITED, f"notice {notice}", detail, by)


def approve(connection: Connection, notice: int, revision: int, by: By) -> None:
    """Approve the text of a revision. Raises NoticeRefusal."""
    acts.approve(connection, notice, revision, actor=by.who, now=by.now)
    _told(connection, Action.NOTICE_APPROVED, f"notice {notice}", f"revision {revision}", by)


def excuse(connection: Connection, notice: int, why: str, by: By) -> None:
    """Write down why none is sent. Raises NoticeRefusal."""
    acts.excuse(connection, notice, why, actor=by.who, now=by.now)
    _told(connection, Action.NOTICE_EXCUSED, f"notice {notice}", why[:_SAID], by)


def send(
    connection: Connection, desk: Desk, notice: int, base_url: str, why: str, *, by: By
) -> Sent:
    """Number it, seal it, hand it to the outbox. Raises NoticeRefusal."""
    base = base_url.rstrip("/")
    sent = acts.send(connection, desk, notice, base_url=base, actor=by.who, now=by.now, why=why)
    detail = f"{sent.name} of {sent.year} to {sent.recipients}"
    _told(connection, Action.NOTICE_SENT, f"notice {notice}", detail, by)
    return sent


def draft(connection: Connection, desk: Desk, incident: int, by: By) -> int:
    """A draft that no rule asked for; its number. Raises NoticeRefusal."""
    made = drafting.by_hand(connection, desk, incident, now=by.now)
    if made is None:
        raise NoticeRefusal("notice.refused.exists")
    _told(connection, Action.NOTICE_DRAFTED, f"notice {made}", f"incident {incident}", by)
    return made


def name_somebody(
    connection: Connection,
    *,
    grp: str,
    name: str,
    channel: str,
    address: str,
    valid_from: str,
    by: By,
) -> int:
    """Name a recipient from a day on; the entry's number. Raises UnfitRecipientError."""
    said = {"name": " ".join(name.split()), "address": " ".join(address.split())}
    if grp not in set(Group) or channel not in set(Channel):
        raise UnfitRecipientError("notice.people.fault.kind")
    if not all(0 < len(said[key]) <= most for key, most in LIMITS.items()):
        raise UnfitRecipientError("notice.people.fault.empty")
    try:
        begin = date.fromisoformat(valid_from)
    except ValueError:
        raise UnfitRecipientError("notice.people.fault.day") from None
    made = recipients.add(
        connection, grp=grp, channel=channel, valid_from=begin, actor=by.who, now=by.now, **said
    )
    detail = f"{grp} {said['name']} {channel} {said['address']} from {begin}"
    _told(connection, Action.RECIPIENT_ADDED, "", detail, by)
    return made


def end_recipient(connection: Connection, recipient: int, by: By) -> Recipient | None:
    """Today is somebody's last day on the list; None when there is no such open entry."""
    last = day_of(by.now)
    gone = recipients.finish(connection, recipient, last, by.who)
    if gone is not None:
        detail = f"{gone.grp} {gone.name} {gone.channel} until {last}"
        _told(connection, Action.RECIPIENT_ENDED, "", detail, by)
    return gone
