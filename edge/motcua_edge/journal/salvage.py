"""Getting out of a damaged file what can still be read, and putting it beside."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from motcua_contract.facts import FactDecodeError
from motcua_contract.facts.tickets import TicketIssued
from motcua_edge.domain import rows
from motcua_edge.domain.fold import apply
from motcua_edge.domain.model import OfficeState
from motcua_edge.journal import entries, examine
from motcua_edge.journal.entries import Entry
from motcua_edge.journal.reader import INCARNATIONS, incarnation_of
from motcua_edge.journal.store import Incarnation

T = TypeVar("T")
_BEYOND: Final = 1_000
"""Rows to try after the last one that could be read."""
SUFFIXES: Final = ("", "-wal", "-shm")


class Progress(msgspec.Struct, frozen=True):
    """A stream as the damaged file had it."""

    acked: int = 0
    safe: int = 0
    purged: int = 0


class Salvage(msgspec.Struct, frozen=True, kw_only=True):
    """What was saved. `lost` counts missing numbers between entries that are there."""

    incarnations: tuple[Incarnation, ...] = ()
    streams: dict[str, Progress] = {}
    entries: tuple[Entry, ...] = ()
    idempotency: dict[str, bytes] = {}
    state: OfficeState = OfficeState()
    lost: int = 0

    @property
    def unacked(self) -> int:
        """How many of the entries the hub has not acknowledged."""
        none = Progress()
        return sum(e.seq > self.streams.get(e.jid, none).acked for e in self.entries)


def set_aside(path: Path, stamp: int) -> Path:
    """Link the damaged file with its log beside, as evidence; returns the new name."""
    aside = path.with_name(f"{path.name}.bad-{stamp}")
    for suffix in SUFFIXES:
        source = path.with_name(path.name + suffix)
        target = path.with_name(aside.name + suffix)
        if source.exists() and not target.exists():
            _link(source, target)
    return aside


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def salvage(aside: Path) -> Salvage:
    """Read everything that can be read; never raises for damage."""
    try:
        connection = examine.connect_untouched(aside)
    except sqlite3.Error:
        return Salvage()
    try:
        return _salvage(connection)
    finally:
        connection.close()


def _salvage(connection: sqlite3.Connection) -> Salvage:
    found = _entries(connection)
    incarnations = tuple(_whole(connection, INCARNATIONS, incarnation_of))
    order = {incarnation.jid: n for n, incarnation in enumerate(incarnations)}
    found.sort(key=lambda entry: (order.get(entry.jid, -1), entry.jid, entry.seq))
    streams = dict(_whole(connection, "SELECT jid, acked, safe, purged FROM stream", _progress))
    state, idempotency = _state(connection, found)
    return Salvage(
        incarnations=incarnations,
        streams=streams,
        entries=tuple(found),
        idempotency=idempotency,
        state=state,
        lost=_lost(found),
    )


def _whole(connection: sqlite3.Connection, sql: str, make: Callable[[Any], T]) -> list[T]:
    """Rows until the first that cannot be read."""
    made: list[T] = []
    try:
        made.extend(make(row) for row in connection.execute(sql))
    except (sqlite3.Error, ValueError, TypeError, AttributeError):
        return made
    return made


def _progress(row: tuple[bytes, int, int, int]) -> tuple[str, Progress]:
    jid, acked, safe, purged = row
    return jid.hex(), Progress(acked, safe, purged)


def _entries(connection: sqlite3.Connection) -> list[Entry]:
    """Every entry that is readable and matches its digest, tried row by row."""
    saved: list[Entry] = []
    first, last = _range(connection)
    for rowid in range(first, last + 1):
        entry = _entry(connection, rowid)
        if entry is not None and entry.true_digest() == entry.digest:
            saved.append(entry)
    return saved


def _range(connection: sqlite3.Connection) -> tuple[int, int]:
    """First and last row to try; a damaged end is overshot."""
    first = _number(connection, "SELECT min(rowid) FROM event") or 1
    last = _number(connection, "SELECT max(rowid) FROM event")
    counted = _number(connection, "SELECT count(*) FROM event INDEXED BY event_day") or 0
    return first, max(last or 0, first + counted + (_BEYOND if last is None else 0))


def _number(connection: sqlite3.Connection, sql: str) -> int | None:
    try:
        number: int | None = connection.execute(sql).fetchone()[0]
    except sqlite3.Error:
        return None
    return number


def _entry(connection: sqlite3.Connection, rowid: int) -> Entry | None:
    sql = f"SELECT {entries.COLUMNS} FROM event WHERE rowid = ?"  # noqa: S608
    try:
        row = connection.execute(sql, (rowid,)).fetchone()
        return entries.from_row(row) if row else None
    except (sqlite3.Error, ValueError, TypeError, AttributeError):
        return None


def _state(
    connection: sqlite3.Connection, found: list[Entry]
) -> tuple[OfficeState, dict[str, bytes]]:
    """The state rows if all of them can be read, otherwise the fold of what was saved."""
    try:
        stored = examine.read_rows(connection)
        return rows.load(stored), stored["idempotency"]
    except (sqlite3.Error, msgspec.MsgspecError, TypeError):
        return folded(found), {}


def folded(found: list[Entry]) -> OfficeState:
    """The state that the entries lead to; types of a newer version are passed over."""
    state = OfficeState()
    for entry in found:
        try:
            state = apply(state, entry.fact(), entry.at)
        except FactDecodeError:
            continue
    return state


def _lost(found: list[Entry]) -> int:
    ends: dict[str, tuple[int, int, int]] = {}
    for entry in found:
        first, last, count = ends.get(entry.jid, (entry.seq, entry.seq, 0))
        ends[entry.jid] = (min(first, entry.seq), max(last, entry.seq), count + 1)
    return sum(last - first + 1 - count for first, last, count in ends.values())


def highest_numbers(saved: Salvage) -> Iterator[tuple[str, str, int]]:
    """(day, series, number) of every series known from the state or from issued tickets."""
    for series in saved.state.series.values():
        yield series.day, series.name, series.last
    for entry in saved.entries:
        if entry.type == TicketIssued.TYPE:
            fact = entry.fact()
            if isinstance(fact, TicketIssued) and not fact.test:
                yield fact.day, fact.series, fact.number
