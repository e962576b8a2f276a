"""Commands that people gave to sites, and what came of them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from motcua_hub.store.tables.base import metadata, site_column

site_command = Table(
    "site_command",
    metadata,
    Column("correlation", String(32), primary_key=True),
    site_column(),
    Column("name", String(64), nullable=False),
    # JSON object of strings
    Column("arguments", Text, nullable=False, server_default="{}"),
    Column("actor", String(64), nullable=False),
    Column("given_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    # handed to the broker; NULL: not yet, and never once it has expired
    Column("sent_at", BigInteger),
    # when the site's answer or its journal told the outcome; NULL: not yet
    Column("ended_at", BigInteger),
    Column("ok", Boolean),
    Column("detail", Text, nullable=False, server_default=""),
    Column("media", String(64), nullable=False, server_default=""),
    Column("data", Text, nullable=False, server_default=""),
    Index("ix_site_command_site_given_at", "site", "given_at"),
    Index("ix_site_command_sent_at", "sent_at"),
)
