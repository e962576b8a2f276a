"""A pad: the real firmware in MicroPython's unix port, with buttons that a program presses.

For the demo and for tests.

It talks on one end of a pair of ptys, or to a broker. Its flash is a folder that survives kills.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from demo.processes import wait_until
from padkit.build import SOURCE, build

MICROPYTHON: Final = Path(sys.executable).with_name("micropython")
SIMULATOR: Final = Path(__file__).parents[2] / "firmware" / "simulator"
HEAP: Final = "180k"
_PINS: Final = (2, 3, 4, 5, 6, 7, 8, 9)
KEY: Final = bytes(range(32))


def built(folder: Path, source: Path = SOURCE) -> Path:
    """The firmware, compiled below `folder`: what a board gets by cable."""
    build(folder, source)
    return folder / "board"


class PtyPair:
    """A cable: what goes in at `pad` comes out at `edge`, and back. `cut` pulls it."""

    def __init__(self, folder: Path, name: str = "cable") -> None:
        self.edge, self.pad = folder / f"tty-{name}", folder / f"tty-{name}-pad"
        self._socat: subprocess.Popen[bytes] | None = None

    def plug(self) -> None:
        """Both ends are there."""
        ends = [f"pty,raw,echo=0,link={path}" for path in (self.edge, self.pad)]
        self._socat = subprocess.Popen(["socat", *ends])
        wait_until(lambda: self.edge.exists() and self.pad.exists(), "no pair of ptys", 10)

    def cut(self) -> None:
        """Both ends are gone."""
        if self._socat is not None:
            self._socat.kill()
            self._socat.wait(10)
            for path in (self.edge, self.pad):
                path.unlink(missing_ok=True)
        self._socat = None


class SimPad:
    """One pad. `settings` are added to its config.json."""

    def __init__(
        self,
        folder: Path,
        firmware: Path,
        name: str,
        *,
        key: bytes = KEY,
        buttons: tuple[str, ...] = ("1", "2", "3"),
        tty: Path | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder, self.name, self.key = folder, name, key
        self.starts = 0
        self._buttons = buttons
        self._tty = tty
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-r", f"{firmware}/.", str(folder)], check=True)
        own = {"pad": name, "key": key.hex(), "board": "pico_w", "buttons": buttons}
        link = {"link": "serial" if tty else "mqtt"}
        (folder / "config.json").write_text(json.dumps(own | link | dict(settings or {})))
        if not (folder / "pins").exists():
            os.mkfifo(folder / "pins")
        self._pins = os.open(folder / "pins", os.O_RDWR)

    @property
    def running(self) -> bool:
        """Whether it has power."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Power on."""
        env = {"MICROPYPATH": f"{SIMULATOR}:.:lib:.frozen", "PATH": os.environ["PATH"]}
        wires = os.open(self._tty or os.devnull, os.O_RDWR | os.O_NOCTTY)
        try:
            with (self.folder / "stderr.log").open("ab") as log:
                self._process = subprocess.Popen(
                    [MICROPYTHON, "-X", f"heapsize={HEAP}", "main.py"],
                    cwd=self.folder,
                    stdin=wires,
                    stdout=wires if self._tty else log,
                    stderr=log,
                    env=env,
                )
        finally:
            os.close(wires)
        self.starts += 1

    def kill(self) -> None:
        """Power off, without a word."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)
        self._process = None

    def close(self) -> None:
        """The end of the test."""
        self.kill()
        os.close(self._pins)

    def level(self, button: str, *, down: bool) -> None:
        """Move a button's contact."""
        pin = _PINS[self._buttons.index(button)]
        os.write(self._pins, b"%d %d\n" % (pin, 0 if down else 1))

    def press(self, button: str, hold_s: float = 0.03) -> None:
        """A finger comes and goes."""
        self.level(button, down=True)
        time.sleep(hold_s)  # the finger rests: this is what a press is
        self.level(button, down=False)

    @property
    def log(self) -> list[str]:
        """What it did to its pins."""
        path = self.folder / "board.log"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def confirmed(self) -> int:
        """How many presses it has confirmed to citizens: the click of `queued`."""
        return self.log.count("tone 2000")

    @property
    def refused_for_room(self) -> int:
        """How many it has refused because its queue was full."""
        return self.log.count("tone 200")

    @property
    def confirmed_by_start(self) -> list[int]:
        """The same, for each start."""
        starts = "\n".join(self.log).split("on\n")[1:]
        return [start.split("\n").count("tone 2000") for start in starts]

    @property
    def said(self) -> str:
        """Its errors."""
        path = self.folder / "stderr.log"
        return path.read_text(errors="replace") if path.exists() else ""
