"""Column types shared by all tables."""

from sqlalchemy import BigInteger, Integer, LargeBinary
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

Id = BigInteger().with_variant(Integer(), "sqlite")
"""Surrogate keys: SQLite counts rowids only for a plain INTEGER."""


class Hex(TypeDecorator[str]):
    """Lower-case hex in Python, bytes in the database: half the room, same order."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Hex to bytes."""
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Bytes to hex."""
        return None if value is None else bytes(value).hex()
