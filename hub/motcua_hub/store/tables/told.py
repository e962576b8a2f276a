"""The directory, routes, timers and the outbox.

Days are local ISO dates, half-open: `begins` is the first day, `ends` the first day no more. Units,
contacts and routes are never deleted: they end, and a unit names who took its work over.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from motcua_hub.store.tables.base import count_column, metadata
from motcua_hub.store.types import Id


def _valid_columns() -> tuple[Column[str], Column[str]]:
    return (Column("begins", String(10), nullable=False), Column("ends", String(10)))


def _text(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False, server_default="")


unit = Table(
    "unit",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("name", String(160), nullable=False),
    # for messages of 201 characters
    _text("short", 40),
    *_valid_columns(),
    # the unit that took its work over when it ended
    Column("successor", BigInteger),
    _text("note", 400),
    Column("changed_at", BigInteger, nullable=False),
)

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("unit", BigInteger, nullable=False),
    # 1 is asked first
    Column("position", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    _text("duty", 120),
    # numbers for people to dial, in order, one a line
    Column("phones", Text, nullable=False, server_default=""),
    # JSON: [[channel, address], ...], the preferred one first
    Column("channels", Text, nullable=False, server_default="[]"),
    *_valid_columns(),
    # the row that goes on from it: the same desk with another number, or whoever sits there now
    Column("successor", BigInteger),
    Column("changed_at", BigInteger, nullable=False),
    Index("ix_contact_unit", "unit"),
)

route = Table(
    "route",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    # 1 is the site's own support team, 2 the unit that repairs, 3 whoever stands above
    Column("tier", Integer, nullable=False),
    # what an empty text does not ask for, any will do
    _text("responsible", 16),
    _text("cause", 16),
    _text("site", 32),
    _text("kind", 16),
    # this severity and worse ones; 4 is any
    Column("severity", Integer, nullable=False, server_default="4"),
    # "working": inside service hours only; "off": outside only
    _text("schedule", 8),
    Column("unit", BigInteger, nullable=False),
    *_valid_columns(),
    _text("note", 400),
    Column("changed_at", BigInteger, nullable=False),
    Index("ix_route_unit", "unit"),
)

escalation_step = Table(
    "escalation_step",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("unit", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    # after the step before; working time except for severity 1
    Column("wait_s", Integer, nullable=False),
    # empty: the contact's own choice
    _text("channel", 16),
    Column("contact", BigInteger, nullable=False),
    # only where the unit is asked at this tier; 0: at any
    Column("tier", Integer, nullable=False, server_default="0"),
    UniqueConstraint("unit", "position"),
)

oncall = Table(
    "oncall",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("unit", BigInteger, nullable=False),
    Column("day", String(10), nullable=False),
    # morning, afternoon, or off for the rest of that day
    Column("session", String(12), nullable=False),
    Column("contact", BigInteger, nullable=False),
    UniqueConstraint("unit", "day", "session"),
)

escalation = Table(
    "escalation",
    metadata,
    Column("incident", BigInteger, primary_key=True, autoincrement=False),
    # counts problems of one incident: it is restored and relapses
    Column("round", Integer, nullable=False),
    # counts chains inside a round: it goes to another unit
    Column("epoch", Integer, nullable=False),
    # unrouted, swallowed, running, stopped, over
    Column("state", String(12), nullable=False),
    Column("unit", BigInteger),
    _text("responsible", 16),
    # chains that a cause known later made by itself: one at most in a round
    Column("moved", Integer, nullable=False, server_default="0"),
    Column("severity", Integer, nullable=False, server_default="4"),
    # row of the timeline with the last transfer by a person that was carried out
    Column("sent_row", BigInteger, nullable=False, server_default="0"),
    # since when it is known that no message of this round reached anybody
    Column("unreached_at", BigInteger),
    Column("changed_at", BigInteger, nullable=False),
    Index("ix_escalation_state", "state"),
)

escalation_timer = Table(
    "escalation_timer",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("incident", BigInteger, nullable=False),
    Column("round", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    # step: tells the next contact; remind: tells again those who were told
    Column("kind", String(8), nullable=False),
    Column("number", Integer, nullable=False),
    Column("tier", Integer, nullable=False, server_default="0"),
    Column("unit", BigInteger),
    Column("contact", BigInteger),
    # JSON: [[channel, address, name], ...] told by this step, as the directory had them
    Column("told", Text, nullable=False, server_default="[]"),
    Column("due_at", BigInteger, nullable=False),
    # pending, fired, cancelled
    Column("state", String(12), nullable=False, server_default="pending"),
    Column("ended_at", BigInteger),
    UniqueConstraint("incident", "round", "epoch", "kind", "number"),
    Index("ix_escalation_timer_state_due_at", "state", "due_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    # the same message is the same key, however often somebody wants it sent
    Column("key", String(160), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(320), nullable=False),
    _text("name", 120),
    _text("subject", 400),
    Column("body", Text, nullable=False),
    # JSON object: what templates and receiving programs want beside the text
    Column("data", Text, nullable=False, server_default="{}"),
    # problem, recovery, reminder, moved, notice, ...
    Column("kind", String(16), nullable=False),
    Column("incident", BigInteger),
    Column("contact", BigInteger),
    # 1 goes before 4
    Column("severity", Integer, nullable=False, server_default="4"),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    # key of the message without which this one says nothing to its reader
    Column("after", String(160)),
    # waiting, sending, sent, dead, cancelled
    Column("state", String(12), nullable=False, server_default="waiting"),
    count_column("attempts"),
    Column("claimed_at", BigInteger),
    Column("ended_at", BigInteger),
    # an attempt ended without an answer: its reader may have it
    Column("uncertain", Boolean, nullable=False, server_default=false()),
    _text("receipt", 200),
    _text("trouble", 400),
    Index("ix_outbox_channel_state_due_at", "channel", "state", "due_at"),
    Index("ix_outbox_incident", "incident"),
    Index("ix_outbox_state_ended_at", "state", "ended_at"),
    Index("ix_outbox_address_ended_at", "address", "ended_at"),
)

outbox_attempt = Table(
    "outbox_attempt",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("outbox", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("took_ms", BigInteger, nullable=False, server_default="0"),
    # sent, refused, failed, uncertain
    Column("outcome", String(12), nullable=False),
    _text("detail", 400),
    Index("ix_outbox_attempt_outbox", "outbox"),
)

outbox_dead = Table(
    "outbox_dead",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("outbox", BigInteger, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    _text("why", 400),
    # when a person sent it on its way again, or laid it aside
    Column("settled_at", BigInteger),
    _text("settled_by", 64),
    Index("ix_outbox_dead_outbox", "outbox"),
    Index("ix_outbox_dead_settled_at", "settled_at"),
)

sending_cursor = Table(
    "sending_cursor",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)
