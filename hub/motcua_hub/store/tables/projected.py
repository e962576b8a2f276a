"""Projections: rebuilt from `event` at any time, advanced in the transaction of its rows."""

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

from motcua_hub.store.tables.base import count_column, metadata
from motcua_hub.store.types import Hex

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
    count_column("calls"),
    count_column("slips"),
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
    count_column("issued"),
    count_column("waiting"),
    count_column("called"),
    count_column("serving"),
    count_column("parked"),
    count_column("missed"),
    count_column("served"),
    count_column("no_show"),
    count_column("walked_out"),
    count_column("expired"),
    count_column("void"),
    count_column("wait_n"),
    count_column("wait_ms"),
    count_column("serving_n"),
    count_column("serving_ms"),
)

# scale 0 holds what has no scale: offered, declined, expired
rating_day = Table(
    "rating_day",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("day", Text, primary_key=True),
    Column("officer", Text, primary_key=True),
    Column("scale", Integer, primary_key=True),
    count_column("offered"),
    count_column("level1"),
    count_column("level2"),
    count_column("level3"),
    count_column("level4"),
    count_column("level5"),
    count_column("declined"),
    count_column("expired"),
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
    Column("said", Text, nullable=False, server_default=""),
    *_order(),
)

# Every change of a component's health. What the device itself said forms one chain, told by
# `before` and `until`; a drill stands beside it and lasts until the next word of any kind.
health_span = Table(
    "health_span",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("component", Text, primary_key=True),
    Column("by_jid", Hex, primary_key=True),
    Column("by_seq", BigInteger, primary_key=True),
    Column("by_depth", BigInteger, nullable=False),
    # the state before; empty for the first
    Column("before", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    Column("said", Text, nullable=False, server_default=""),
    Column("drill", Boolean, nullable=False, server_default=false()),
    # UTC ms by the office's clock; `until` NULL: still
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Index("ix_health_span_since", "since"),
    Index("ix_health_span_site_since", "site", "since"),
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
