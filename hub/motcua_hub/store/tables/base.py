"""The metadata that all tables share, and columns that many have."""

from sqlalchemy import BigInteger, Column, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def site_column() -> Column[str]:
    """Which office a row is about."""
    return Column("site", String(32), nullable=False)


def count_column(name: str) -> Column[int]:
    """A sum that begins at 0."""
    return Column(name, BigInteger, nullable=False, server_default="0")
