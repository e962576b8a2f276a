"""The hub's side for the protocol's state machine: the real receiver, or the reference."""

from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, select

from motcua_contract.messages import Message
from motcua_hub.care.backup import make_backup
from motcua_hub.care.restore import restore
from motcua_hub.ingest import Receiver
from motcua_hub.store import schema
from motcua_hub.store.engine import open_engine, reading
from support.migrated import fresh
from support.reference_hub import ReferenceHub

SITE = "q1-ben-nghe"
WALL = 1_795_400_000_000


class Hub(Protocol):
    """What the state machine needs of a hub."""

    def on_hello(self, payload: bytes) -> list[Message]: ...
    def on_batch(self, payload: bytes) -> list[Message]: ...
    def backup(self) -> None: ...
    def restore(self) -> None: ...
    def digests(self) -> dict[tuple[str, int], bytes]: ...
    def gaps(self) -> set[tuple[str, int]]: ...
    def haves(self) -> dict[str, int]: ...
    def close(self) -> None: ...


class Reference(ReferenceHub):
    """Implements `Hub` in memory."""

    def haves(self) -> dict[str, int]:
        return {jid: held.have for jid, held in self.streams.items()}

    def restore(self) -> None:
        if self._backup:
            super().restore()

    def close(self) -> None:
        return


class RealHub:
    """Implements `Hub` with the hub's own receiver, backup and restore, on SQLite."""

    def __init__(self, folder: Path) -> None:
        self._url = f"sqlite:///{folder / 'hub.sqlite3'}"
        self._folder = folder
        self._now = WALL
        self._newest: Path | None = None
        self._engine = fresh(folder / "hub.sqlite3")

    def _open(self) -> Engine:
        return open_engine(self._url)

    def _tick(self) -> int:
        self._now += 1
        return self._now

    def on_hello(self, payload: bytes) -> list[Message]:
        answer = Receiver(self._engine).hello(SITE, payload, self._tick())
        return [] if answer is None else [answer]

    def on_batch(self, payload: bytes) -> list[Message]:
        return [Receiver(self._engine).batch(SITE, payload, self._tick())]

    def backup(self) -> None:
        backups = self._folder / "backups"
        manifest = make_backup(self._engine, backups, self._tick())
        self._newest = backups / manifest.file

    def restore(self) -> None:
        if self._newest is None:
            return
        self._engine.dispose()
        restore(self._url, self._newest, self._tick())
        self._engine = self._open()

    def digests(self) -> dict[tuple[str, int], bytes]:
        table = schema.event
        with reading(self._engine) as connection:
            rows = connection.execute(select(table.c.jid, table.c.seq, table.c.digest)).all()
        assert len({(jid, seq) for jid, seq, _ in rows}) == len(rows)
        return {(jid, seq): bytes.fromhex(digest) for jid, seq, digest in rows}

    def gaps(self) -> set[tuple[str, int]]:
        table = schema.gap
        with reading(self._engine) as connection:
            rows = connection.execute(select(table.c.jid, table.c.first, table.c.last)).all()
        return {(jid, n) for jid, first, last in rows for n in range(first, last + 1)}

    def haves(self) -> dict[str, int]:
        table = schema.stream
        with reading(self._engine) as connection:
            rows = connection.execute(select(table.c.jid, table.c.have)).all()
        return {jid: have for jid, have in rows}  # noqa: C416  rows are not pairs to mypy

    def close(self) -> None:
        self._engine.dispose()
