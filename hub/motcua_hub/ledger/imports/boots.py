"""Boots and programs of sites: which followed which, when they met the hub, how they ended."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, select, update

from motcua_contract.facts.evidence import BootMet
from motcua_contract.facts.office import JournalStarted, ProcessStopped
from motcua_contract.vocabulary import StopCause
from motcua_hub.ledger.imports.reading import TYPES, Item
from motcua_hub.store import late, schema
from motcua_hub.store.upsert import insert_new

boot: Final = schema.site_boot
run: Final = schema.site_run


_OPERATOR: Final = "operator"
_ASKED: Final = ("", StopCause.SERVICE.value, StopCause.UNKNOWN.value)


class BootRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `site_boot`."""

    site: str
    boot: str
    begun_at: int | None = None
    doubt: int = 0
    met_hub: int | None = None
    met_mono: int | None = None
    met_trip: int | None = None
    synced_offset: int | None = None
    before: str | None = None
    clean: str = ""
    clean_mono: int | None = None
    joined: bool = False
    heard_at: int = 0


_COLUMNS: Final = tuple(boot.c[name] for name in BootRow.__struct_fields__)


def load(connection: Connection, site: str, name: str) -> BootRow | None:
    """One boot, or None."""
    query = select(*_COLUMNS).where(boot.c.site == site, boot.c.boot == name)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else BootRow(**row)


def followers(connection: Connection, site: str, name: str) -> list[BootRow]:
    """The boots that say they came right after this one; more than one only for clones."""
    query = select(*_COLUMNS).where(boot.c.site == site, boot.c.before == name)
    return [BootRow(**row) for row in connection.execute(query).mappings()]


def known(connection: Connection, site: str, name: str, now: int) -> None:
    """Make a boot known."""
    insert_new(connection, boot, [{"site": site, "boot": name, "heard_at": now}])


def change(connection: Connection, site: str, name: str, **values: object) -> None:
    """Write columns of a boot."""
    mine = (boot.c.site == site, boot.c.boot == name)
    connection.execute(update(boot).where(*mine).values(**values))


def started(connection: Connection, item: Item, fact: JournalStarted, now: int) -> set[str]:
    """A program began; the boots of which more is known now."""
    known(connection, item.site, item.boot, now)
    row = {
        "site": item.site,
        "jid": item.jid,
        "boot": item.boot,
        "started_mono": item.mono,
        "parent_jid": fact.parent_jid,
        "version": fact.version[:64],
        "unclean": fact.unclean,
    }
    insert_new(connection, run, [row])
    found = _follows(connection, item.site, item.boot, fact.parent_jid)
    for child in _children(connection, item.site, item.jid):
        found |= _follows(connection, item.site, child, item.jid)
    return found


def _children(connection: Connection, site: str, jid: str) -> list[str]:
    query = select(run.c.boot).where(run.c.site == site, run.c.parent_jid == jid)
    return list(connection.scalars(query))


def _follows(connection: Connection, site: str, name: str, parent: str | None) -> set[str]:
    """Which boot came before `name`, by the program that was before its first one."""
    before = "" if parent is None else _boot_of(connection, site, parent)
    row = load(connection, site, name)
    if row is None or row.before is not None or before is None or before == name:
        return set()
    change(connection, site, name, before=before)
    return {name}


def stopped(connection: Connection, item: Item, fact: ProcessStopped, now: int) -> set[str]:
    """A program ended in good order, and the machine with it if it says so."""
    known(connection, item.site, item.boot, now)
    mine = (run.c.site == item.site, run.c.jid == item.jid)
    values = {"stopped_mono": item.mono, "reason": fact.reason[:200], "cause": fact.cause.value}
    connection.execute(update(run).where(*mine).values(**values))
    machine = fact.cause.ends_machine or fact.reason == StopCause.UPS
    if not machine:
        return set()
    cause = StopCause.UPS.value if fact.reason == StopCause.UPS else fact.cause.value
    change(connection, item.site, item.boot, clean=cause, clean_mono=item.mono)
    return {item.boot}


def met(connection: Connection, item: Item, fact: BootMet, now: int) -> set[str]:
    """A meeting with the hub; the quickest one counts."""
    name = fact.boot[:64]
    known(connection, item.site, name, now)
    row = load(connection, item.site, name)
    if row is None or (row.met_trip is not None and row.met_trip <= fact.round_trip):
        return set()
    values = {"met_hub": fact.hub, "met_mono": fact.at, "met_trip": max(0, fact.round_trip)}
    change(connection, item.site, name, **values)
    return {name}


def ends(connection: Connection, site: str, name: str) -> dict[str, str]:
    """Why programs of a boot ended in good order, by their incarnation."""
    query = select(run.c.jid, run.c.cause).where(run.c.site == site, run.c.boot == name)
    found = connection.execute(query.where(run.c.stopped_mono.is_not(None)))
    return {jid: _OPERATOR if cause in _ASKED else cause for jid, cause in found}


def told_to_its_end(connection: Connection, site: str, name: str) -> bool:
    """Whether the hub holds everything that was written before the first program of a boot.

    Rows that are declared lost, or cannot be read, may hold ticks: then nobody knows how long the
    last boot ran.
    """
    query = select(run.c.jid, run.c.parent_jid).where(run.c.site == site, run.c.boot == name)
    for jid, parent in connection.execute(query):
        if parent is None or _boot_of(connection, site, parent) == name:
            continue
        return _whole(connection, site, jid, parent)
    return False


def _boot_of(connection: Connection, site: str, jid: str) -> str | None:
    query = select(run.c.boot).where(run.c.site == site, run.c.jid == jid)
    return connection.scalar(query)


def _whole(connection: Connection, site: str, jid: str, parent: str) -> bool:
    stream, gap = schema.stream, schema.gap
    child = select(stream.c.parent_last_seq).where(stream.c.site == site, stream.c.jid == jid)
    have = select(stream.c.have).where(stream.c.site == site, stream.c.jid == parent)
    lost = select(gap.c.first).where(gap.c.site == site, gap.c.jid == parent).limit(1)
    needed, held = connection.scalar(child), connection.scalar(have)
    if needed is None or held is None or held < needed:
        return False
    return connection.scalar(lost) is None and not _unread(connection, site, (jid, parent))


def _unread(connection: Connection, site: str, jids: Sequence[str]) -> bool:
    """Whether evidence lies there that cannot be read: a stub, or of a version not known here."""
    event = schema.event
    query = select(event.c.type).where(late.unread(site), event.c.jid.in_(jids))
    families = {each.partition("/")[0] for each in TYPES}
    return any(each.partition("/")[0] in families for each in connection.scalars(query))


def unjoined(connection: Connection) -> list[tuple[str, str]]:
    """Boots, by site, whose time since the boot before could be booked once all of it is here."""
    other = boot.alias("other")
    same = (other.c.site == boot.c.site) & (other.c.boot == boot.c.before)
    query = (
        select(boot.c.site, boot.c.boot)
        .select_from(boot.join(other, same))
        .where(boot.c.joined.is_(False), boot.c.begun_at.is_not(None))
        .where(other.c.begun_at.is_not(None))
    )
    return [(site, name) for site, name in connection.execute(query)]


def unplaced(connection: Connection) -> list[tuple[str, str, str]]:
    """Boots that are over and that nobody can place in UTC: site, boot, and the one after it."""
    other = boot.alias("other")
    same = (other.c.site == boot.c.site) & (other.c.before == boot.c.boot)
    query = (
        select(boot.c.site, boot.c.boot, other.c.boot)
        .select_from(boot.join(other, same))
        .where(boot.c.begun_at.is_(None))
        .order_by(boot.c.site, boot.c.boot)
    )
    return [(site, name, after) for site, name, after in connection.execute(query)]


def placed(connection: Connection, row: BootRow) -> BootRow:
    """The boot in UTC, if that can be settled now; once settled it never moves.

    A meeting places it (R11). A synchronised clock does so only for a boot that is over and never
    met the hub: one that still goes on will meet it, since we hear of it.
    """
    if row.begun_at is not None:
        return row
    begun, doubt = None, 0
    if row.met_hub is not None and row.met_mono is not None:
        begun, doubt = row.met_hub - row.met_mono, ((row.met_trip or 0) + 1) // 2
    elif row.synced_offset is not None and followers(connection, row.site, row.boot):
        begun = row.synced_offset
    if begun is None:
        return row
    change(connection, row.site, row.boot, begun_at=begun, doubt=doubt)
    return msgspec.structs.replace(row, begun_at=begun, doubt=doubt)
