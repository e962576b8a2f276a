"""The real agent with a real stream: from a covered lens to the journal and the technician."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from demo.offices import OFFICES, site_config
from demo.processes import Program as Office
from demo.processes import free_port, python
from motcua_edge.domain.camera.look import Profile
from motcua_edge.journal.tools import begun, export_jsonl
from support.cameras import Program, film, mjpeg
from support.waiting import until

PASSWORD = "bí-mật-của-camera"
EDGE = """
site = "q1-ben-nghe"
device = "edge-q1"
site_file = "site.json"
state_dir = "state"
log_level = "debug"
[web]
port = {port}
[voice]
enabled = false
[clock]
trust = "file"
file = "clock"
[[cameras]]
name = "hall"
source = "http://127.0.0.1:{camera}/video?user=an&pwd={query}"
login_file = "camera.login"
lighting = ["00:00-23:59"]
every_s = 1
privacy = [{{ left = 0.0, top = 0.0, width = 0.5, height = 1.0 }}]
"""


class Filmed:
    """An office in its own process, with one camera."""

    def __init__(self, folder: Path, camera: Program) -> None:
        self.folder = folder
        self.camera = camera
        self.port = free_port()
        self.journal = folder / "state" / "journal.sqlite3"
        text = EDGE.format(port=self.port, camera=camera.port, query="mat-khau-trong-dia-chi")
        (folder / "edge.toml").write_text(text)
        (folder / "site.json").write_bytes(msgspec.json.encode(site_config(OFFICES[0])))
        (folder / "clock").write_text("ntp")
        (folder / "camera.login").write_text(f"an:{PASSWORD}\n")
        command = python("motcua_edge", "run", "--config", str(folder / "edge.toml"))
        self.program = Office("edge", command, folder / "edge.log")

    def rows(self) -> list[dict]:
        if not self.journal.exists() or not begun(self.journal):
            return []
        return [json.loads(line) for line in export_jsonl(self.journal)]

    def told(self) -> list[str]:
        """What was recorded of the camera, in order."""
        rows = [r["body"] for r in self.rows() if r["type"] == "health.changed/1"]
        return [b.get("code") or b["state"] for b in rows if b["component"] == "camera-hall"]

    def metrics(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as page:
            return page.read().decode()

    def looker(self) -> psutil.Process:
        (child,) = psutil.Process(self.program.pid).children()
        return child


@pytest.fixture
def office(films: Path, tmp_path: Path) -> Iterator[Filmed]:
    camera = mjpeg(film(films, "normal"), login=f"an:{PASSWORD}")
    camera.start()
    made = Filmed(tmp_path, camera)
    made.program.start()
    yield made
    made.program.stop()
    camera.stop()


def test_a_covered_lens_reaches_the_journal_with_one_picture_and_ends(office: Filmed, films: Path):
    until(lambda: office.told() == ["ok"])
    until(lambda: 'figure="camera-hall.likeness"' in office.metrics())
    office.camera.tell(f"show {film(films, 'covered')}")
    until(lambda: office.told()[-1] == "covered")
    until(lambda: [r for r in office.rows() if r["type"] == "camera.picture_taken/1"])
    (taken,) = [r["body"] for r in office.rows() if r["type"] == "camera.picture_taken/1"]
    assert (taken["camera"], taken["reason"]) == ("camera-hall", "covered")
    office.camera.tell(f"show {film(films, 'normal')}")
    until(lambda: office.told() == ["ok", "covered", "ok"])
    assert 'motcua_edge_camera_events_total{event="usable"}' in office.metrics()


def test_a_camera_whose_password_changed_is_offline_and_a_restart_takes_the_new_one(
    office: Filmed, films: Path
):
    until(lambda: office.told() == ["ok"])
    office.camera.stop()
    until(lambda: office.told()[-1] == "offline")
    changed = mjpeg(film(films, "normal"), login="an:another")
    changed.port = office.camera.port
    changed.start()
    try:
        until(lambda: office.told()[-1] == "offline")
        (office.folder / "camera.login").write_text("an:another")
        office.looker().kill()
        until(lambda: office.told()[-1] == "ok")
    finally:
        changed.stop()


def test_the_password_is_nowhere_but_in_its_file_and_in_the_address(office: Filmed, films: Path):
    until(lambda: office.told() == ["ok"])
    office.camera.tell(f"show {film(films, 'covered')}")
    until(lambda: office.told()[-1] == "covered")
    office.camera.stop()
    until(lambda: office.told()[-1] == "offline")
    shown = office.metrics() + " ".join(office.looker().cmdline())
    shown += json.dumps(office.rows(), ensure_ascii=False)
    assert not [secret for secret in secrets() if secret in shown]
    office.program.stop()
    outside = ("camera.login", "edge.toml")
    for path in office.folder.rglob("*"):
        if path.is_file() and path.name not in outside:
            data = path.read_bytes()
            assert not [s for s in secrets() if s.encode() in data], path.name


def secrets() -> tuple[str, ...]:
    return PASSWORD, "mat-khau-trong-dia-chi", "b%C3%AD", "an:"


def test_an_agent_that_is_killed_leaves_no_program_behind(office: Filmed):
    until(lambda: office.told() == ["ok"])
    looker = office.looker()
    office.program.kill()
    until(lambda: not looker.is_running(), within=10)


def test_what_is_kept_of_the_reference_is_private_and_small(office: Filmed):
    folder = office.folder / "state" / "cameras" / "hall"
    until((folder / f"reference-{Profile.DAY}.luma").exists)
    until((folder / "learnt.json").exists)
    assert folder.stat().st_mode & 0o077 == 0
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    assert sum(sizes) < 200_000
