"""Targets that call by themselves, and what probes warn of."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from motcua_hub.store.tables.base import metadata

push_token = Table(
    "push_token",
    metadata,
    # hash of the token in the address that the target calls
    Column("token_sha256", String(64), primary_key=True),
    Column("target", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", String(64), nullable=False, server_default=""),
    Column("revoked_at", BigInteger),
    # when it called last; NULL: never
    Column("heard_at", BigInteger),
    Index("ix_push_token_target", "target"),
)

# Something that works, but for how long: a certificate that ends soon.
probe_warning = Table(
    "probe_warning",
    metadata,
    Column("target", String(64), primary_key=True),
    Column("vantage", String(64), primary_key=True),
    Column("warning", String(64), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("since", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
