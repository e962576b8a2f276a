"""The migrated database is the one that the code believes in."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text

from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.store.migrate import SchemaError, newest, revision, upgrade
from motcua_hub.store.schema import metadata


def test_migrations_lead_to_the_schema_in_the_code(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    with reading(engine) as connection:
        # SQLite tells defaults back in another spelling
        defaults = engine.dialect.name == "postgresql"
        options = {"compare_server_default": defaults}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        assert revision(connection) == newest()
    engine.dispose()


def test_an_upgrade_done_twice_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    with reading(engine) as connection:
        assert revision(connection) == newest()


def test_a_database_of_a_newer_version_is_refused(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match=r"9999.*update motcua"):
        upgrade(engine)


def test_what_is_acknowledged_is_durable(engine: Engine) -> None:
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
            assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 15_000
        else:
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
