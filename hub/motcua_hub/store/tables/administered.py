"""What people administer: sites, devices, accounts."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from motcua_hub.store.tables.base import metadata, site_column
from motcua_hub.store.types import Hex, Id

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
    site_column(),
    Column("serial", Text, nullable=False, server_default=""),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Index("ix_device_site", "site"),
)

# What an office has, as people registered it: most of it no program can ask (S3, article 4.1).
asset = Table(
    "asset",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    site_column(),
    Column("kind", String(24), nullable=False),
    Column("name", String(80), nullable=False),
    # under which name its health is reported; NULL: nothing reports or probes it
    Column("component", String(48)),
    Column("model", String(80), nullable=False, server_default=""),
    Column("serial", String(80), nullable=False, server_default=""),
    Column("place", String(80), nullable=False, server_default=""),
    Column("address", String(80), nullable=False, server_default=""),
    Column("note", String(400), nullable=False, server_default=""),
    Column("added_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger),
    Column("retired_why", String(400), nullable=False, server_default=""),
    Index("ix_asset_site", "site"),
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
    # read or write
    Column("scope", String(8), nullable=False, server_default="read"),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    # whose hand it is; NULL: of nobody, and then it may only read
    Column("account", Id),
)

# What a call with an idempotency key was answered, for a day; without an answer it is on its way.
api_call = Table(
    "api_call",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("idempotency_key", String(80), primary_key=True),
    # SHA-256 over operation, path, query and body
    Column("asked", String(64), nullable=False),
    Column("status", Integer),
    Column("answer", Text),
    Column("at", BigInteger, nullable=False),
    Index("ix_api_call_at", "at"),
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
