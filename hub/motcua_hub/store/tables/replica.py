"""The replica: what offices committed, and what is known of each journal."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from motcua_hub.store.tables.base import count_column, metadata, site_column
from motcua_hub.store.types import Hex, Id

UNREAD = text("body IS NULL OR quarantined IS NOT NULL")
"""Of rows of `event` that say nothing yet. To be found by its index a query says it just so."""

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    site_column(),
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
    Index("ix_event_unread", "site", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
)

# Rows of `event` that say something since a later time than they were taken in: a stub whose body
# came, a fact that this version understands and an older one did not. Whoever reads `event` after a
# cursor reads these after a second one.
event_late = Table(
    "event_late",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("event", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)

stream = Table(
    "stream",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("jid", Hex, primary_key=True),
    count_column("have"),
    count_column("safe"),
    # digest of row `have`; NULL when have is 0 or the end of a gap
    Column("digest", Hex),
    Column("parent_jid", Hex),
    count_column("parent_last_seq"),
    # place in the chain of incarnations: a parent's depth is below its children's
    count_column("depth"),
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
    site_column(),
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
    site_column(),
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
    site_column(),
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
    count_column("samples"),
    # what the boot's events were annotated with
    Column("applied_offset", BigInteger),
    Column("applied_error", BigInteger),
)
