"""Both ends' databases, read beside the running programs: who has what, right now."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from demo.stack import SiteStack, Stack
from motcua_hub.store.incidents import Kind

Key = tuple[str, int]


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that neither writes nor checkpoints."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=10)) as connection:
        yield connection


def ask_edge(site: SiteStack, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of the office's journal."""
    with _reading(site.state_dir / "journal.sqlite3") as connection:
        return connection.execute(sql, values).fetchall()


def ask_hub(stack: Stack, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of the hub's database."""
    with _reading(stack.folder / "hub" / "hub.sqlite3") as connection:
        return connection.execute(sql, values).fetchall()


def edge_keys(site: SiteStack) -> dict[Key, str]:
    """Digest of every event in the journal."""
    rows = ask_edge(site, "SELECT jid, seq, digest FROM event")
    return {(jid.hex(), seq): digest.hex() for jid, seq, digest in rows}


def hub_keys(stack: Stack, site: str) -> dict[Key, str]:
    """Digest of every event of the site at the hub."""
    rows = ask_hub(stack, "SELECT jid, seq, digest FROM event WHERE site = ?", site)
    return {(jid.hex(), seq): digest.hex() for jid, seq, digest in rows}


def hub_facts(stack: Stack, site: str) -> list[tuple[str, dict[str, Any]]]:
    """Type and body of every event of the site at the hub, in the order of its export."""
    rows = ask_hub(
        stack,
        "SELECT e.type, e.body FROM event e JOIN stream s ON s.site = e.site AND s.jid = e.jid"
        " WHERE e.site = ? ORDER BY s.depth, s.jid, e.seq",
        site,
    )
    return [(name, json.loads(body)) for name, body in rows if body is not None]


def edge_types(site: SiteStack) -> set[str]:
    """What kinds of events the office's journal holds."""
    return {name for (name,) in ask_edge(site, "SELECT DISTINCT type FROM event")}


def streams(site: SiteStack) -> dict[str, tuple[int, int, int]]:
    """By jid: acked, safe, purged."""
    rows = ask_edge(site, "SELECT jid, acked, safe, purged FROM stream")
    return {jid.hex(): (acked, safe, purged) for jid, acked, safe, purged in rows}


def current(site: SiteStack) -> str:
    """The incarnation of the running (or last) process."""
    return str(ask_edge(site, "SELECT jid FROM incarnation ORDER BY id DESC LIMIT 1")[0][0].hex())


def drained(stack: Stack, site: SiteStack) -> bool:
    """Whether the hub holds every event the office holds now."""
    return edge_keys(site).items() <= hub_keys(stack, site.office.site).items()


def at_hub(stack: Stack, site: SiteStack, held: dict[Key, str]) -> bool:
    """Whether the hub holds these events."""
    return held.items() <= hub_keys(stack, site.office.site).items()


def acknowledged(site: SiteStack) -> bool:
    """Whether the office knows that the hub holds all of it."""
    rows = ask_edge(
        site,
        "SELECT s.acked, coalesce((SELECT max(seq) FROM event e WHERE e.jid = s.jid), s.purged)"
        " FROM stream s",
    )
    return all(acked >= last for acked, last in rows)


def hub_haves(stack: Stack, site: str) -> dict[str, int]:
    """By jid: how far the hub holds the stream."""
    rows = ask_hub(stack, "SELECT jid, have FROM stream WHERE site = ?", site)
    return {jid.hex(): have for jid, have in rows}


def gaps(stack: Stack, site: str) -> set[Key]:
    """Every number that the hub has declared lost."""
    rows = ask_hub(stack, "SELECT jid, first, last FROM gap WHERE site = ?", site)
    return {(jid.hex(), seq) for jid, first, last in rows for seq in range(first, last + 1)}


def incidents(stack: Stack, site: str) -> set[str]:
    """Kinds of incidents with the site's messages; that it was away is one of another sort."""
    found = {kind for (kind,) in ask_hub(stack, "SELECT kind FROM incident WHERE site = ?", site)}
    return found & set(Kind)
