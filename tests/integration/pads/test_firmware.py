"""The real firmware in MicroPython: updates, a hang, keypads, Wi-Fi; and how it gets on a board."""

import asyncio
import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from demo.processes import python
from motcua_edge.domain.pads.frames import broker_password
from motcua_edge.domain.pads.health import Seen
from motcua_edge.domain.pads.release import MODULUS, PACKAGE, read
from motcua_edge.drivers.mqtt import AiomqttConnector, BrokerAddress
from motcua_edge.drivers.pads import MqttLines, PadLines, SerialLines
from motcua_edge.services.pads import Exchange, Peer, Presses, Unit, UpdateFailedError, Updates
from motcua_edge.services.rating_desk import RatingDesk
from padkit import flash
from padkit.build import SOURCE, build, modulus, package
from support.broker import HOST, free_port
from support.faults import tell
from support.hall import Hall
from support.padboard import KEY, MICROPYTHON, PtyPair, SimPad
from support.padbroker import PadBroker
from support.padoffice import PadOffice
from support.unixport import needs_micropython
from support.waiting import until, until_async

pytestmark = needs_micropython

RELEASE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RELEASE = {"release": modulus(RELEASE_KEY)}


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[PtyPair]:
    cable = PtyPair(tmp_path)
    cable.plug()
    yield cable
    cable.cut()


class Bench:
    """A pad, the controller's own code at the other end of its line, a finger on the power."""

    def __init__(self, pad: SimPad, lines: PadLines) -> None:
        self.hall = Hall()
        self.hall.clock.now = self._now  # this one goes by itself
        self.pad = pad
        desk = RatingDesk(self.hall.office, b"secret")
        self.peer = Peer(Unit("pad-1", 1), KEY, self.hall.health, lambda: self._now().mono, "")
        self.exchange = Exchange(
            office=self.hall.office,
            desk=desk,
            presses=Presses(self.hall.office, desk),
            peers={"pad-1": self.peer},
            lines=[lines],
            fresh=secrets.token_hex,
        )

    def _now(self) -> object:
        mono = int(asyncio.get_running_loop().time() * 1000)
        self.hall.clock.mono = mono
        return type(self.hall.clock).now(self.hall.clock)

    def updates(self, data: bytes) -> Updates:
        return Updates(self.exchange, {"pad-1": self.peer}, read(data))

    async def runs(self, fw: str) -> None:
        """Powered again whenever it has ended, until it says that it has this firmware."""
        async with asyncio.timeout(60):
            while self.peer.firmware != fw or not self.pad.running:
                if not self.pad.running:
                    self.pad.start()
                await asyncio.sleep(0.05)  # it starts and says hello

    def forget(self) -> None:
        """What the pad said of itself is from before."""
        self.peer._seen = Seen()

    @property
    def slots(self) -> dict:
        return json.loads((self.pad.folder / "slots.json").read_text())


def on_wifi(folder: Path, firmware: Path, broker: PadBroker) -> Bench:
    login = {"ssid": "office", "password": "x"}
    settings = {"wifi": login, "broker": {"host": HOST, "port": broker.port}, **RELEASE}
    connector = AiomqttConnector(
        BrokerAddress(host=HOST, port=broker.port, client_id="e", user="edge", password="secret")
    )
    pad = SimPad(folder / "pad", firmware, "pad-1", settings=settings)
    return Bench(pad, MqttLines(connector, again_s=(0.05,)))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[PadBroker]:
    users = {"edge": "secret", "pad-1": broker_password(KEY)}
    broker = PadBroker.of(tmp_path / "broker", users, free_port())
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
async def bench(
    request: pytest.FixtureRequest, tmp_path: Path, firmware: Path
) -> AsyncIterator[Bench]:
    if getattr(request, "param", "serial") == "mqtt":
        bench = on_wifi(tmp_path, firmware, request.getfixturevalue("broker"))
    else:
        cable = request.getfixturevalue("cable")
        pad = SimPad(tmp_path / "pad", firmware, "pad-1", tty=cable.pad, settings=RELEASE)
        bench = Bench(pad, SerialLines([str(cable.edge)], every_s=0.05))
    task = asyncio.create_task(bench.exchange.run())
    bench.pad.start()
    yield bench
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    bench.pad.close()


@pytest.fixture
def make_release(tmp_path: Path) -> Callable[..., bytes]:
    """A signed package of the firmware with another version and, if asked for, a fault."""

    def make(fw: str, *, old: str = "", new: str = "", key: object = RELEASE_KEY) -> bytes:
        source = tmp_path / f"source-{fw}"
        shutil.copytree(SOURCE, source)
        (source / "pad" / "version.py").write_text(f'VERSION = "{fw}"\n')
        app = source / "pad" / "app.py"
        assert old in app.read_text()
        app.write_text(app.read_text().replace(old, new) if old else app.read_text())
        out = tmp_path / f"built-{fw}"
        return package(out, key, build(out, source))

    return make


@pytest.mark.parametrize("bench", ["serial", "mqtt"], indirect=True)
async def test_an_update_comes_over_the_line_and_is_started(
    bench: Bench, make_release: Callable[..., bytes]
) -> None:
    await bench.runs("26.11.1")
    bench.pad.press("2")
    await until_async(lambda: bench.hall.journal.facts)
    assert await bench.updates(make_release("26.12.1")).update("pad-1") == "26.12.1"
    await until_async(lambda: not bench.pad.running)
    await bench.runs("26.12.1")
    assert bench.slots == {"good": "a", "trial": "b", "tries": 1}
    before = len(bench.hall.journal.facts)
    bench.pad.press("2")
    await until_async(lambda: len(bench.hall.journal.facts) > before)


async def test_what_the_release_key_did_not_sign_is_refused(
    bench: Bench, make_release: Callable[..., bytes]
) -> None:
    await bench.runs("26.11.1")
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(UpdateFailedError, match="signature"):
        await bench.updates(make_release("26.12.2", key=stranger)).update("pad-1")
    assert bench.pad.running
    assert not (bench.pad.folder / "slots.json").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""One turn of the loop."""', "raise RuntimeError"),
        ("import gc\n", "import gc\nimport nothing_of_this_name\n"),
    ],
    ids=["fails at work", "cannot be loaded"],
)
async def test_an_update_that_fails_three_times_is_taken_back(
    bench: Bench, make_release: Callable[..., bytes], old: str, new: str
) -> None:
    await bench.runs("26.11.1")
    await bench.updates(make_release("26.12.3", old=old, new=new)).update("pad-1")
    await until_async(lambda: not bench.pad.running)
    starts = bench.pad.starts
    bench.forget()
    await bench.runs("26.11.1")
    assert bench.pad.starts - starts == 4
    assert bench.slots == {"good": "a", "back": 1}
    await until_async(lambda: bench.peer._seen.rolled_back)


async def test_an_update_that_hangs_does_not_feed_the_watchdog_and_is_taken_back(
    bench: Bench, make_release: Callable[..., bytes]
) -> None:
    await bench.runs("26.11.1")
    hang = '"""One turn of the loop."""\n        while True:\n            pass\n'
    release = make_release("26.12.4", old='"""One turn of the loop."""', new=hang)
    await bench.updates(release).update("pad-1")
    await until_async(lambda: not bench.pad.running)
    for _ in range(3):
        fed = bench.pad.log.count("fed")
        bench.pad.start()
        await asyncio.sleep(1.0)  # the test is the watchdog: fed at work about every 0.5 s
        assert bench.pad.log.count("fed") == fed
        bench.pad.kill()
    bench.forget()
    await bench.runs("26.11.1")
    assert bench.slots == {"good": "a", "back": 1}


@pytest.mark.parametrize("bench", ["serial", "mqtt"], indirect=True)
async def test_the_firmware_fits_its_heap_with_room_to_spare(bench: Bench) -> None:
    await bench.runs("26.11.1")
    for button in "123" * 10:
        bench.pad.press(button)
    seen = []
    bench.peer.beaten = lambda beat: _kept(seen, beat)
    await until_async(lambda: seen, within=15)
    tell(f"free heap {seen[0].mem}")
    assert seen[0].mem > 40_000


async def _kept(seen: list, beat: object) -> None:
    seen.append(beat)


# ---- the real program ----


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PadOffice]:
    pads = 'serial = ["tty-cable"]\nunits = {keypad-2 = {counter = 1}, pad-1 = {counter = 1}}'
    office = PadOffice(tmp_path, pads, {"keypad-2": KEY})
    try:
        office.start()
        yield office
    finally:
        office.program.kill()


async def test_a_keypad_calls_for_the_officer_who_is_logged_in(
    office: PadOffice, cable: PtyPair, tmp_path: Path, firmware: Path
) -> None:
    """And a pad without a key keeps no office closed: pad-1 has none here."""
    buttons = ("next", "recall", "start", "finish")
    pad = SimPad(tmp_path / "pad", firmware, "keypad-2", tty=cable.pad, buttons=buttons)
    try:
        pad.start()
        until(lambda: "fed" in pad.log, within=10)  # it looks at its buttons
        pad.press("next")
        until(lambda: office.facts("press.refused/1"), within=20)
        seat = await office.sit_down()
        await office.take_ticket()
        for number, button in enumerate(buttons, 2):
            pad.press(button)
            until(lambda n=number: len(office.facts("pad.pressed/1")) == n, within=20)
    finally:
        pad.close()
    causes = [body["cause"] for body in office.facts("press.refused/1")]
    # a second call at once is refused to a keypad as to the page
    assert causes == ["counter_not_open", "too_soon"]
    outcomes = [body["outcome"] for body in office.facts("pad.pressed/1")]
    assert outcomes == ["refused", "done", "refused", "done", "done"]
    assert office.facts("ticket.called/1")[0]["officer"] == "lan"
    assert seat.device
    keyless = [body for body in office.facts("health.changed/1") if body["component"] == "pad-1"]
    assert keyless[0]["code"] == "driver_failed"
    assert "pads enroll" in keyless[0]["detail"]


# ---- tools ----


@pytest.mark.usefixtures("office")
def test_a_key_is_made_once_and_the_settings_go_onto_the_pad(tmp_path: Path) -> None:
    config = str(tmp_path / "edge.toml")

    def enroll(*words: str) -> subprocess.CompletedProcess[str]:
        command = python("motcua_edge", "pads", "enroll", "--config", config, *words)
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    first, second = enroll("pad-1"), enroll("pad-1")
    settings = json.loads(first.stdout)
    assert (settings["pad"], settings["buttons"]) == ("pad-1", ["1", "2", "3"])
    assert first.stdout == second.stdout
    path = tmp_path / "state" / "pad-keys" / "pad-1.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().strip() == settings["key"]
    assert json.loads(enroll("pad-1", "--again").stdout)["key"] != settings["key"]
    assert json.loads(enroll("keypad-2").stdout)["buttons"][0] == "next"
    stranger = enroll("pad-7")
    assert (stranger.returncode, "pads.units" in stranger.stderr) == (2, True)
    path.write_text("no key")
    assert enroll("pad-1").returncode == 2
    broker = python("motcua_edge", "pads", "broker", "--config", config, "--out", str(tmp_path))
    assert subprocess.run(broker, capture_output=True, timeout=60, check=False).returncode == 2


def test_firmware_is_copied_to_a_board_and_read_back(
    tmp_path: Path, firmware: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = tmp_path / "board"
    board.mkdir()
    settings = tmp_path / "config.json"
    settings.write_text('{"pad": "pad-1"}')
    port = board / "tty"
    repl = f"exec:{MICROPYTHON} -i,pty,raw,echo=0"
    socat = subprocess.Popen(["socat", f"pty,raw,echo=0,link={port}", repl], cwd=board)
    try:
        until(port.exists, within=10)
        assert flash.flash(str(port), firmware, settings, restart=False) == 0
    finally:
        socat.kill()
        socat.wait(10)
    copied = {str(path.relative_to(board)) for path in board.rglob("*.mpy")}
    assert copied == {str(path.relative_to(firmware)) for path in firmware.rglob("*.mpy")}
    assert (board / "config.json").read_text() == settings.read_text()
    assert flash.flash("nowhere", tmp_path / "nothing", None, restart=False) == 1
    assert "make firmware" in capsys.readouterr().out


def test_a_release_is_built_and_signed_by_the_tool(tmp_path: Path) -> None:
    key = tmp_path / "release.pem"
    run = [sys.executable, "-m", "padkit"]
    env = {"PYTHONPATH": str(SOURCE.parent / "tools"), "PATH": "/usr/bin:/bin"}
    subprocess.run([*run, "key", str(key)], check=True, timeout=60, env=env)
    assert key.stat().st_mode & 0o777 == 0o600
    out = tmp_path / "out"
    command = [*run, "build", "--key", str(key), "--out", str(out)]
    subprocess.run(command, check=True, timeout=60, env=env, capture_output=True)
    assert read((out / PACKAGE).read_bytes()).fw
    assert len((out / MODULUS).read_text().strip()) == 3072 // 4


def test_a_module_that_does_not_compile_stops_the_build(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(SOURCE, source)
    (source / "pad" / "app.py").write_text("def broken(:\n")
    with pytest.raises(subprocess.CalledProcessError):
        build(tmp_path / "out", source)
