"""Interruption notices, calibration and servicing, yearly plans, orders to keep longer.

Calendar days are ISO texts (`2026-11-23`) in local time; times are UTC ms. A notice that was sent,
minutes that were signed and a plan that was approved are never changed: whoever writes asks for
their state in the same statement.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from motcua_hub.store.tables.base import metadata, site_column
from motcua_hub.store.types import Id

_NOTICE = "notice.id"

notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    # incidents belong to others: their id, without a key
    Column("incident", Id, nullable=False),
    # interruption, restoration
    Column("kind", String(16), nullable=False),
    # counts the notices of this kind for one incident, from 1: it may relapse
    Column("episode", Integer, nullable=False),
    # the interruption whose end it tells
    Column("about", Id),
    # draft, approved, sent, excused, withdrawn
    Column("state", String(16), nullable=False),
    Column("rule", String(32), nullable=False, server_default=""),
    Column("site", String(32), nullable=False, server_default=""),
    Column("system", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("written_by", String(64), nullable=False),
    # when it became due: the outage confirmed, or its end
    Column("due_at", BigInteger, nullable=False),
    Column("drafted_at", BigInteger, nullable=False),
    Column("approved_at", BigInteger),
    Column("approved_by", String(64)),
    Column("sent_at", BigInteger),
    Column("sent_by", String(64)),
    Column("year", Integer),
    Column("number", Integer),
    Column("sha256", String(64)),
    # JSON: the letterhead under which it was sent
    Column("head", Text),
    # why it is not sent (excused, withdrawn), or why a group of recipients was left out
    Column("why", Text, nullable=False, server_default=""),
    Column("ended_at", BigInteger),
    Column("ended_by", String(64)),
    UniqueConstraint("year", "number"),
    UniqueConstraint("incident", "kind", "episode"),
    Index("ix_notice_state", "state"),
)

# Every text that a notice ever had: who wrote it and when.
notice_revision = Table(
    "notice_revision",
    metadata,
    Column("notice", Id, ForeignKey(_NOTICE, ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
)

# Who must be told, by the five groups of S3, article 5.2a; dated, never deleted.
notice_recipient = Table(
    "notice_recipient",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("grp", String(16), nullable=False),
    Column("name", String(120), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("address", String(200), nullable=False),
    Column("valid_from", String(10), nullable=False),
    # the last day on which it holds; NULL: until further notice
    Column("valid_until", String(10)),
    Column("added_at", BigInteger, nullable=False),
    Column("added_by", String(64), nullable=False),
    Column("ended_by", String(64)),
    Index("ix_notice_recipient_grp", "grp"),
)

notice_delivery = Table(
    "notice_delivery",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("notice", Id, ForeignKey(_NOTICE, ondelete="CASCADE"), nullable=False),
    Column("recipient", Id, nullable=False),
    Column("grp", String(16), nullable=False),
    Column("name", String(120), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("address", String(200), nullable=False),
    # its key in the outbox, where it says what became of it
    Column("outbox_key", String(120), nullable=False, unique=True),
    Column("read_at", BigInteger),
    # page: a person pressed; call: a machine said so
    Column("read_how", String(8)),
    Index("ix_notice_delivery_notice", "notice"),
)

# The sheet as it was sent or signed, byte by byte.
document = Table(
    "document",
    metadata,
    # notice, minutes
    Column("series", String(16), primary_key=True),
    Column("subject", Id, primary_key=True, autoincrement=False),
    Column("made_at", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

yearly_number = Table(
    "yearly_number",
    metadata,
    Column("series", String(16), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

# What the registry does not say of a device; `asset` belongs to the registry.
asset_life = Table(
    "asset_life",
    metadata,
    Column("asset", Id, primary_key=True, autoincrement=False),
    Column("bought_on", String(10)),
    Column("handed_over_on", String(10)),
    Column("warranty_until", String(10)),
    # this very device's interval; NULL: that of its model, or the rule
    Column("interval_days", Integer),
    Column("unit", String(120), nullable=False, server_default=""),
    # minutes that a UPS was promised to last
    Column("promised_minutes", Integer),
    # in the store: nothing is due
    Column("spare", Boolean, nullable=False, server_default=false()),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String(64), nullable=False),
)

# What makers recommend. A model that is not here, or has no days, falls under the rule.
model_interval = Table(
    "model_interval",
    metadata,
    Column("kind", String(24), primary_key=True),
    Column("model", String(80), primary_key=True),
    Column("days", Integer),
    # where that is written
    Column("source", String(200), nullable=False, server_default=""),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String(64), nullable=False),
)

servicing = Table(
    "servicing",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("asset", Id, nullable=False),
    site_column(),
    Column("kind", String(24), nullable=False),
    # calibration, self_test, test_run
    Column("duty", String(16), nullable=False),
    # recorded (may be corrected), signed
    Column("state", String(16), nullable=False),
    Column("done_on", String(10), nullable=False),
    # pass, fail
    Column("result", String(8), nullable=False),
    # JSON: the checklist as it was and what was found
    Column("findings", Text, nullable=False),
    Column("technician", String(120), nullable=False),
    Column("witness", String(120), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("recorded_at", BigInteger, nullable=False),
    Column("recorded_by", String(64), nullable=False),
    Column("signed_at", BigInteger),
    Column("signed_by", String(64)),
    Column("year", Integer),
    Column("number", Integer),
    Column("sha256", String(64)),
    # JSON: everything that stands on the signed sheet; the hash is of these bytes
    Column("sealed", Text),
    # the incident that its failure opened
    Column("incident", Id),
    UniqueConstraint("year", "number"),
    Index("ix_servicing_asset_done_on", "asset", "done_on"),
    Index("ix_servicing_done_on", "done_on"),
)

yearly_plan = Table(
    "yearly_plan",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    # draft, appraisal, approved
    Column("state", String(16), nullable=False),
    # JSON: the rows as they were handed in; NULL while it is a draft, which is computed
    Column("rows", Text),
    Column("sha256", String(64)),
    Column("changed_at", BigInteger, nullable=False),
)

yearly_plan_step = Table(
    "yearly_plan_step",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("year", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("step", String(16), nullable=False),
    # the number of the paper, or why it went back
    Column("note", Text, nullable=False, server_default=""),
    Column("sha256", String(64)),
    Index("ix_yearly_plan_step_year", "year"),
)

# An order to keep something beyond its time.
legal_hold = Table(
    "legal_hold",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    # notice, servicing, plan, incident, report, evidence, picture
    Column("series", String(16), nullable=False),
    # its number; of evidence: the order's own number in evidence_hold
    Column("subject", Id, nullable=False),
    Column("why", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("since_by", String(64), nullable=False),
    Column("until", BigInteger),
    Column("until_by", String(64)),
    # what has no number: a target (empty: all), a report's number, a command's correlation
    Column("ref", String(64), nullable=False, server_default=""),
    # one person asks that it be lifted, another one lifts it
    Column("lift_asked_at", BigInteger),
    Column("lift_asked_by", String(64)),
    Column("lift_why", Text, nullable=False, server_default=""),
    Index("ix_legal_hold_series_subject", "series", "subject"),
    Index("ix_legal_hold_series_ref", "series", "ref"),
)

# What the organisation decides of upkeep: limits of checklists, ages of the yearly plan. Every
# version stays; one holds from its day until the day of the next.
upkeep_policy = Table(
    "upkeep_policy",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("begins", String(10), nullable=False),
    # JSON: a `motcua_hub.domain.upkeep.policy.Policy`
    Column("body", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String(64), nullable=False),
)
