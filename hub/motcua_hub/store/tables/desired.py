"""What sites should run, and what they made of it."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from motcua_hub.store.tables.base import metadata
from motcua_hub.store.types import Hex

# Every version that was ever made for a site; the newest is the one it should run.
desired_config = Table(
    "desired_config",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    # of the exact text of the body, which is a `motcua_contract.desired.Frame`
    Column("sha256", Hex, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String(64), nullable=False, server_default=""),
)

# A site's last word on it.
desired_report = Table(
    "desired_report",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("version", BigInteger, nullable=False),
    # applied, refused, older
    Column("state", String(32), nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    # the version in force there; 0: none
    Column("running", BigInteger, nullable=False, server_default="0"),
    Column("at", BigInteger, nullable=False),
)
