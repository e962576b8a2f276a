"""Presses while pads, their broker, the cable and the office's program are killed: none lost, none
twice. The real firmware in MicroPython with 180 kB of heap, a real Mosquitto, the real program.

A press counts as confirmed when the pad has clicked. What was confirmed is in the journal, once.
"""

import asyncio
import contextlib
import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import aiohttp
import pytest

import motcua_edge
from demo.client import RefusedError
from padkit.build import SOURCE
from support.broker import free_port
from support.faults import full, tell
from support.padboard import PtyPair, SimPad, built
from support.padbroker import PadBroker
from support.padoffice import PadOffice
from support.unixport import needs_micropython
from support.waiting import until

pytestmark = needs_micropython

SAMPLE, WHOLE = 120, 1200
DEATHS: Final = ("edge", "broker", "cable", "usb", "wifi", "air")
_PADS: Final = """
serial = ["tty-cable"]
units = {pad-usb = {counter = 1}, pad-wifi = {counter = 2}}
broker = {host = "127.0.0.1", port = PORT, password_file = "broker-password"}
"""
SAY: Final = "        self._host.send(self.session.seal(body))\n"
"""The line of the firmware that sends a press, the last one of its function."""
KEYS: Final = {"pad-usb": bytes(range(32)), "pad-wifi": bytes(range(32, 64))}


class Hall:
    """An office with one pad on a cable and one on Wi-Fi, and everything that can fail in it."""

    def __init__(
        self,
        folder: Path,
        firmware: tuple[Path, Path],
        chance: random.Random,
        program: Path | None = None,
    ) -> None:
        self.chance = chance
        port = free_port()
        self.office = PadOffice(folder, _PADS.replace("PORT", str(port)), KEYS, program)
        self.broker = PadBroker.made(folder / "edge.toml", folder / "broker", port)
        self.cable = PtyPair(folder)
        self.cable.plug()
        wifi = {
            "wifi": {"ssid": "office", "password": "x"},
            "broker": {"host": "127.0.0.1", "port": port},
        }
        self.pads = [
            SimPad(folder / "usb", firmware[0], "pad-usb", key=KEYS["pad-usb"], tty=self.cable.pad),
            SimPad(folder / "wifi", firmware[1], "pad-wifi", key=KEYS["pad-wifi"], settings=wifi),
        ]
        self.ending = threading.Event()
        self.kills: Counter[str] = Counter()
        self._next: list[str] = []

    def open(self) -> None:
        self.broker.start()
        self.office.start()
        for pad in self.pads:
            pad.start()

    def close(self) -> None:
        self.ending.set()
        for pad in self.pads:
            pad.close()
        self.broker.kill()
        self.office.program.kill()
        self.cable.cut()

    # ---- people ----

    def citizen(self, pad: SimPad) -> None:
        """Presses and presses."""
        while not self.ending.is_set():
            before = pad.confirmed
            pad.press(self.chance.choice("123"), hold_s=0.03)
            with contextlib.suppress(AssertionError):  # it may be dead: somebody presses again
                until(lambda: pad.confirmed > before, within=0.5, every=0.005)  # noqa: B023
            time.sleep(0.03)  # the finger is up: less would be one press

    def officer(self, counter: int, name: str) -> None:
        asyncio.run(self._serve(counter, name))

    async def _serve(self, counter: int, name: str) -> None:
        """One citizen after the other, so that there is something to rate."""
        seat = await self.office.sit_down(counter, name)
        while not self.ending.is_set():
            with contextlib.suppress(aiohttp.ClientError, RefusedError, TimeoutError):
                await self.office.serve_one(seat, counter)
            await asyncio.sleep(0.5)  # people do not come faster

    # ---- deaths ----

    def ill_luck(self) -> None:
        """One thing fails and comes back; each has its turn before one is hit again."""
        if not self._next:
            self._next = list(DEATHS)
            self.chance.shuffle(self._next)
        name = self._next.pop()
        self.kills[name] += 1
        off_s = self.chance.uniform(0.05, 0.7)
        match name:
            case "edge":
                self.office.program.kill()
                time.sleep(off_s)  # nobody answers meanwhile
                self.office.start()
            case "broker":
                self._cut(self.broker.kill, self.broker.start, off_s)
            case "air":
                down = self.pads[1].folder / "wifi-down"
                self._cut(down.touch, down.unlink, off_s)
            case "cable":
                self._pull_cable(off_s)
            case _:
                pad = self.pads[name == "wifi"]
                self._cut(pad.kill, pad.start, off_s)

    @staticmethod
    def _cut(kill: Callable[[], None], start: Callable[[], None], off_s: float) -> None:
        kill()
        time.sleep(off_s)  # the power is off
        start()

    def _pull_cable(self, off_s: float) -> None:
        """USB feeds the pad: without its cable it is off."""
        self.pads[0].kill()
        self.cable.cut()
        time.sleep(off_s)  # unplugged
        self.cable.plug()
        self.pads[0].start()

    # ---- what must hold ----

    def drained(self) -> bool:
        """Whether every press that was confirmed has reached the journal, as far as counts say."""
        return self.office.presses().total() >= sum(pad.confirmed for pad in self.pads)

    def audit(self) -> None:
        """None lost, none twice, and each with its own outcome."""
        times = self.office.presses()
        assert [press for press, count in times.items() if count > 1] == [], "doubled"
        for pad in self.pads:
            self._audit_pad(pad)
        outcomes = Counter(body["outcome"] for body in self.office.facts("pad.pressed/1"))
        ratings = self.office.facts("rating.given/1")
        assert outcomes["rated"] == len(ratings)
        assert outcomes["refused"] == len(self.office.facts("press.refused/1"))
        assert len({rating["ticket"] for rating in ratings}) == len(ratings)

    def _audit_pad(self, pad: SimPad) -> None:
        """Numbers are given in order, so those of a start are 1, 2, 3 … without a gap."""
        numbers: dict[int, set[int]] = {}
        for body in self.office.facts("pad.pressed/1"):
            if body["pad"] == pad.name:
                _, boot, number = body["press"].split(".")
                numbers.setdefault(int(boot), set()).add(int(number))
        for boot, confirmed in enumerate(pad.confirmed_by_start, 1):
            there = numbers.get(boot, set())
            # the power may go between the flash and the click: one more than was heard
            assert len(there) - confirmed in (0, 1), f"{pad.name}, start {boot}: lost"
            assert there == set(range(1, len(there) + 1)), f"{pad.name}, start {boot}: a gap"


@pytest.fixture(scope="module")
def firmware(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """For the cable one that says every press twice; for Wi-Fi as it is."""
    folder = tmp_path_factory.mktemp("firmware")
    twice = SAY.replace("body", "dict(body)") + SAY
    source = mutated(folder / "source", SAY + "\n    def _acked", twice + "\n    def _acked")
    return built(folder / "twice", source), built(folder / "built")


def mutated(source: Path, old: str, new: str) -> Path:
    """A copy of the firmware's source with another line in its talk."""
    shutil.copytree(SOURCE, source)
    talk = source / "pad" / "talk.py"
    assert old in talk.read_text()
    talk.write_text(talk.read_text().replace(old, new))
    return source


@pytest.fixture
def make_hall(tmp_path: Path) -> Iterator[Callable[..., Hall]]:
    made: list[Hall] = []

    def make(firmware: tuple[Path, Path], seed: int, program: Path | None = None) -> Hall:
        made.append(Hall(tmp_path, firmware, random.Random(seed), program))
        return made[-1]

    yield make
    for hall in made:
        hall.close()


def work(hall: Hall, presses: int) -> None:
    """Citizens press, officers serve, each thing fails at least once; then everything works."""
    hall.open()
    people = [
        *(threading.Thread(target=hall.citizen, args=(pad,)) for pad in hall.pads),
        threading.Thread(target=hall.officer, args=(1, "lan")),
        threading.Thread(target=hall.officer, args=(2, "minh")),
    ]
    for each in people:
        each.start()
    while len(hall.kills) < len(DEATHS) or sum(pad.confirmed for pad in hall.pads) < presses:
        time.sleep(hall.chance.uniform(0.3, 1.5))  # good luck lasts as long as it lasts
        hall.ill_luck()
    hall.ending.set()
    for each in people:
        each.join(60)


def test_no_confirmed_press_is_lost_and_none_counts_twice(
    make_hall: Callable[..., Hall], firmware: tuple[Path, Path]
) -> None:
    hall = make_hall(firmware, 20261122)
    work(hall, WHOLE if full() else SAMPLE)
    until(hall.drained, within=90, every=0.5)
    hall.audit()
    confirmed = [pad.confirmed for pad in hall.pads]
    outcomes = Counter(body["outcome"] for body in hall.office.facts("pad.pressed/1"))
    tell(f"confirmed {confirmed}, in the journal {outcomes}, killed {hall.kills}")
    assert sum(confirmed) >= (WHOLE if full() else SAMPLE)
    assert outcomes["rated"] > 0


def test_the_audit_finds_a_queue_that_forgets(
    make_hall: Callable[..., Hall], tmp_path: Path
) -> None:
    """A mutant: the pad frees a press when it is sent, as if links and programs never died."""
    line, forgets = SAY + "\n    def _acked", "        self._queue.free(press_id)\n"
    source = mutated(tmp_path / "mutant", line, SAY + forgets + "\n    def _acked")
    hall = make_hall((built(tmp_path / "mutant-built", source),) * 2, 20261122)
    work(hall, SAMPLE // 2)
    with pytest.raises(AssertionError, match="not within"):
        until(hall.drained, within=5, every=0.5)
    with pytest.raises(AssertionError, match=r"lost|a gap"):
        hall.audit()


@pytest.mark.skipif(not full(), reason="make faults shows it: it takes half a minute")
def test_the_audit_finds_a_program_that_forgets_what_it_did(
    make_hall: Callable[..., Hall], firmware: tuple[Path, Path], tmp_path: Path
) -> None:
    """A mutant: to the controller every press is new."""
    program = tmp_path / "mutant"
    shutil.copytree(Path(motcua_edge.__file__).parent, program / "motcua_edge")
    presses = program / "motcua_edge" / "domain" / "pads" / "presses.py"
    line = "return (self.boot, self.number) > (last.boot, last.number)"
    assert line in presses.read_text()
    presses.write_text(presses.read_text().replace(line, "return True"))
    hall = make_hall(firmware, 20261122, program)
    work(hall, SAMPLE // 2)
    until(hall.drained, within=90, every=0.5)
    with pytest.raises(AssertionError, match="doubled"):
        hall.audit()
