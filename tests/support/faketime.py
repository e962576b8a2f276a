"""An office whose program sees another wall clock: libfaketime, moved by rewriting a file.

The boot-time clock stays true, as on a machine whose wall clock is set. Only our program is fooled:
broker, hub and the test keep the machine's time.
"""

import importlib.util
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from demo.processes import Program
from demo.stack import SiteStack


def library() -> Path | None:
    """libfaketime of the PyPI package; Debian's one breaks `time.sleep`."""
    spec = importlib.util.find_spec("libfaketime")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "vendor/libfaketime/src/libfaketime.so.1"
    return path if path.exists() else None


def why_not() -> str:
    """Why no clock can be moved here; empty when it can."""
    found = library()
    if found is None:
        return "libfaketime (PyPI) has no library for this system"
    fooled = {"LD_PRELOAD": str(found), "FAKETIME": "+3650d", "PATH": os.environ["PATH"]}
    year = subprocess.run(["date", "+%Y"], env=fooled, capture_output=True, text=True, check=False)
    moved = year.stdout.strip().isdigit() and int(year.stdout) > datetime.now(UTC).year + 5
    return "" if moved else "libfaketime's library does not work on this system"


class WallClock:
    """The wall clock of one office's machine. Use `fit` before the office starts."""

    def __init__(self, site: SiteStack) -> None:
        self._site = site
        self._file = site.folder / "faketime"
        self.shift(0)

    def fit(self) -> None:
        """From its next start on the office sees this clock."""
        environment = {
            "LD_PRELOAD": str(library()),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
        }
        edge = self._site.edge
        self._site.edge = Program(edge.name, edge.command, edge.log, env=environment)

    def shift(self, seconds: float) -> None:
        """Move it, at once, to this far from the true time."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+.3f}\n")
        fresh.replace(self._file)

    def trust(self, state: str) -> None:
        """What the kernel would say of it: `ntp`, `rtc`, `saved` or `none`."""
        fresh = self._site.clock_file.with_suffix(".new")
        fresh.write_text(state)
        fresh.replace(self._site.clock_file)
