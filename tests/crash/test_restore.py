"""A machine is lost: the hub comes back from its backup, an office from its identity alone."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from demo.client import OfficeClient
from demo.stack import SiteStack, Stack, running
from motcua_hub.store.incidents import Kind
from support.invariants import (
    Row,
    check_all,
    check_no_gap,
    check_paper,
    check_replica,
    check_verify,
    edge_rows,
    hub_rows,
    issued,
    on_paper,
    run_tool,
)
from support.ledgers import ask_edge, drained
from support.small_province import SMALL
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
DRAINED_S: Final = 30.0


def _province(folder: Path) -> Stack:
    return Stack(folder / "province", [SMALL])


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A province of the test's own: what others lost or counted in one does not show here."""
    with running(_province(tmp_path)) as started:
        yield started


def take(site: SiteStack, count: int) -> list[str]:
    """Some citizens at the kiosk; their numbers."""

    async def act() -> list[str]:
        async with OfficeClient(site.url) as client:
            return [str((await client.take_ticket("CT"))["label"]) for _ in range(count)]

    return asyncio.run(act())


def hub_tool(stack: Stack, *arguments: str) -> str:
    """One command of the hub that must succeed; what it said."""
    done = run_tool("motcua_hub", *arguments, "--config", str(stack.hub_config))
    assert done.returncode == 0, f"motcua-hub {arguments}:\n{done.stdout}{done.stderr}"
    return done.stdout


def incidents(stack: Stack) -> list[str]:
    """The kinds of all incidents with journals; that the office was away is one of another sort."""
    lines = hub_tool(stack, "incidents", "list", "--all").splitlines()
    return [kind for kind in (line.split("\t")[4] for line in lines) if kind in list(Kind)]


def test_a_hub_restored_onto_an_empty_machine_gets_again_what_the_backup_lacks(
    stack: Stack, site: SiteStack, tmp_path: Path
) -> None:
    take(site, 5)
    until(lambda: drained(stack, site), within=DRAINED_S, every=0.1)
    hub_tool(stack, "backup", "--to", str(tmp_path / "backups"))
    take(site, 5)
    until(lambda: drained(stack, site), within=DRAINED_S, every=0.1)
    assert len(issued(hub_rows(stack, SMALL.site))) == 10
    stack.hub.kill()
    lost = stack.folder / "hub"
    lost.rename(tmp_path / "burnt")
    take(site, 2)
    (backup,) = (tmp_path / "backups").glob("*.sqlite3")
    said = hub_tool(stack, "restore", "--from", str(backup))
    assert "restored generation 1" in said
    assert len(issued(hub_rows(stack, SMALL.site))) == 5, "the machine was empty"
    stack.hub.start()
    stack.hub.wait_port(stack.hub_port, within=90)
    until(lambda: drained(stack, site), within=DRAINED_S, every=0.1)
    assert len(issued(hub_rows(stack, SMALL.site))) == 12
    check_all(stack, site)
    assert not incidents(stack), "nothing was lost, so nothing is declared"


def test_a_new_computer_with_an_empty_state_goes_on_above_the_numbers_on_paper(
    stack: Stack, site: SiteStack, tmp_path: Path
) -> None:
    given = take(site, 3)
    # a slip that was never printed would burn with the computer
    until(lambda: set(given) <= _labels(site))
    site.edge.stop()
    site.start_edge()
    until(lambda: drained(stack, site), within=DRAINED_S, every=0.1)
    site.edge.kill()
    before = edge_rows(site)
    site.state_dir.rename(tmp_path / "burnt")
    site.start_edge()
    until(lambda: _floor_is_known(site), within=DRAINED_S, every=0.1)
    more = take(site, 3)
    last = max(int(label[1:]) for label in given)
    assert [int(label[1:]) for label in more] == [last + 1, last + 2, last + 3]
    until(lambda: {*given, *more} <= _labels(site))
    _check_both_lives(stack, site, before)


def _labels(site: SiteStack) -> set[str]:
    """Every number on paper."""
    return {slip.label for slip in on_paper(site)}


def _floor_is_known(site: SiteStack) -> bool:
    """Whether the hub has told the new computer which numbers are out."""
    return bool(ask_edge(site, "SELECT seq FROM event WHERE type LIKE 'series.%'"))


def _check_both_lives(stack: Stack, site: SiteStack, before: list[Row]) -> None:
    """U1 to U6 over the burnt journal and the new one together."""
    sent = edge_rows(site)
    until(lambda: drained(stack, site), within=DRAINED_S, every=0.1)
    site.edge.stop()
    both = before + edge_rows(site)
    hub = hub_rows(stack, SMALL.site)
    check_paper(site, both)
    check_replica(before + sent, both, hub)
    check_no_gap(hub)
    check_verify(stack, site)


Damage = Callable[[Path], None]


def _flip(path: Path, near: bytes) -> None:
    """One bit of every place with this text: one of them at least is no left-over of a page."""
    content = path.read_bytes()
    assert near in content
    other = bytearray(near)
    other[len(near) // 2] ^= 1
    path.write_bytes(content.replace(near, bytes(other)))


def _sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def _flipped_byte(path: Path) -> None:
    _flip(path, b'"late_consent"')


def _flipped_header(path: Path) -> None:
    _flip(path, b"SQLite format 3")


def _deleted_row(path: Path) -> None:
    _sql(
        path,
        "DROP TRIGGER IF EXISTS event_leaves_by_purge_only",
        "DELETE FROM event WHERE seq = (SELECT max(seq) - 2 FROM event) ",
    )


def _changed_row(path: Path) -> None:
    _sql(
        path,
        "DROP TRIGGER IF EXISTS event_never_changes",
        "UPDATE event SET t_wall = t_wall + 1 WHERE seq = 2",
    )


def _cut_short(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])


DAMAGES: Final = (_flipped_byte, _flipped_header, _deleted_row, _changed_row, _cut_short)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything written and folded into the files, nothing running, both found whole.

    Tests damage copies of it only, so that they may come in any order.
    """
    with running(_province(tmp_path_factory.mktemp("quiet"))) as province:
        site = province.sites[SMALL.site]
        take(site, 3)
        until(lambda: drained(province, site), within=DRAINED_S, every=0.1)
        site.edge.stop()
        province.hub.stop()
        check_verify(province, site)
        yield province


def _moved(config: Path, old: str, new: Path, to: Path) -> Path:
    """A copy of a configuration file that names another state directory."""
    text = config.read_text()
    assert old in text
    copy = to / config.name
    copy.write_text(text.replace(old, f'state_dir = "{new}"', 1))
    return copy


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__.strip("_"))
def test_a_damaged_journal_is_found_out(quiet: Stack, tmp_path: Path, damage: Damage) -> None:
    site = quiet.sites[SMALL.site]
    state = tmp_path / "state"
    shutil.copytree(site.state_dir, state)
    shutil.copy(site.folder / "site.json", tmp_path)
    config = _moved(site.config, 'state_dir = "state"', state, tmp_path)
    arguments = ("journal", "verify", "--config", str(config))
    damage(state / "journal.sqlite3")
    done = run_tool("motcua_edge", *arguments)
    assert done.returncode == 1, f"not found out: {done.stdout}{done.stderr}"
    assert "problem" in done.stdout


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__.strip("_"))
def test_a_damaged_replica_is_found_out(quiet: Stack, tmp_path: Path, damage: Damage) -> None:
    state = tmp_path / "hub"
    shutil.copytree(quiet.folder / "hub", state)
    config = _moved(quiet.hub_config, f'state_dir = "{quiet.folder / "hub"}"', state, tmp_path)
    damage(state / "hub.sqlite3")
    done = run_tool("motcua_hub", "verify", "--config", str(config))
    assert done.returncode in {1, 2}, f"not found out: {done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr
