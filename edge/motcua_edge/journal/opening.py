"""Opening a journal: look at the file, save what can be saved, begin a new incarnation."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from motcua_contract.facts import Fact
from motcua_contract.facts.office import (
    HealthChanged,
    JournalStarted,
    ProcessStopped,
    SeriesAdvanced,
)
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain import rows
from motcua_edge.domain.fold import apply
from motcua_edge.domain.localtime import local
from motcua_edge.domain.model import Instant, OfficeState
from motcua_edge.domain.rows import RowChange
from motcua_edge.journal import disk, examine, schema
from motcua_edge.journal.entries import Origin, draft
from motcua_edge.journal.errors import JournalBrokenError
from motcua_edge.journal.salvage import SUFFIXES, Salvage, highest_numbers, salvage, set_aside
from motcua_edge.journal.store import Incarnation, Store, new_incarnation

COMPONENT: Final = "journal"
RECOVERED: Final = "journal_recovered"
JUMP: Final = 100
"""After damage a series goes on at the next multiple of this that is certainly unused."""
BLIND_JUMP: Final = 500
"""As far as a series goes on when nothing at all is known of the day."""

_NO_ROOM: Final = 256 * 1024
"""With less than this free, whatever SQLite complains of is want of room."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """How a start found its journal. `aside` names the damaged file, empty if there was none.

    `same_boot`: the machine has not been off since the last incarnation, so nobody has changed
    the card meanwhile.
    """

    jid: str
    same_boot: bool = False
    unclean: bool = False
    problems: tuple[str, ...] = ()
    salvaged: int = 0
    aside: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Who opens, when, and which series the site has (to advance those nobody remembers)."""

    origin: Origin
    now: Instant
    series: tuple[str, ...] = ()


def new_jid(origin: Origin, now: Instant) -> str:
    """A name nobody had before: clones, restores and re-provisioning cannot meet in it."""
    parts = (os.urandom(32), origin.hardware.encode(), now.boot.encode(), str(now.mono).encode())
    return hashlib.sha256(b"\0".join(parts)).digest()[:16].hex()


def open_store(path: Path, request: Request) -> tuple[Store, Opened]:
    """Begin a new incarnation in the file, which is made, or recovered, if need be.

    Raises:
        JournalBrokenError: The disk cannot be read or written.
        JournalVersionError: A newer version of the program wrote the file.
    """
    try:
        _finish_swap(path)
        found = examine.problems(path)
        if found:
            return _recover(path, request, found)
        return _begin(path, request)
    except (sqlite3.Error, OSError) as error:
        msg = f"{path}: cannot be opened: {error}"
        raise JournalBrokenError(msg) from error


def open_with_room(
    path: Path, request: Request, make_room: Callable[[], bool]
) -> tuple[Store, Opened]:
    """As `open_store`; a disk that is full gets one more try after `make_room`.

    Raises:
        JournalFullError: There is still no room.
        JournalBrokenError, JournalVersionError: As `open_store`.
    """
    try:
        return open_store(path, request)
    except JournalBrokenError as error:
        if not _for_want_of_room(path, error):
            raise
        if not make_room():
            raise disk.full(path) from error
    try:
        return open_store(path, request)
    except JournalBrokenError as error:
        if not _for_want_of_room(path, error):
            raise
        raise disk.full(path) from error


def _for_want_of_room(path: Path, error: JournalBrokenError) -> bool:
    """SQLite says so of its file; of its shared memory it says only that it could not be made."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode == sqlite3.SQLITE_FULL:
        return True
    return disk.free_bytes(path.parent) < _NO_ROOM


def _begin(path: Path, request: Request) -> tuple[Store, Opened]:
    store = _store(path, request)
    known, boot = store.last_of_each(), store.last_boot()
    parent = known[-1][:2] if known else None
    unclean = bool(known) and known[-1][2] != ProcessStopped.TYPE
    started = _started(request, parent, unclean=unclean)
    incarnation = new_incarnation(
        store.jid, request.origin, request.now, parent, "continued" if known else "new"
    )
    here = Salvage(state=rows.load(store.load_rows()))
    _write(store, incarnation, [started], here, request.now)
    same_boot = bool(known) and boot == request.now.boot
    return store, Opened(jid=store.jid, same_boot=same_boot, unclean=unclean)


def _store(path: Path, request: Request) -> Store:
    fresh = not path.exists()
    connection = schema.connect_writer(path)
    schema.create(connection)
    if fresh:
        disk.sync_folder(path.parent)
    return Store(connection, new_jid(request.origin, request.now))


def _started(
    request: Request, parent: tuple[str, int] | None, *, unclean: bool, salvaged: int = 0
) -> JournalStarted:
    return JournalStarted(
        parent_jid=parent[0] if parent else None,
        parent_last_seq=parent[1] if parent else 0,
        hardware=request.origin.hardware,
        version=request.origin.version,
        boot=request.now.boot,
        boot_ms=request.now.mono,
        clock=request.now.clock,
        unclean=unclean,
        salvaged=salvaged,
    )


def _write(
    store: Store, incarnation: Incarnation, facts: Sequence[Fact], before: Salvage, now: Instant
) -> None:
    """The first transaction of an incarnation; the rows stay the fold of the entries.

    What `before` brings from another file goes in with it: all of it or nothing.
    """
    state = before.state
    for fact in facts:
        state = apply(state, fact, now)
    waiting = draft(facts, rows.diff(before.state, state), state.office.day, now)

    def begin(store: Store) -> None:
        if incarnation.how == "recovered":
            _carry(store, before)
        store.insert_incarnation(incarnation)
        store.append(waiting)

    store.transact(begin)


# ---- recovery ----


def _new_path(path: Path) -> Path:
    return path.with_name(path.name + ".new")


def _recover(path: Path, request: Request, found: Sequence[str]) -> tuple[Store, Opened]:
    """Build a sound file beside the damaged one, swap them, go on in the new one.

    A crash anywhere leaves either the damaged file in place or a complete new one to swap in.
    """
    aside = set_aside(path, request.now.wall)
    disk.sync_folder(path.parent)
    saved = salvage(aside)
    _remove(_new_path(path))
    store = _store(_new_path(path), request)
    parent = _parent(saved)
    started = _started(request, parent, unclean=True, salvaged=saved.unacked)
    facts = [started, *advances(saved, request), _incident(request, found, saved, aside)]
    incarnation = new_incarnation(store.jid, request.origin, request.now, parent, "recovered")
    _write(store, incarnation, facts, saved, request.now)
    store.close()
    _finish_swap(path)
    again = Store(schema.connect_writer(path), store.jid)
    again.last_seq = len(facts)
    return again, Opened(
        jid=store.jid,
        unclean=True,
        problems=tuple(found),
        salvaged=saved.unacked,
        aside=aside.name,
    )


def _parent(saved: Salvage) -> tuple[str, int] | None:
    if not saved.incarnations:
        return None
    jid = saved.incarnations[-1].jid
    return jid, max((e.seq for e in saved.entries if e.jid == jid), default=0)


def _carry(store: Store, saved: Salvage) -> None:
    for incarnation in saved.incarnations:
        store.insert_incarnation(incarnation)
    present: dict[str, int] = {}
    for entry in saved.entries:
        present[entry.jid] = min(present.get(entry.jid, entry.seq), entry.seq)
    for jid in {*saved.streams, *present}:
        known = saved.streams.get(jid)
        if known is not None:
            store.put_stream(jid, known.acked, known.safe, known.purged)
        else:
            store.put_stream(jid, 0, 0, 0)
    store.insert_entries(saved.entries)
    store.write_rows(rows.diff(OfficeState(), saved.state))
    store.write_rows([RowChange("idempotency", k, v) for k, v in saved.idempotency.items()])


def advances(saved: Salvage, request: Request) -> Iterator[SeriesAdvanced]:
    """Move every series of the day past any number that can have been printed."""
    day = saved.state.office.day or local(request.now.wall).date().isoformat()
    highest = dict.fromkeys(request.series, 0)
    for its_day, name, number in highest_numbers(saved):
        if its_day == day:
            highest[name] = max(highest.get(name, 0), number)
    blind = not any(highest.values()) and not saved.entries
    for name in sorted(highest):
        reached = highest[name] + saved.lost
        number = BLIND_JUMP if blind else (reached // JUMP + 1) * JUMP
        yield SeriesAdvanced(day=day, series=name, number=number, cause=RECOVERED)


def _incident(request: Request, found: Sequence[str], saved: Salvage, aside: Path) -> HealthChanged:
    detail = (
        f"{found[0]}; {len(saved.entries)} entries saved, {saved.unacked} of them not yet at the"
        f" hub, {saved.lost} known to be lost; the damaged file is kept as {aside.name}"
    )
    return HealthChanged(
        component=COMPONENT,
        state=HealthState.PROBLEM,
        code=RECOVERED,
        since=request.now.wall,
        detail=detail[:500],
    )


def _finish_swap(path: Path) -> None:
    """Put a complete recovered file in place of the damaged one; drop an incomplete one."""
    new = _new_path(path)
    if not new.exists():
        return
    if not _complete(new):
        _remove(new)
        return
    _remove(path)
    new.replace(path)
    disk.sync_folder(path.parent)


def _complete(new: Path) -> bool:
    """Whether the recovery came to its end; folds a left-over log into the file."""
    try:
        connection = schema.connect_writer(new)
        try:
            counted = connection.execute("SELECT count(*) FROM incarnation").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error:
        return False
    return bool(counted)


def _remove(path: Path) -> None:
    """The log goes first: an old log beside a new file would be played into it."""
    for suffix in reversed(SUFFIXES):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
