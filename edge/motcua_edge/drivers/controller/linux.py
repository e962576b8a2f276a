"""The controller's numbers from the kernel's files, and from the Pi's firmware where there is one.

Works on any Linux: what a machine does not have reads as None.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from motcua_edge.drivers.controller.port import Measured

_FIRMWARE_S: Final = 3.0
_THROTTLED: Final = re.compile(r"throttled=(0x[0-9a-fA-F]+)")
_MEMORY: Final = re.compile(r"^(MemTotal|MemAvailable):\s+(\d+) kB", re.MULTILINE)
_OCTAL: Final = re.compile(r"\\([0-7]{3})")


class LinuxGauges:
    """Implements `Gauges`.

    Args:
        state_dir: Whose file system is looked at.
        root: Where the kernel's files are; `/` but in tests.
        vcgencmd: The firmware's program; by default the one on the path, if any.
    """

    def __init__(
        self, state_dir: Path, root: Path = Path("/"), vcgencmd: str | None = None
    ) -> None:
        self._state_dir = state_dir
        self._root = root
        self._vcgencmd = vcgencmd or shutil.which("vcgencmd")

    def read(self) -> Measured:
        """One look."""
        mount = self._mount()
        device = Path(mount[0]).name if mount else ""
        return Measured(
            throttled=self._throttled(),
            temperature=self._temperature(),
            memory=self._memory(),
            disk_free=self._disk_free(),
            read_only=None if mount is None else "ro" in mount[1].split(","),
            disk_errors=self._number(f"sys/fs/ext4/{device}/errors_count") if device else None,
            worn=self._worn(device),
        )

    def _text(self, name: str) -> str:
        try:
            return (self._root / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def _number(self, name: str) -> int | None:
        text = self._text(name).strip()
        return int(text) if text.lstrip("-").isdigit() else None

    def _throttled(self) -> int | None:
        """From the kernel's file where there is one: it needs no program and no rights."""
        text = self._text("sys/devices/platform/soc/soc:firmware/get_throttled").strip()
        if not text and self._vcgencmd:
            found = _THROTTLED.search(_output([self._vcgencmd, "get_throttled"]))
            text = found.group(1) if found else ""
        try:
            return int(text, 16) if text else None
        except ValueError:
            return None

    def _temperature(self) -> float | None:
        milli = self._number("sys/class/thermal/thermal_zone0/temp")
        return None if milli is None else milli / 1000

    def _memory(self) -> float | None:
        found = {name: int(kb) for name, kb in _MEMORY.findall(self._text("proc/meminfo"))}
        total = found.get("MemTotal", 0)
        return found["MemAvailable"] / total if total and "MemAvailable" in found else None

    def _disk_free(self) -> int | None:
        try:
            room = os.statvfs(self._state_dir)
        except OSError:
            return None
        return room.f_bavail * room.f_frsize

    def _mount(self) -> tuple[str, str] | None:
        """Device and options of the mount that holds the state directory: the longest that fits."""
        best: tuple[str, str] | None = None
        longest = -1
        for line in self._text("proc/self/mounts").splitlines():
            fields = line.split(" ")
            if len(fields) < 4:  # noqa: PLR2004 - device, place, type, options
                continue
            place = Path(_OCTAL.sub(lambda m: chr(int(m[1], 8)), fields[1]))
            if self._state_dir.is_relative_to(place) and len(place.parts) > longest:
                best, longest = (fields[0], fields[3]), len(place.parts)
        return best

    def _worn(self, device: str) -> int | None:
        """The card's own estimate: two hex digits in steps of 10 %, the higher of both kinds."""
        disk = re.sub(r"p?\d+$", "", device) if device.startswith("mmcblk") else ""
        words = self._text(f"sys/block/{disk}/device/life_time").split() if disk else []
        try:
            steps = [int(word, 16) for word in words]
        except ValueError:
            return None
        return max(steps) * 10 if steps and max(steps) > 0 else None


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program
            command, capture_output=True, text=True, timeout=_FIRMWARE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
