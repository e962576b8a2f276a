"""A hub that comes back from an older backup while the office works on.

What the office still holds comes again by itself; what neither side holds is declared, exactly.
"""

import contextlib
import random
import sqlite3
from pathlib import Path

import pytest

from demo.stack import SiteStack, Stack
from motcua_edge.journal.purge import plan
from motcua_edge.journal.reader import Reader
from motcua_edge.journal.schema import connect_writer
from motcua_edge.journal.store import Store
from support.faults import count, tell
from support.invariants import check_all, check_verify, edge_rows, hub_rows, run_tool
from support.invariants import key as key_of
from support.ledgers import (
    acknowledged,
    at_hub,
    current,
    drained,
    edge_keys,
    gaps,
    hub_keys,
    incidents,
    streams,
)
from support.office_work import Crowd, take
from support.small_province import SMALL
from support.waiting import until

RESTORES = count(1, 6)
SEED = 4
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240 + 90 * RESTORES)]


def _hub(stack: Stack, *arguments: object) -> None:
    done = run_tool("motcua_hub", *map(str, arguments), "--config", str(stack.hub_config))
    assert done.returncode == 0, done.stdout + done.stderr


def _backup(stack: Stack, folder: Path) -> Path:
    _hub(stack, "backup", "--to", folder)
    (made,) = folder.glob("*.sqlite3")
    return made


def _restore(stack: Stack, source: Path) -> None:
    stack.hub.kill()
    _hub(stack, "restore", "--from", source)
    stack.hub.start()
    stack.hub.wait_port(stack.hub_port, within=40)


def test_what_the_office_still_holds_comes_again_by_itself(
    stack: Stack, site: SiteStack, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    kept: list[Path] = []
    lost = 0
    with Crowd(site, SEED) as crowd:
        for n in range(RESTORES):
            until(lambda: len(hub_keys(stack, SMALL.site)) > 5)
            kept.append(_backup(stack, tmp_path / f"backup-{n}"))
            wanted = crowd.taken + chance.randint(5, 25)
            until(lambda wanted=wanted: crowd.taken >= wanted, within=30)
            before = hub_keys(stack, SMALL.site)
            _restore(stack, chance.choice(kept[-3:]))
            lost += len(before.keys() - hub_keys(stack, SMALL.site).keys())
            held = edge_keys(site)
            until(lambda held=held: at_hub(stack, site, held), within=30, every=0.2)
    until(lambda: drained(stack, site) and acknowledged(site), within=30, every=0.2)
    assert not gaps(stack, SMALL.site)
    tell(f"restores {RESTORES}, rows the hub had lost {lost}, tickets {crowd.taken}, seed {SEED}")
    check_all(stack, site)


def _purge(site: SiteStack) -> set[tuple[str, int]]:
    """What a full disk would make the office delete, done by its own code; the rows that went."""
    path = site.state_dir / "journal.sqlite3"
    before = edge_keys(site)
    with Reader(path) as reader:
        steps = plan(reader, pressure=True)
    store = Store(connect_writer(path), current(site))
    for step in steps:
        store.transact(lambda open_, step=step: open_.purge(step.jid, step.upto))
    store.close()
    return before.keys() - edge_keys(site).keys()


def _held_by(backup: Path) -> set[tuple[str, int]]:
    """What a backup holds; the hub itself may have heard more by the time one asks it."""
    with contextlib.closing(sqlite3.connect(f"file:{backup}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT hex(jid), seq FROM event").fetchall()
    return {(jid.lower(), seq) for jid, seq in rows}


def test_what_neither_side_holds_is_declared_exactly(
    stack: Stack, site: SiteStack, tmp_path: Path
) -> None:
    for _ in range(3):
        take(site)
    until(lambda: drained(stack, site))
    older = _backup(stack, tmp_path / "older")
    in_older = _held_by(older)
    for _ in range(5):
        take(site)
    until(lambda: drained(stack, site))
    # read first: the office writes by itself, and any answer may bring the news of the backup
    safe_before = streams(site)[current(site)][1]
    _backup(stack, tmp_path / "newer")
    take(site)
    until(lambda: streams(site)[current(site)][1] > safe_before, within=30)
    site.edge.stop()
    all_rows = {key_of(row) for row in edge_rows(site)}
    purged = _purge(site)
    assert purged - in_older, "the office purged nothing that the older backup lacks"
    _restore(stack, older)
    site.start_edge()
    held = edge_keys(site)
    until(lambda: at_hub(stack, site, held), within=30, every=0.2)
    site.edge.stop()
    assert gaps(stack, SMALL.site) == purged - in_older
    assert "gap" in incidents(stack, SMALL.site)
    at_the_hub = {key_of(row) for row in hub_rows(stack, SMALL.site)}
    assert all_rows - at_the_hub == purged - in_older
    assert at_the_hub <= all_rows | edge_keys(site).keys()
    check_verify(stack, site)
