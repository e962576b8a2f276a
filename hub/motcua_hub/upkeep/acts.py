"""What people do with notices. Pages and API call these; each is one transaction of the caller."""

import base64
import secrets
from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.domain.localtime import day_of
from motcua_hub.domain.notice import lifecycle, proof
from motcua_hub.domain.notice.lifecycle import Act, NoticeRefusal, Standing
from motcua_hub.domain.notice.model import State
from motcua_hub.domain.notice.proof import Sealed, To
from motcua_hub.domain.notice.text import Letterhead
from motcua_hub.store import notices, outbox, papers, recipients, schema
from motcua_hub.store.notices import Delivery, Notice
from motcua_hub.store.upsert import insert_new
from motcua_hub.upkeep.drafting import Desk, letterhead, reference

_KEY: Final = "notice.link_key"
_KEY_BYTES: Final = 32
_DAY: Final = 86_400_000
_SHORT: Final = frozenset({outbox.Channel.SMS, outbox.Channel.ZALO})
SEVERITY: Final = 1
"""A notice goes before other messages."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What came of sending: the notice's number and to how many it goes."""

    name: str
    year: int
    recipients: int


def _find(connection: Connection, notice: int, revision: int | None) -> Notice:
    found = notices.find(connection, notice)
    if found is None:
        raise NoticeRefusal("notice.refused.gone")
    if revision is not None and found.revision != revision:
        raise NoticeRefusal("notice.refused.changed")
    return found


def _standing(notice: Notice) -> Standing:
    return Standing(
        state=State(notice.state), written_by=notice.written_by, approved_by=notice.approved_by
    )


def edit(
    connection: Connection,
    notice: int,
    revision: int,
    title: str,
    body: str,
    *,
    actor: str,
    now: int,
) -> bool:
    """Give it another text; False when that is the one it has. Raises NoticeRefusal.

    Every text is kept. What was approved must be approved again.
    """
    found = _find(connection, notice, revision)
    lifecycle.after(_standing(found), Act.EDIT, actor)
    one, lines = lifecycle.text(title, body)
    if (one, lines) == (found.title, found.body):
        return False
    notices.rewrite(connection, found, one, lines, actor=actor, now=now)
    return True


def approve(connection: Connection, notice: int, revision: int, *, actor: str, now: int) -> None:
    """Approve the text of this revision. Raises NoticeRefusal."""
    found = _find(connection, notice, revision)
    lifecycle.after(_standing(found), Act.APPROVE, actor)
    notices.approve(connection, found, actor=actor, now=now)


def excuse(connection: Connection, notice: int, why: str, *, actor: str, now: int) -> None:
    """Write down why none is sent. Raises NoticeRefusal."""
    found = _find(connection, notice, None)
    lifecycle.after(_standing(found), Act.EXCUSE, actor)
    reason = lifecycle.reason(why)
    notices.end(connection, found, State.EXCUSED, reason, actor=actor, now=now)


def link_key(connection: Connection) -> bytes | None:
    """The secret that links are signed with; None before the first notice was sent."""
    setting = schema.setting.c
    text = connection.scalar(select(setting.value).where(setting.key == _KEY))
    return base64.b64decode(text) if text else None


def _make_key(connection: Connection) -> bytes:
    fresh = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    insert_new(connection, schema.setting, [{"key": _KEY, "value": fresh}])
    made = link_key(connection)
    if made is None:
        msg = f"the setting {_KEY} cannot be read back"
        raise RuntimeError(msg)
    return made


def _sealed(
    notice: Notice,
    head: Letterhead,
    to: Sequence[To],
    *,
    number: int,
    why: str,
    actor: str,
    now: int,
) -> Sealed:
    return Sealed(
        id=notice.id,
        incident=notice.incident,
        kind=notice.kind,
        number=number,
        year=day_of(now).year,
        title=notice.title,
        body=notice.body,
        head=head,
        written_by=notice.written_by,
        approved_by=notice.approved_by or "",
        approved_at=notice.approved_at or 0,
        sent_by=actor,
        sent_at=now,
        why=why,
        recipients=tuple(to),
    )


def send(
    connection: Connection,
    desk: Desk,
    notice: int,
    *,
    base_url: str,
    actor: str,
    now: int,
    why: str = "",
) -> Sent:
    """Number it, seal it and hand it to the outbox, for everybody named today.

    Args:
        connection: A writing transaction: all of it happens or nothing.
        desk: Words and letterhead.
        notice: Its id.
        base_url: Where recipients reach the hub, without a slash at the end.
        actor: Who presses.
        now: UTC ms.
        why: Why a group of recipients is left out; needed when nobody stands for it.

    Raises:
        NoticeRefusal: It is not approved, nobody is named, or a group is left out without a reason.
    """
    found = _find(connection, notice, None)
    lifecycle.after(_standing(found), Act.SEND, actor)
    named = lifecycle.holding(recipients.everyone(connection), day_of(now))
    if not named:
        raise NoticeRefusal("notice.refused.nobody")
    reason = lifecycle.reason(why) if lifecycle.missing(named) else ""
    to = [
        To(recipient=one.id, grp=one.grp, name=one.name, channel=one.channel, address=one.address)
        for one in named
    ]
    year = day_of(now).year
    number = papers.next_number(connection, papers.NOTICE, year)
    whole = _sealed(found, desk.head, to, number=number, why=reason, actor=actor, now=now)
    notices.seal(
        connection,
        found,
        year=year,
        number=number,
        sha256=proof.seal(whole),
        head=msgspec.json.encode(desk.head).decode(),
        why=reason,
        actor=actor,
        now=now,
    )
    sent = _find(connection, notice, None)
    _hand_over(connection, desk, sent, to, base_url)
    return Sent(name=reference(sent), year=year, recipients=len(to))


def _hand_over(
    connection: Connection, desk: Desk, notice: Notice, to: Sequence[To], base_url: str
) -> None:
    key = _make_key(connection)
    for one in to:
        outbox_key = f"notice:{notice.id}:{one.recipient}"
        made = notices.add_delivery(connection, notice.id, one, outbox_key)
        url = f"{base_url}/notices/read/{proof.token(key, made, notice.sha256 or '')}"
        _enqueue(connection, desk, notice, one, key=outbox_key, url=url)


def _enqueue(
    connection: Connection, desk: Desk, notice: Notice, to: To, *, key: str, url: str
) -> None:
    name = reference(notice)
    form = "short" if to.channel in _SHORT else "letter"
    values = {
        "so": name,
        "don_vi": desk.head.unit,
        "noi_nhan": to.name,
        "tieu_de": notice.title,
        "noi_dung": notice.body,
        "lien_ket": url,
        "ma": notice.sha256,
    }
    outbox.enqueue(
        connection,
        key,
        to.channel,
        to.address,
        f"{desk.say('notice.word')} {name}: {notice.title}",
        desk.say(f"notice.message.{form}", **values),
        now=notice.sent_at or 0,
        kind="notice",
        name=to.name,
        data={
            "notice": name,
            "kind": notice.kind,
            "title": notice.title,
            "sha256": notice.sha256 or "",
            "receipt": url,
        },
        incident=notice.incident,
        severity=SEVERITY,
    )


def delivery_of(connection: Connection, token: str) -> tuple[Notice, Delivery] | None:
    """What a link speaks of; None for a link that was not made here."""
    number, key = proof.delivery_of(token), link_key(connection)
    if number is None or number >= 2**63 or key is None:
        return None
    delivery = notices.find_delivery(connection, number)
    notice = notices.find(connection, delivery.notice) if delivery else None
    if delivery is None or notice is None or notice.sha256 is None:
        return None
    if not proof.is_ours(key, token, delivery.id, notice.sha256):
        return None
    return notice, delivery


def confirm(connection: Connection, token: str, how: str, now: int) -> bool:
    """A recipient says that it was read: True the first time. False for any other link.

    Args:
        connection: A writing transaction.
        token: The last part of the link.
        how: `page` when a person pressed, `call` when a machine said so.
        now: UTC ms; a link is good for 90 days.
    """
    found = delivery_of(connection, token)
    if found is None or outlived(found[0], now):
        return False
    return notices.was_read(connection, found[1].id, how, now)


def outlived(notice: Notice, now: int) -> bool:
    """Whether the links of a notice prove nothing any more."""
    return now > (notice.sent_at or 0) + proof.LINK_DAYS * _DAY


def intact(connection: Connection, notice: Notice) -> bool:
    """Whether a sent notice and its list of recipients still have the hash they were sent with."""
    to = [
        To(
            recipient=one.recipient,
            grp=one.grp,
            name=one.name,
            channel=one.channel,
            address=one.address,
        )
        for one in notices.deliveries(connection, notice.id)
    ]
    whole = _sealed(
        notice,
        letterhead(notice),
        to,
        number=notice.number or 0,
        why=notice.why,
        actor=notice.sent_by or "",
        now=notice.sent_at or 0,
    )
    return proof.seal(whole) == notice.sha256
