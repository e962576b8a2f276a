"""Backup: a consistent copy, read back and verified before any `safe` mark moves.

A backup is one SQLite file whatever the database is, so that it can be checked by the same
code and restored into either. Edges may purge what is in the newest verified one, hence the care.
"""

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine, Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from motcua_hub.care.verify import verify
from motcua_hub.store import schema
from motcua_hub.store.engine import open_engine, open_file, reading, writing
from motcua_hub.store.incidents import Kind, raise_incident
from motcua_hub.store.migrate import upgrade
from motcua_hub.store.streams import last_generation

PAGES = 2_000
ROWS = 2_000
_NAME = re.compile(r"motcua-hub-(\d{6,})\.(?:sqlite3|json)")


class BackupError(RuntimeError):
    """A backup that could not be made or is not good; nothing was marked safe."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside a backup, as JSON."""

    generation: int
    file: str
    sha256: str
    size: int
    events: int
    taken_at: int


def _copy_sqlite(engine: Engine, target: Path) -> None:
    """SQLite's own backup: consistent while the hub writes on."""
    source = sqlite3.connect(str(engine.url.database))
    copy = sqlite3.connect(target)
    try:
        source.backup(copy, pages=PAGES)
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
        source.close()


def copy_rows(source: Connection, target: Connection, table: Table) -> None:
    """Every row of one table, in pages of its primary key's order."""
    columns = list(table.primary_key.columns)
    rows = source.execution_options(yield_per=ROWS).execute(select(table).order_by(*columns))
    for page in rows.mappings().partitions(ROWS):
        target.execute(table.insert(), [dict(row) for row in page])


def _copy_logical(engine: Engine, target: Path) -> None:
    """Any other database, table by table, from one snapshot."""
    copy = open_engine(f"sqlite:///{target}")
    try:
        upgrade(copy)
        with reading(engine) as source, writing(copy) as into:
            # a migration may begin a table with rows of its own; the source has them too
            for table in reversed(schema.metadata.sorted_tables):
                into.execute(table.delete())
            for table in schema.metadata.sorted_tables:
                copy_rows(source, into, table)
    finally:
        copy.dispose()
    plain = sqlite3.connect(target)
    plain.execute("PRAGMA journal_mode=DELETE")
    plain.close()


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, read back from it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Make a file or folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def problems_in(path: Path, limit: int = 20) -> list[str]:
    """What is wrong with a backup file, read as the hub would."""
    copy = open_file(path)
    try:
        with reading(copy) as connection:
            found = verify(connection)
            return [problem for problem, _ in zip(found, range(limit), strict=False)]
    finally:
        copy.dispose()


def _haves(path: Path) -> tuple[list[dict[str, object]], int]:
    copy = open_file(path)
    stream = schema.stream
    try:
        with reading(copy) as connection:
            rows = connection.execute(select(stream.c.site, stream.c.jid, stream.c.have))
            haves = [dict(row) for row in rows.mappings()]
            events = connection.scalar(select(func.count()).select_from(schema.event)) or 0
    finally:
        copy.dispose()
    return haves, events


def _take(engine: Engine, partial: Path) -> None:
    for old in (partial, *(partial.with_name(partial.name + end) for end in ("-wal", "-shm"))):
        old.unlink(missing_ok=True)
    if engine.dialect.name == "sqlite":
        _copy_sqlite(engine, partial)
    else:
        _copy_logical(engine, partial)
    sync(partial)


def _next_generation(engine: Engine, folder: Path) -> int:
    """After the newest one known, and after those in the folder.

    A hub that was restored from an older backup does not know the newer ones of its former life;
    it must not write over them.
    """
    with reading(engine) as connection:
        known = last_generation(connection)
    names = (_NAME.fullmatch(path.name) for path in folder.iterdir())
    return max([known, *(int(name[1]) for name in names if name)]) + 1


def _note_failure(engine: Engine, now: int, problem: str) -> None:
    with writing(engine) as connection:
        raise_incident(connection, "hub", Kind.BACKUP_FAILED, now, detail=problem)


def make_backup(
    engine: Engine, folder: Path, now: int, *, copied: Callable[[Path], None] = lambda _path: None
) -> Manifest:
    """Copy, verify, then move the `safe` marks; BackupError when the copy is not good.

    `copied` is called with the copy before it is read back (tests damage it there).
    """
    folder.mkdir(parents=True, exist_ok=True)
    generation = _next_generation(engine, folder)
    final = folder / f"motcua-hub-{generation:06d}.sqlite3"
    partial = folder / f"{final.name}.partial"
    try:
        _take(engine, partial)
        copied(partial)
        problems = problems_in(partial)
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        problems = [str(error)]
    if problems:
        _note_failure(engine, now, "; ".join(problems))
        msg = f"the copy {partial} is not good, nothing was marked safe: {'; '.join(problems)}"
        raise BackupError(msg)
    return _publish(engine, partial, final, generation, now)


def _publish(engine: Engine, partial: Path, final: Path, generation: int, now: int) -> Manifest:
    haves, events = _haves(partial)
    manifest = Manifest(
        generation=generation,
        file=final.name,
        sha256=fingerprint(partial),
        size=partial.stat().st_size,
        events=events,
        taken_at=now,
    )
    partial.rename(final)
    beside = final.with_suffix(".json")
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    sync(beside)
    sync(final.parent)
    with writing(engine) as connection:
        mark_safe(connection, manifest, str(final), haves)
    return manifest


def mark_safe(
    connection: Connection, manifest: Manifest, path: str, haves: list[dict[str, object]]
) -> None:
    """Record a verified backup and let `safe` follow it; `safe` only rises."""
    stream = schema.stream
    connection.execute(
        schema.backup.insert().values(
            generation=manifest.generation,
            path=path,
            sha256=manifest.sha256,
            size=manifest.size,
            events=manifest.events,
            taken_at=manifest.taken_at,
            verified_at=manifest.taken_at,
        )
    )
    if haves:
        rows = [{"generation": manifest.generation, **row} for row in haves]
        connection.execute(schema.backup_stream.insert(), rows)
    held = schema.backup_stream
    in_backup = (
        select(held.c.have)
        .where(
            held.c.generation == manifest.generation,
            held.c.site == stream.c.site,
            held.c.jid == stream.c.jid,
        )
        .scalar_subquery()
    )
    connection.execute(stream.update().where(in_backup > stream.c.safe).values(safe=in_backup))
