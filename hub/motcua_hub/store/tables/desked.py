"""Incidents: where each stands, and the timeline that says why.

`incident_event` is the truth: it is only ever added to (triggers of migration 0005 refuse to change
or delete its rows). A row of `incident` is where its timeline leads, kept so that lists are quick.
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
    false,
)

from motcua_hub.store.tables.base import count_column, metadata, site_column
from motcua_hub.store.types import Id


def _text(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False, server_default="")


def _long(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


incident = Table(
    "incident",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    site_column(),
    # down, fault, reported, power_event, hub, carrier, servicing; or what ingest and backup raise
    Column("kind", String(32), nullable=False),
    _long("subject"),
    # see domain.incident.vocabulary.Status
    Column("status", String(16), nullable=False, server_default="open"),
    Column("opened_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("closed_by", String(64)),
    Column("count", BigInteger, nullable=False, server_default="1"),
    _long("detail"),
    # what is down; NULL where the ledger has no target for it
    Column("target", String(64)),
    _text("target_kind", 16),
    # the hub sees by itself when it is over; otherwise people say so
    Column("watched", Boolean, nullable=False, server_default=false()),
    # the incident that explains this one
    Column("parent", BigInteger),
    Column("severity", Integer, nullable=False, server_default="3"),
    # class of repairers: hardware, software, link, power, security
    _text("responsible", 16),
    _text("cause", 16),
    # thousandths
    Column("confidence", Integer, nullable=False, server_default="0"),
    Column("provisional", Boolean, nullable=False, server_default=false()),
    Column("rule", Integer, nullable=False, server_default="0"),
    # of the outage that lasts or was the last: when it began (dated back), was confirmed, ended
    Column("onset_at", BigInteger, nullable=False, server_default="0"),
    Column("confirmed_at", BigInteger),
    Column("restored_at", BigInteger),
    Column("acknowledged_at", BigInteger),
    _text("acknowledged_by", 64),
    Column("fixed_at", BigInteger),
    # who holds it now: a unit of the directory, and the person who took it
    Column("unit", BigInteger),
    _text("owner", 120),
    count_column("transfers"),
    # both are NULL where no deadline runs
    Column("ack_due_at", BigInteger),
    Column("repair_due_at", BigInteger),
    Column("ack_missed", Boolean, nullable=False, server_default=false()),
    Column("repair_missed", Boolean, nullable=False, server_default=false()),
    # which promise the deadlines are of: 0 is the one that the program brings, NULL none yet
    Column("promise", BigInteger),
    _text("carrier", 64),
    _text("carrier_case", 80),
    _long("workaround"),
    _long("fix"),
    Column("force_majeure", Boolean, nullable=False, server_default=false()),
    # officers' reports that joined it
    count_column("reports"),
    Index("ix_incident_status_opened_at", "status", "opened_at"),
    Index("ix_incident_site_kind_subject", "site", "kind", "subject"),
    Index("ix_incident_target_onset_at", "target", "onset_at"),
    Index("ix_incident_parent", "parent"),
    Index("ix_incident_opened_at", "opened_at"),
)

incident_event = Table(
    "incident_event",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("incident", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    # see domain.incident.vocabulary.Happening
    Column("happening", String(24), nullable=False),
    # empty: the hub itself; an account, or a part of the hub that writes for itself
    _text("actor", 64),
    # JSON; which keys an entry has is written in domain.incident.lifecycle
    Column("detail", Text, nullable=False, server_default="{}"),
    Index("ix_incident_event_incident_id", "incident", "id"),
)

incident_watcher = Table(
    "incident_watcher",
    metadata,
    Column("incident", BigInteger, primary_key=True, autoincrement=False),
    # a unit of the directory
    Column("unit", BigInteger, primary_key=True, autoincrement=False),
    Column("added_at", BigInteger, nullable=False),
    _text("added_by", 64),
    Index("ix_incident_watcher_unit", "unit"),
)

# Officers' reports as offices sent them: what the desk made of each, so that none counts twice.
incident_report = Table(
    "incident_report",
    metadata,
    Column("site", String(32), primary_key=True),
    # which report, by the site's own id
    Column("report", String(64), primary_key=True),
    Column("incident", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("component", String(80), nullable=False, server_default=""),
    Column("counter", Integer),
    _text("note", 400),
    Column("withdrawn_at", BigInteger),
    Index("ix_incident_report_incident", "incident"),
)

# How far the desk has read the offices' facts.
desk_cursor = Table(
    "desk_cursor",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
)

# Within how long incidents are taken on and repaired: versions, only ever added to (triggers of
# migration 0014). For everything, or for a unit with a contract, a class of repairers, a site.
promise = Table(
    "promise",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    # a unit of the directory; what an empty field does not ask for, any will do
    Column("unit", BigInteger),
    _text("responsible", 16),
    _text("site", 32),
    # for incidents opened from this moment on (UTC ms)
    Column("begins", BigInteger, nullable=False),
    # JSON: see domain.incident.promises.Term; empty: nothing of its own any more
    Column("terms", Text, nullable=False, server_default="[]"),
    _long("reason"),
    Column("made_at", BigInteger, nullable=False),
    _text("made_by", 64),
)
