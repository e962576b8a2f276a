"""All tables of the hub. Times are UTC ms; ids of journals and events are hex in Python.

Rows of `event` are what offices committed: written once, never edited. `best_time` and
`best_error` are the hub's own annotation (when it really happened, +- ms; error is NULL when only
the office's unsynced clock vouches for it) and may be refined later.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from motcua_hub.store.types import Hex, Id

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _site() -> Column[str]:
    return Column("site", String(32), nullable=False)


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


# --- what people administer -------------------------------------------------------------------

site = Table(
    "site",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
)

device = Table(
    "device",
    metadata,
    Column("id", String(48), primary_key=True),
    _site(),
    Column("serial", Text, nullable=False, server_default=""),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Index("ix_device_site", "site"),
)

account = Table(
    "account",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(16), nullable=False, server_default="admin"),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
)

session = Table(
    "session",
    metadata,
    Column("token_sha256", Hex, primary_key=True),
    Column("account", Id, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("ix_session_account", "account"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("token_sha256", Hex, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    # hex SHA-256 of the name tried: people type passwords into the wrong box
    Column("name_sha256", Hex, nullable=False),
    Column("address", String(64), nullable=False),
    Index("ix_login_failure_at", "at"),
)

setting = Table(
    "setting",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

incident = Table(
    "incident",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _site(),
    Column("kind", String(32), nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
    Column("status", String(16), nullable=False, server_default="open"),
    Column("opened_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("closed_by", String(64)),
    Column("count", BigInteger, nullable=False, server_default="1"),
    Column("detail", Text, nullable=False, server_default=""),
    Index("ix_incident_status_opened_at", "status", "opened_at"),
    Index("ix_incident_site_kind_subject", "site", "kind", "subject"),
)

# --- the replica ------------------------------------------------------------------------------

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _site(),
    Column("jid", Hex, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("eid", Hex),
    # set instead of eid when another row of the site has that eid already: kept, without effect
    Column("twin_eid", Hex),
    Column("type", Text, nullable=False),
    Column("boot", Text, nullable=False),
    Column("t_mono", BigInteger, nullable=False),
    Column("t_wall", BigInteger, nullable=False),
    Column("clock", String(8), nullable=False),
    Column("business_day", Text, nullable=False),
    # exact bytes; NULL for a stub, whose body_sha256 is set instead
    Column("body", LargeBinary),
    Column("body_sha256", Hex),
    Column("digest", Hex, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("quarantined", Text),
    Column("subject", Text),
    Column("best_time", BigInteger, nullable=False),
    Column("best_error", BigInteger),
    UniqueConstraint("site", "jid", "seq"),
    UniqueConstraint("site", "eid"),
    Index("ix_event_site_subject", "site", "subject"),
    Index("ix_event_site_best_time", "site", "best_time"),
)

stream = Table(
    "stream",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("jid", Hex, primary_key=True),
    _count("have"),
    _count("safe"),
    # digest of row `have`; NULL when have is 0 or the end of a gap
    Column("digest", Hex),
    Column("parent_jid", Hex),
    _count("parent_last_seq"),
    # place in the chain of incarnations: a parent's depth is below its children's
    _count("depth"),
    Column("boot", Text, nullable=False, server_default=""),
    Column("hw", Text, nullable=False, server_default=""),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    # when another incarnation took its place as the current one
    Column("replaced_at", BigInteger),
    Index("ix_stream_site_parent_jid", "site", "parent_jid"),
    Index("ix_stream_site_boot", "site", "boot"),
)

raw_batch = Table(
    "raw_batch",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _site(),
    Column("jid", Hex, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("size", Integer, nullable=False),
    # deflated: it keeps what this version did not understand of a newer office's message
    Column("raw", LargeBinary, nullable=False),
)

poison = Table(
    "poison",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _site(),
    Column("topic", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Index("ix_poison_site", "site", "id"),
)

conflict = Table(
    "conflict",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _site(),
    Column("jid", Hex, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("held_digest", Hex),
    Column("digest", Hex, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("site", "jid", "seq", "digest"),
)

gap = Table(
    "gap",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("jid", Hex, primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("declared_at", BigInteger, nullable=False),
)

backup = Table(
    "backup",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("path", Text, nullable=False),
    Column("sha256", Hex, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("taken_at", BigInteger, nullable=False),
    Column("verified_at", BigInteger),
)

backup_stream = Table(
    "backup_stream",
    metadata,
    Column("generation", Integer, ForeignKey("backup.generation"), primary_key=True),
    Column("site", String(32), primary_key=True),
    Column("jid", Hex, primary_key=True),
    Column("have", BigInteger, nullable=False),
)

clock_offset = Table(
    "clock_offset",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("boot", Text, primary_key=True),
    # 0: hub's receive time, 1: RTC, 2: NTP
    Column("rank", Integer, nullable=False),
    Column("low", BigInteger, nullable=False),
    Column("high", BigInteger, nullable=False),
    _count("samples"),
    # what the boot's events were annotated with
    Column("applied_offset", BigInteger),
    Column("applied_error", BigInteger),
)

# --- what sites say about themselves now (not journalled) --------------------------------------

site_live = Table(
    "site_live",
    metadata,
    Column("site", String(32), primary_key=True),
    # online, offline, stopped: the site's (or its will's) last word; NULL: never heard
    Column("status", String(16)),
    Column("status_at", BigInteger),
    Column("status_edge_at", BigInteger),
    Column("status_why", Text, nullable=False, server_default=""),
    Column("session", Text),
    Column("boot", Text),
    Column("jid", Hex),
    Column("hw", Text, nullable=False, server_default=""),
    Column("device", Text, nullable=False, server_default=""),
    Column("clock", String(8)),
    Column("business_day", Text, nullable=False, server_default=""),
    Column("free_bytes", BigInteger),
    Column("last_hello_at", BigInteger),
    Column("last_event_at", BigInteger),
    Column("last_seen_at", BigInteger),
    Column("about", Text),
    Column("about_at", BigInteger),
    Column("metrics", Text),
    Column("metrics_at", BigInteger),
    Column("config_version", BigInteger),
    Column("config_state", Text),
    Column("config_error", Text),
    _count("poisoned"),
    _count("quarantined"),
)

health_report = Table(
    "health_report",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("component", Text, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("since", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("received_at", BigInteger, nullable=False),
)

# --- projections: rebuilt from `event` at any time, advanced in the transaction of its rows -----

projection = Table(
    "projection",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("site", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    # id of the last event row taken in
    Column("cursor", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("series", Text, nullable=False, server_default=""),
    Column("number", BigInteger, nullable=False, server_default="0"),
    Column("service", Text, nullable=False, server_default=""),
    Column("purpose", Text, nullable=False, server_default=""),
    Column("priority", Text, nullable=False, server_default=""),
    Column("channel", Text, nullable=False, server_default=""),
    Column("test", Boolean, nullable=False, server_default=false()),
    # its issue is in a declared gap or not here yet: the row is what the rest tells
    Column("partial", Boolean, nullable=False, server_default=false()),
    Column("state", Text, nullable=False),
    Column("counter", BigInteger),
    Column("officer", Text),
    Column("issued_at", BigInteger),
    Column("called_at", BigInteger),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("ended_at", BigInteger),
    # clamped to [0, 7 days]; NULL until known
    Column("wait_ms", BigInteger),
    Column("serving_ms", BigInteger),
    _count("calls"),
    _count("slips"),
    Column("print_state", Text, nullable=False, server_default="pending"),
    Column("rating_state", Text, nullable=False, server_default="none"),
    Column("rating_level", BigInteger),
    Column("rating_scale", BigInteger),
    Column("reason", Text, nullable=False, server_default=""),
    Column("updated_at", BigInteger, nullable=False),
    # what the wait is measured from, and the last fact folded in
    Column("issued_boot", Text, nullable=False, server_default=""),
    Column("issued_mono", BigInteger),
    Column("last_jid", Hex, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Index("ix_ticket_site_day_state", "site", "day", "state"),
)

queue_day = Table(
    "queue_day",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("day", Text, primary_key=True),
    Column("service", Text, primary_key=True),
    _count("issued"),
    _count("waiting"),
    _count("called"),
    _count("serving"),
    _count("parked"),
    _count("missed"),
    _count("served"),
    _count("no_show"),
    _count("walked_out"),
    _count("expired"),
    _count("void"),
    _count("wait_n"),
    _count("wait_ms"),
    _count("serving_n"),
    _count("serving_ms"),
)

# scale 0 holds what has no scale: offered, declined, expired
rating_day = Table(
    "rating_day",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("day", Text, primary_key=True),
    Column("officer", Text, primary_key=True),
    Column("scale", Integer, primary_key=True),
    _count("offered"),
    _count("level1"),
    _count("level2"),
    _count("level3"),
    _count("level4"),
    _count("level5"),
    _count("declined"),
    _count("expired"),
)

series_high = Table(
    "series_high",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("day", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)


def _order() -> tuple[Column[int], Column[str], Column[int]]:
    """By which fact a newest-wins row stands: place of the incarnation, then place in it."""
    return (
        Column("by_depth", BigInteger, nullable=False),
        Column("by_jid", Hex, nullable=False),
        Column("by_seq", BigInteger, nullable=False),
    )


device_health = Table(
    "device_health",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("component", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("since", BigInteger, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    *_order(),
)

counter = Table(
    "counter",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("state", Text, nullable=False),
    Column("officer", Text),
    Column("reason", Text, nullable=False, server_default=""),
    Column("back_at", BigInteger),
    Column("since", BigInteger, nullable=False),
    *_order(),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("process", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("connected", Boolean, nullable=False),
    # how long the oldest message of the last transaction had waited here
    Column("lag_s", Float, nullable=False, server_default="0"),
)

PROJECTED = (ticket, queue_day, rating_day, series_high, device_health, counter)
"""Tables that `rebuild` empties and fills again from `event`."""
