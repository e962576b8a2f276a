"""What sites and processes say of themselves now; not journalled."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Integer,
    String,
    Table,
    Text,
)

from motcua_hub.store.tables.base import count_column, metadata
from motcua_hub.store.types import Hex

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
    count_column("poisoned"),
    count_column("quarantined"),
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
    # the detail as keys and values (JSON), to be put into Vietnamese; empty: only in English
    Column("said", Text, nullable=False, server_default=""),
    Column("received_at", BigInteger, nullable=False),
    # a rehearsed fault in force beside what the device itself said last; NULL: none
    Column("drill_state", String(16)),
    Column("drill_code", Text, nullable=False, server_default=""),
    Column("drill_since", BigInteger),
    Column("drill_detail", Text, nullable=False, server_default=""),
)

# Numbers of a component over time, in rings: `slot` is the place in the ring of width `step_s`,
# so that a series can never grow beyond its ring.
metric_point = Table(
    "metric_point",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("component", String(48), primary_key=True),
    Column("quantity", String(32), primary_key=True),
    Column("step_s", Integer, primary_key=True),
    Column("slot", Integer, primary_key=True),
    # the beginning of the interval, UTC ms by the hub's clock
    Column("at", BigInteger, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("total", Float, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("last", Float, nullable=False),
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
