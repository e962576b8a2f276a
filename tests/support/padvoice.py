"""A pad's voice for tests of the controller: the firmware's own session, without a board."""

import itertools
import sys
from pathlib import Path

from motcua_edge.drivers.pads import FakeLines

sys.path.insert(0, str(Path(__file__).parents[2] / "firmware"))

from pad.session import Session

_COUNT = itertools.count(1)


class PadVoice:
    """Speaks for one pad on one link of fake lines, and hears what comes back."""

    def __init__(self, lines: FakeLines, link: str, name: str, key: bytes) -> None:
        self.lines, self.link = lines, link
        self.session = Session(name, key, lambda size: next(_COUNT).to_bytes(size, "big"))
        self._read = 0

    def hello(self, **about: object) -> bytes:
        """Ask for a session; the line that was said."""
        line = self.session.hello({"fw": "26.11.1", "board": "test", "slot": "a"} | about)
        self.lines.say(self.link, line)
        return line

    def says(self, **body: object) -> bytes:
        """Say something in the session; the line that was said."""
        line = self.session.seal(body)
        self.lines.say(self.link, line)
        return line

    def beat(self, **figures: object) -> bytes:
        """Say how it is."""
        return self.says(**({"t": "beat", "up": 1, "held": {}, "bat": None} | figures))

    def press(self, press: str, button: str = "3", age: int = 0) -> bytes:
        """Say that a button was pressed."""
        return self.says(t="press", i=press, b=button, age=age)

    def heard(self) -> list[dict]:
        """What the controller has said to this pad since the last call, as the pad reads it."""
        new, self._read = self.lines.sent[self._read :], len(self.lines.sent)
        bodies = [self.session.hear(line) for link, line in new if link == self.link]
        return [body for body in bodies if body is not None]
