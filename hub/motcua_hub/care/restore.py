"""Restore: a verified backup becomes the database. What was there is moved aside, never deleted."""

import shutil
import sqlite3
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine, func, select

from motcua_hub.care.backup import (
    BackupError,
    Manifest,
    copy_rows,
    fingerprint,
    mark_safe,
    problems_in,
)
from motcua_hub.store import schema
from motcua_hub.store.engine import open_engine, open_file, reading, writing
from motcua_hub.store.migrate import upgrade
from motcua_hub.store.streams import last_generation


def _manifest(path: Path, now: int) -> Manifest:
    beside = path.with_suffix(".json")
    if beside.exists():
        return msgspec.json.decode(beside.read_bytes(), type=Manifest)
    copy = open_file(path)
    try:
        with reading(copy) as connection:
            generation = last_generation(connection) + 1
            events = connection.scalar(select(func.count()).select_from(schema.event)) or 0
    finally:
        copy.dispose()
    return Manifest(
        generation=generation,
        file=path.name,
        sha256=fingerprint(path),
        size=path.stat().st_size,
        events=events,
        taken_at=now,
    )


def check_backup(path: Path, now: int) -> Manifest:
    """Read a backup back; BackupError when it is not good."""
    if not path.is_file():
        msg = f"{path} is not a backup file"
        raise BackupError(msg)
    try:
        manifest = _manifest(path, now)
        problems = problems_in(path)
    except (OSError, sqlite3.Error, ValueError) as error:
        msg = f"{path} cannot be read: {error}"
        raise BackupError(msg) from error
    if fingerprint(path) != manifest.sha256:
        problems.append("its SHA-256 is not the one in its manifest")
    if problems:
        msg = f"{path} is not good: {'; '.join(problems)}"
        raise BackupError(msg)
    return manifest


def _aside(database: Path, now: int) -> None:
    for end in ("", "-wal", "-shm"):
        old = database.with_name(database.name + end)
        if old.exists():
            old.rename(database.with_name(f"{database.name}.before-restore-{now}{end}"))


def _into_sqlite(engine: Engine, path: Path, now: int) -> None:
    database = Path(str(engine.url.database))
    _aside(database, now)
    shutil.copyfile(path, database)
    upgrade(engine)


def _empty(engine: Engine) -> None:
    """Refuse a database that holds events or evidence: a person must move it aside first."""
    with writing(engine) as connection:
        for what, key in (("events", schema.event.c.id), ("evidence", schema.evidence.c.n)):
            if connection.scalar(select(key).limit(1)) is not None:
                where = engine.url.render_as_string()
                msg = f"{where} holds {what}; restore into an empty database"
                raise BackupError(msg)
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(table.delete())


def _into_other(engine: Engine, path: Path) -> None:
    upgrade(engine)
    _empty(engine)
    copy = open_file(path)
    try:
        with reading(copy) as source, writing(engine) as into:
            for table in schema.metadata.sorted_tables:
                copy_rows(source, into, table)
            _advance_sequences(into)
    finally:
        copy.dispose()


def _advance_sequences(connection: Connection) -> None:
    """Rows came with their ids; PostgreSQL's sequences must go on after them."""
    for table in schema.metadata.sorted_tables:
        key = table.autoincrement_column
        if key is None:
            continue
        highest = func.coalesce(select(func.max(key)).scalar_subquery(), 0)
        sequence = func.pg_get_serial_sequence(table.name, key.name)
        connection.execute(select(func.setval(sequence, highest + 1, False)))


def restore(url: str, path: Path, now: int) -> Manifest:
    """Make a backup the database of `url`. The hub must not be running.

    After it, everything held is in that backup, so `safe` equals `have`. Rows that sites sent
    after the backup come again from the sites, or are declared as gaps when they are gone there.
    """
    manifest = check_backup(path, now)
    engine, stream = open_engine(url), schema.stream
    try:
        if engine.dialect.name == "sqlite":
            _into_sqlite(engine, path, now)
        else:
            _into_other(engine, path)
        with writing(engine) as connection:
            rows = connection.execute(select(stream.c.site, stream.c.jid, stream.c.have))
            mark_safe(connection, manifest, str(path), [dict(row) for row in rows.mappings()])
    finally:
        engine.dispose()
    return manifest
