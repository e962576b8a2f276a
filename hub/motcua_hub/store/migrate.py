"""Bringing the database to this version's schema. Old versions only ever go forward."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from motcua_hub.store.engine import reading, writing


class SchemaError(RuntimeError):
    """A database whose schema this version cannot use."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("motcua_hub.store") / "migrations"))
    config.attributes["connection"] = connection
    return config


def revision(connection: Connection) -> str | None:
    """The schema revision a database is at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision of this version."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def upgrade(engine: Engine) -> None:
    """Run what is missing, in one transaction; SchemaError for a database of a newer version."""
    with reading(engine) as connection:
        here = revision(connection)
    if here == newest():
        return
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if here is not None and here not in known:
        msg = f"the database is at revision {here}, which this version does not know; update motcua"
        raise SchemaError(msg)
    with writing(engine) as connection:
        command.upgrade(_config(connection), "head")
