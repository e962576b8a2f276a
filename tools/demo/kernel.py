"""What the kernel of a Pi says of it, in files that the demo writes."""

from pathlib import Path
from typing import Final

_CARD: Final = "/dev/mmcblk0p2 / ext4 {how},noatime 0 0\n"


class Kernel:
    """The files below `root`: a healthy Pi with a memory card."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.temperature(52)
        self.card_is("rw")
        self._write("proc/meminfo", "MemTotal: 4000000 kB\nMemAvailable: 3100000 kB\n")
        self._write("sys/devices/platform/soc/soc:firmware/get_throttled", "0\n")
        self._write("sys/block/mmcblk0/device/life_time", "0x01 0x01\n")

    def temperature(self, celsius: float) -> None:
        """How hot the processor is."""
        self._write("sys/class/thermal/thermal_zone0/temp", f"{celsius * 1000:.0f}\n")

    def card_is(self, how: str) -> None:
        """`rw`, or `ro` after errors of the card."""
        self._write("proc/self/mounts", _CARD.format(how=how))

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        fresh.write_text(text)
        fresh.replace(path)
