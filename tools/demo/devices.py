"""What stands in an office of the demo besides printer, loudspeaker and UPS."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from demo.kernel import Kernel
from demo.screens import Screen
from demo.simpad import KEY, MICROPYTHON, PtyPair, SimPad
from demo.switch import Switch

PAD: Final = "pad-1"
SILENT_S: Final = 6
"""Seconds: a demo waits for nobody. Pads speak every 5 s, so nothing less would do."""


class Devices:
    """A controller, a display, a kiosk, a switch, and a pad where MicroPython runs.

    Args:
        folder: The office's.
        url: Of its pages.
        firmware: Where the compiled firmware is; None for an office without a pad.
    """

    def __init__(self, folder: Path, url: str, firmware: Path | None) -> None:
        self._folder = folder
        self._firmware = firmware if MICROPYTHON.exists() else None
        self.kernel = Kernel(folder / "kernel")
        self.switch = Switch()
        self.display = Screen(url, "display")
        self.kiosk = Screen(url, "kiosk")
        self.cable = PtyPair(folder, "pad")
        self.pad: SimPad | None = None

    def lines(self) -> Iterator[str]:
        """Their part of the agent's configuration."""
        yield from ("[controller]", "every_s = 2", f"root = {json.dumps(str(self.kernel.root))}")
        yield from ("[link]", "ping = false", "every_s = 1", "settle_s = 5")
        for kind in ("display", "kiosk"):
            yield from ("[[screens]]", f'kind = "{kind}"', f"silent_s = {SILENT_S}")
        yield from ("[[gear]]", 'name = "switch"', f'address = "{self.switch.address}"')
        yield "every_s = 1"
        if self._firmware is not None:
            yield from ("[pads]", f"serial = [{json.dumps(self.cable.edge.name)}]")
            yield f"units = {{ {PAD} = {{ counter = 1, silent_s = {SILENT_S + 1} }} }}"

    def prepare(self) -> None:
        """The pad's key, as `motcua-edge pads enroll` writes it."""
        if self._firmware is not None:
            path = self._folder / "state" / "pad-keys" / f"{PAD}.key"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(KEY.hex())

    def start(self) -> None:
        """Switch everything on; screens may be before the office."""
        self.display.start()
        self.kiosk.start()
        if self._firmware is not None:
            self.cable.plug()
            self.pad = SimPad(self._folder / "pad", self._firmware, PAD, tty=self.cable.pad)
            self.pad.start()

    def close(self) -> None:
        """Switch everything off; harmless when repeated."""
        self.display.close()
        self.kiosk.close()
        self.switch.on()
        if self.pad is not None:
            self.pad.close()
        self.pad = None
        self.cable.cut()
