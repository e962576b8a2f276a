"""A disk that fails, fills up or turns read-only, under an office that a supervisor restarts."""

import http.client
import os
import random
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.processes import python
from motcua_edge.drivers.printer.emulator.serving import Serving
from support import strace
from support.faults import count
from support.killed_office import KilledOffice, Pace
from support.power import Card, why_not
from support.printer import on_pty
from support.supervisor import Supervisor
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SEED = 20261124
CROWD = Pace(calm=False, helps=0.7)
ALARM_WITHIN_S = 60.0
RECOVERY_WITHIN_S = 10.0
EXIT_JOURNAL_BROKEN = 70
EXIT_UNUSABLE = 2
MEGABYTE = 1024 * 1024


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    with on_pty(tmp_path) as (opened, _):
        yield opened


@pytest.fixture
def office_with(tmp_path: Path, serving: Serving) -> Iterator[Callable[[int], KilledOffice]]:
    """Makes the office, with so many bytes of ballast."""
    made: list[KilledOffice] = []

    def make(ballast_bytes: int) -> KilledOffice:
        made.append(
            KilledOffice(tmp_path, serving, random.Random(SEED), ballast_bytes=ballast_bytes)
        )
        return made[-1]

    yield make
    for office in made:
        office.hang_up()


def program(office: KilledOffice) -> list[str]:
    return python("motcua_edge", "run", "--config", str(office.config))


def kept_running(office: KilledOffice) -> Supervisor:
    return Supervisor(lambda: program(office), office.log)


def component(office: KilledOffice, name: str) -> str:
    """The state of a component at /metrics, empty when it is not told."""
    try:
        with urllib.request.urlopen(f"{office.url}/metrics", timeout=5) as answer:  # noqa: S310
            text = answer.read().decode()
    except OSError:
        return ""
    found = re.search(rf'motcua_component_state{{component="{name}",state="(\w+)"}} 1', text)
    return found[1] if found else ""


def take_until_answered(office: KilledOffice, within: float) -> float:
    """Ask for a number until one is given; seconds that it took."""
    begun = time.monotonic()
    until(lambda: taken(office), within=within, every=0.05)
    return time.monotonic() - begun


def recovery_limit(start_s: float) -> float:
    """Ten seconds; on a machine that is too busy to start an office in two, so much longer.

    In the way may be a start that still found the disk full, the pause, and the start that works.
    """
    return RECOVERY_WITHIN_S + 2 * max(0.0, start_s - 2.0)


def taken(office: KilledOffice) -> bool:
    try:
        office.take_one()
    except (OSError, http.client.HTTPException):
        office.hang_up()
        return False
    return True


def quiet_after(serving: Serving) -> None:
    """The printer gets nothing more once the bytes on the wire are through."""
    time.sleep(0.2)  # what is on the wire may arrive
    received = serving.machine.received
    time.sleep(0.3)  # silence can only be listened to
    assert serving.machine.received == received, "something is printed by a dead office"


# ---- a card that cannot sync ----


def eio_points() -> list[int]:
    return random.Random(SEED).sample(range(14, 60), count(2, 20))


@strace.needs_strace
@pytest.mark.parametrize("n", eio_points())
def test_an_office_whose_disk_cannot_sync_ends_at_once_and_prints_nothing_more(
    tmp_path: Path, serving: Serving, office_with: Callable[[int], KilledOffice], n: int
) -> None:
    office = office_with(0)
    log = tmp_path / "strace.log"
    fault = strace.fail_from(("fdatasync", "fsync"), "EIO", n)
    with office.log.open("ab") as sink:
        tracer = subprocess.Popen(
            strace.command(program(office), fault, log), stdout=sink, stderr=sink
        )
    try:
        office.work(lambda: tracer.poll() is None, CROWD)
    finally:
        if tracer.poll() is None:
            tracer.send_signal(signal.SIGTERM)
    assert tracer.wait(10) == EXIT_JOURNAL_BROKEN
    events = list(strace.record(log))
    failed = min(at for at, what in events if "EIO" in what)
    ended = max(at for at, what in events if "exited with" in what)
    assert ended - failed <= 1.0
    assert "ending at once" in office.log.read_text()
    quiet_after(serving)
    office.audit()
    with kept_running(office) as supervisor:
        office.settle()
        assert supervisor.stop() == 0
    office.last_check()


# ---- a disk that is full ----


class Filler:
    """Files that take all the room but `leave` bytes; `clear` gives it back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def fill(self, leave: int = 0) -> None:
        chunk = 64 * MEGABYTE
        while chunk >= 4096:
            stats = os.statvfs(self._folder)
            free = stats.f_bfree * stats.f_frsize
            size = min(chunk, max(0, free - leave) // 4096 * 4096)
            if not size or not self._take(size):
                chunk //= 2

    def _take(self, size: int) -> bool:
        self._count += 1
        path = self._folder / f"filler-{self._count}"
        try:
            with path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, size)
        except OSError:
            path.unlink(missing_ok=True)
            return False
        return True

    def clear(self) -> None:
        for path in self._folder.glob("filler-*"):
            path.unlink()


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be mounted")
def test_a_disk_that_fills_up_is_told_of_stops_the_office_and_lets_it_go_on_when_there_is_room(
    tmp_path: Path, serving: Serving, office_with: Callable[[int], KilledOffice]
) -> None:
    office = office_with(8 * MEGABYTE)
    with Card(tmp_path / "card.img", tmp_path / "state", megabytes=400):
        filler = Filler(tmp_path / "state")
        with kept_running(office) as supervisor:
            start_s = take_until_answered(office, within=60)
            until(lambda: component(office, "controller") == "ok", within=20)
            filler.fill(leave=100 * MEGABYTE)
            until(lambda: component(office, "controller") == "problem", within=ALARM_WITHIN_S)
            filler.fill()
            office.work(lambda: not supervisor.exits and office.ballast_lies, CROWD)
            assert not supervisor.exits, "the ballast did not save the office"
            until(lambda: component(office, "journal") == "critical", within=ALARM_WITHIN_S)
            assert taken(office), "with the ballast gone the office still works"
            filler.fill()
            office.work(lambda: not supervisor.exits, CROWD)
            until(lambda: len(supervisor.exits) > 2, within=60)
            assert supervisor.exits[0].code == EXIT_JOURNAL_BROKEN
            assert {each.code for each in supervisor.exits[1:]} <= {EXIT_UNUSABLE, 70}
            assert "disk is full" in office.log.read_text()
            quiet_after(serving)
            office.audit()
            filler.clear()
            assert take_until_answered(office, within=90) <= recovery_limit(start_s)
            until(lambda: component(office, "journal") == "ok", within=ALARM_WITHIN_S)
            until(lambda: component(office, "controller") == "ok", within=ALARM_WITHIN_S)
            office.settle()
            assert supervisor.stop() == 0
        office.last_check()


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be mounted")
@pytest.mark.parametrize("known", [False, True], ids=["new office", "office that has worked"])
def test_an_office_that_finds_the_disk_full_says_what_to_do_and_starts_when_there_is_room(
    tmp_path: Path,
    office_with: Callable[[int], KilledOffice],
    known: bool,
) -> None:
    office = office_with(0)
    with Card(tmp_path / "card.img", tmp_path / "state"):
        if known:
            with kept_running(office) as supervisor:
                take_until_answered(office, within=60)
                assert supervisor.stop() == 0
        filler = Filler(tmp_path / "state")
        filler.fill()
        refused = subprocess.run(
            program(office), check=False, capture_output=True, text=True, timeout=60
        )
        assert refused.returncode == EXIT_UNUSABLE, refused.stderr
        last = refused.stderr.splitlines()[-1]
        assert re.search(r"the disk is full.* delete files .* then start again", last), last
        assert "Traceback" not in refused.stderr
        filler.clear()
        with kept_running(office) as supervisor:
            take_until_answered(office, within=60)
            office.settle()
            assert supervisor.stop() == 0
        office.last_check()


# ---- a disk that turns read-only ----


def turned_read_only(card: Card) -> None:
    """As the kernel does at an error of the card."""
    subprocess.run(
        ["mount", "-o", "remount,errors=remount-ro", str(card.folder)], check=True, timeout=20
    )
    (Path("/sys/fs/ext4") / Path(card.device).name / "trigger_fs_error").write_text("card")


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be mounted")
def test_a_disk_that_turns_read_only_stops_the_office_with_a_clear_word_until_it_is_mended(
    tmp_path: Path, serving: Serving, office_with: Callable[[int], KilledOffice]
) -> None:
    office = office_with(0)
    with Card(tmp_path / "card.img", tmp_path / "state") as card:
        with kept_running(office) as supervisor:
            start_s = take_until_answered(office, within=60)
            office.work(lambda: len(office.answered) < 5, Pace(calm=True, helps=0))
            turned_read_only(card)
            office.work(lambda: not supervisor.exits, CROWD)
            until(lambda: len(supervisor.exits) > 2, within=60)
            assert supervisor.exits[0].code == EXIT_JOURNAL_BROKEN
            assert {each.code for each in supervisor.exits[1:]} == {EXIT_UNUSABLE}
            assert "Read-only file system; the office's disk must be writable" in (
                office.log.read_text()
            )
            assert "Traceback" not in office.log.read_text()
            quiet_after(serving)
            supervisor.stop()
        office.audit()
        card.power_up()
        with kept_running(office) as supervisor:
            assert take_until_answered(office, within=90) <= recovery_limit(start_s)
            office.settle()
            assert supervisor.stop() == 0
        office.last_check()
