"""The printer without its cable: bytes in, answers out, slips of paper as pictures.

Like a real one it answers `DLE EOT` at once even while it is stopped, keeps what it could not
print in its buffer, and goes on with it when paper is back unless it was told to forget it.
"""

import re
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec
from PIL import Image

from motcua_edge.drivers.printer.emulator import commands as c
from motcua_edge.drivers.printer.emulator.paper import Paper, qr_picture
from motcua_edge.drivers.printer.queries import CLEAR_BUFFER, Query

DOTS_PER_MM: Final = 8
_NEAR_END_MM: Final = 1500.0
_BUFFER: Final = 64 * 1024
_PIXEL_BITS: Final = 8
_REAL_TIME: Final = re.compile(rb"\x10\x04[\x01-\x04]|" + re.escape(CLEAR_BUFFER))
_COMES_LATER: Final = {
    "unplug_at": "unplugged",
    "stall_at": "stalled",
    "mute_at": "mute",
    "cover_at": "cover_open",
    "cutter_at": "cutter_error",
}


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wrong with it. `paper_mm` None is an endless roll.

    `unplug_at` and its like say after how many more received bytes a fault comes.
    """

    paper_out: bool = False
    near_end: bool = False
    cover_open: bool = False
    cutter_error: bool = False
    head_hot: bool = False
    mute: bool = False
    no_order: bool = False
    stalled: bool = False
    unplugged: bool = False
    unplug_at: int | None = None
    stall_at: int | None = None
    mute_at: int | None = None
    cover_at: int | None = None
    cutter_at: int | None = None
    paper_mm: float | None = None


class PrintedSlip(msgspec.Struct, frozen=True):
    """A piece of paper in somebody's hand. `whole` is False when it was torn off, not cut."""

    number: int
    image: Image.Image
    texts: tuple[str, ...]
    codes: tuple[str, ...]
    whole: bool
    received: int


class Machine:
    """An 80 mm (576 dots) or 58 mm (384) printer. Safe to use from several threads."""

    def __init__(
        self, width: int = 576, on_slip: Callable[[PrintedSlip], None] | None = None
    ) -> None:
        self.width = width
        self.slips: list[PrintedSlip] = []
        self.received = 0
        self.used_mm = 0.0
        self._on_slip = on_slip
        self._lock = threading.RLock()
        self._faults = Faults()
        self._budget: dict[str, int] = {}
        self._left_rows: float = float("inf")
        self._parser = c.Parser()
        self._todo: deque[c.Command] = deque()
        self._recent = b""
        self._cut_off()
        self._reset()

    # ---- what is done to it ----

    @property
    def faults(self) -> Faults:
        """The faults as they are now."""
        return self._faults

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return not self._faults.unplugged

    def set_faults(self, faults: Faults) -> bytes:
        """Change what is wrong; returns answers of what the printer now goes on with."""
        with self._lock:
            if faults == self._faults:
                return b""
            if self._faults.paper_out and not faults.paper_out:
                self._tear()
            self._faults = faults
            limits = {name: msgspec.structs.asdict(faults)[name] for name in _COMES_LATER}
            self._budget = {name: limit for name, limit in limits.items() if limit is not None}
            self._left_rows = (
                float("inf") if faults.paper_mm is None else faults.paper_mm * DOTS_PER_MM
            )
            return self._work()

    def fault(self, **changes: object) -> bytes:
        """As `set_faults`, changing only the named ones."""
        with self._lock:
            return self.set_faults(msgspec.structs.replace(self._faults, **changes))

    def tear(self) -> None:
        """Somebody tears off what hangs from the printer."""
        with self._lock:
            self._tear()

    def room(self, wanted: int) -> int:
        """How many of `wanted` bytes it would take now."""
        with self._lock:
            if self._faults.stalled or self._faults.unplugged:
                return 0
            free = max(0, _BUFFER - self._parser.waiting)
            return min(wanted, free, *self._budget.values())

    def receive(self, data: bytes) -> bytes:
        """Take bytes (at most `room`) and return its answers."""
        with self._lock:
            self.received += len(data)
            self._spend(len(data))
            answers = self._at_once(data)
            return self._heard(answers + self._work())

    def _spend(self, count: int) -> None:
        self._budget = {name: left - count for name, left in self._budget.items()}
        for name in [name for name, left in self._budget.items() if left <= 0]:
            del self._budget[name]
            come = {_COMES_LATER[name]: True, name: None}
            self._faults = msgspec.structs.replace(self._faults, **come)

    def _heard(self, answers: bytes) -> bytes:
        return b"" if self._faults.mute or self._faults.unplugged else answers

    # ---- real-time commands ----

    def _at_once(self, data: bytes) -> bytes:
        """Answer real-time commands wherever they stand and give the rest to the parser."""
        seen = self._recent + data
        answers, done = b"", 0
        for found in _REAL_TIME.finditer(seen):
            end = found.end() - len(self._recent)
            if end <= 0:
                continue
            self._parser.feed(data[done:end])
            done = end
            if found[0] == CLEAR_BUFFER:
                self._forget()
            else:
                answers += bytes((self._sensor(Query(found[0][-1])),))
        self._parser.feed(data[done:])
        self._recent = seen[1 - len(CLEAR_BUFFER) :]
        return answers

    def _forget(self) -> None:
        self._parser.clear()
        self._todo.clear()
        self._reset()

    def _sensor(self, query: Query) -> int:
        faults, out = self._faults, self._paper_out()
        broken = faults.cutter_error or faults.head_hot
        stopped = out or faults.cover_open or broken
        bits = {
            Query.PRINTER: 0x08 * stopped,
            Query.OFFLINE: 0x04 * faults.cover_open | 0x20 * out | 0x40 * broken,
            Query.ERROR: 0x08 * faults.cutter_error | 0x40 * faults.head_hot,
            Query.PAPER: 0x60 * out | 0x0C * self._near_end(),
        }
        return 0x12 | bits[query]

    def _paper_out(self) -> bool:
        return self._faults.paper_out or self._left_rows <= 0

    def _near_end(self) -> bool:
        return self._faults.near_end or self._left_rows < _NEAR_END_MM * DOTS_PER_MM

    # ---- printing ----

    def _stopped(self) -> bool:
        faults = self._faults
        return self._paper_out() or faults.cover_open or faults.cutter_error or faults.head_hot

    def _work(self) -> bytes:
        answers = b""
        while not self._stopped():
            command = self._todo.popleft() if self._todo else self._parser.next()
            if command is None:
                break
            answers += self._carry_out(command)
        return answers

    def _carry_out(self, command: c.Command) -> bytes:
        match command:
            case c.OrderedStatus():
                low = 0x03 * self._near_end()
                return b"" if self._faults.no_order else bytes((low,))
            case c.Text(text):
                self._line += text
            case c.Rows():
                self._print_rows(command)
            case c.QrFunction():
                self._qr(command)
            case c.Cut(rows):
                self._feed(rows)
                self._finish(whole=True)
            case c.Reset():
                self._reset()
            case _:
                self._set(command)
        return b""

    def _set(self, command: c.Command) -> None:
        match command:
            case c.NewLine():
                self._end_line()
            case c.FeedRows(rows):
                self._end_line_if_any()
                self._feed(rows)
            case c.Align(side):
                self._side = side
            case c.Scale(wide, high):
                self._scale = (wide, high)
            case c.PrintMode(bits):
                self._scale = (1 + (bits >> 5 & 1), 1 + (bits >> 4 & 1))
                self._bold = bool(bits & 8)
            case c.Bold(on):
                self._bold = on
            case _:
                pass

    def _reset(self) -> None:
        self._line = ""
        self._side, self._scale, self._bold = 0, (1, 1), False
        self._qr_payload, self._qr_module, self._qr_level = "", 3, 48

    def _end_line_if_any(self) -> None:
        if self._line:
            self._end_line()

    def _end_line(self) -> None:
        text, self._line = self._line, ""
        if not text:
            self._feed(30)
            return
        before = self._paper.rows
        self._paper.put_text(text, self._scale, self._side, bold=self._bold)
        self._texts.append(text)
        self._use(self._paper.rows - before)

    def _feed(self, rows: int) -> None:
        self._paper.feed(rows)
        self._use(rows)

    def _use(self, rows: int) -> None:
        self.used_mm += rows / DOTS_PER_MM
        self._left_rows -= rows

    def _print_rows(self, rows: c.Rows) -> None:
        """Print row by row: the paper may end in the middle of a picture."""
        self._end_line_if_any()
        count = len(rows.data) // rows.wide
        fits = int(min(count, max(1.0, self._left_rows)))
        data = bytes(0xFF ^ byte for byte in rows.data[: fits * rows.wide])
        picture = Image.frombytes("1", (rows.wide * _PIXEL_BITS, fits), data)
        self._paper.put(picture.crop((0, 0, min(picture.width, self.width), fits)), self._side)
        self._use(fits)
        if fits < count:
            self._todo.appendleft(c.Rows(rows.wide, rows.data[fits * rows.wide :]))

    def _qr(self, function: c.QrFunction) -> None:
        match function.number:
            case 67:
                self._qr_module = function.data[0]
            case 69:
                self._qr_level = function.data[0]
            case 80:
                self._qr_payload = function.data[1:].decode("utf-8", "replace")
            case 81 if self._qr_payload:
                picture = qr_picture(self._qr_payload, self._qr_module, self._qr_level)
                self._paper.put(picture, self._side)
                self._codes.append(self._qr_payload)
                self._use(picture.height)

    # ---- slips ----

    def _cut_off(self) -> None:
        self._paper = Paper(self.width)
        self._texts: list[str] = []
        self._codes: list[str] = []

    def _tear(self) -> None:
        if self._paper.rows:
            self._finish(whole=False)

    def _finish(self, *, whole: bool) -> None:
        slip = PrintedSlip(
            number=len(self.slips) + 1,
            image=self._paper.picture(),
            texts=tuple(self._texts),
            codes=tuple(self._codes),
            whole=whole,
            received=self.received,
        )
        self._cut_off()
        self.slips.append(slip)
        if self._on_slip is not None:
            self._on_slip(slip)
