"""One notice with everything that its page and the API tell of it."""

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.domain.localtime import day_of
from motcua_hub.domain.notice import lifecycle
from motcua_hub.domain.notice.model import Group, Recipient, State
from motcua_hub.store import notices, outbox, papers, recipients, schema
from motcua_hub.store.notices import Delivery, Notice, Revision
from motcua_hub.store.outbox import Standing
from motcua_hub.store.papers import Hold
from motcua_hub.upkeep import acts
from motcua_hub.upkeep.drafting import reference


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery and what became of its message; None when the outbox does not know it."""

    delivery: Delivery
    standing: Standing | None


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """`named` and `missing` are of today's list; `told` of the day when it was sent.

    `intact` is None for a notice that was not sent; `delay_ms` from due to draft.
    """

    notice: Notice
    name: str
    site_name: str
    revisions: list[Revision]
    groups: list[tuple[Group, list[Recipient]]]
    missing: list[Group]
    told: list[Told]
    read: int
    intact: bool | None
    holds: list[Hold]
    held: bool
    delay_ms: int


def read(connection: Connection, number: int, now: int) -> NoticeView | None:
    """One notice; None when there is none."""
    notice = notices.find(connection, number)
    if notice is None:
        return None
    named = lifecycle.holding(recipients.everyone(connection), day_of(now))
    went = notices.deliveries(connection, number)
    standings = outbox.standings(connection, [one.outbox_key for one in went])
    sent = notice.state == State.SENT
    orders = papers.holds(connection, papers.NOTICE, number)
    site = schema.site.c
    site_name = connection.scalar(select(site.name).where(site.id == notice.site))
    return NoticeView(
        notice=notice,
        name=reference(notice) if sent else "",
        site_name=site_name or notice.site,
        revisions=notices.revisions(connection, number),
        groups=[(group, [one for one in named if one.grp == group]) for group in Group],
        missing=lifecycle.missing(named),
        told=[Told(delivery=one, standing=standings.get(one.outbox_key)) for one in went],
        read=sum(1 for one in went if one.read_at is not None),
        intact=acts.intact(connection, notice) if sent else None,
        holds=orders,
        held=any(one.until is None for one in orders),
        delay_ms=max(0, notice.drafted_at - notice.due_at),
    )
