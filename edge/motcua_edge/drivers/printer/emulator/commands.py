"""ESC/POS bytes as commands, as they come in.

Knows what the driver sends and skips, by their length, the settings it has no use for. An unknown
command loses its two lead bytes and its parameters are printed: so does a real printer.
"""

from dataclasses import dataclass
from typing import Final

_ESC, _GS, _DLE = 0x1B, 0x1D, 0x10
_LF, _FIRST_PRINTABLE, _DEL = 0x0A, 0x20, 0x7F

_SKIPPED: Final = {
    (_ESC, ord("-")): 1, (_ESC, ord("G")): 1, (_ESC, ord("M")): 1,
    (_ESC, ord("R")): 1, (_ESC, ord("t")): 1, (_ESC, ord("{")): 1, (_ESC, ord("V")): 1,
    (_ESC, ord("2")): 0, (_ESC, ord("3")): 1, (_ESC, ord(" ")): 1, (_ESC, ord("r")): 1,
    (_GS, ord("B")): 1, (_GS, ord("b")): 1, (_GS, ord("L")): 2, (_GS, ord("W")): 2,
    (_GS, ord("h")): 1, (_GS, ord("w")): 1, (_GS, ord("f")): 1, (_GS, ord("H")): 1,
}  # fmt: skip
"""Parameter bytes of settings that change nothing on this printer."""


@dataclass(frozen=True)
class Reset:
    """ESC @."""


@dataclass(frozen=True)
class Text:
    """Printable characters."""

    text: str


@dataclass(frozen=True)
class NewLine:
    """LF."""


@dataclass(frozen=True)
class FeedRows:
    """ESC J n, in dots; ESC d n, in lines, comes as rows too."""

    rows: int


@dataclass(frozen=True)
class Align:
    """ESC a n: 0 left, 1 centre, 2 right."""

    side: int


@dataclass(frozen=True)
class Scale:
    """GS ! n: 1..8 times as wide and high."""

    wide: int
    high: int


@dataclass(frozen=True)
class PrintMode:
    """ESC ! n: boldness, double width and height at once; 0 is back to normal."""

    bits: int


@dataclass(frozen=True)
class Bold:
    """ESC E n."""

    on: bool


@dataclass(frozen=True)
class Rows:
    """Rows of a GS v 0 picture, of `wide` bytes each."""

    wide: int
    data: bytes


@dataclass(frozen=True)
class QrFunction:
    """GS ( k for QR codes: function number and its data."""

    number: int
    data: bytes


@dataclass(frozen=True)
class Cut:
    """GS V, having fed `rows` first."""

    rows: int


@dataclass(frozen=True)
class OrderedStatus:
    """GS r n."""

    number: int


Command = (
    Reset | Text | NewLine | FeedRows | Align | Scale | PrintMode | Bold | Rows | QrFunction | Cut
    | OrderedStatus
)  # fmt: skip
_LINE_ROWS: Final = 30
_FEED_CUTS: Final = frozenset({65, 66})


class Parser:
    """Takes bytes, gives commands; keeps what is not complete. A picture comes row by row."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._wide = 0
        self._rows_left = 0

    @property
    def waiting(self) -> int:
        """Bytes kept for later."""
        return len(self._bytes)

    @property
    def inside_data(self) -> bool:
        """Whether the next byte is data of an unfinished picture."""
        return self._rows_left > 0

    def feed(self, data: bytes) -> None:
        """Add received bytes."""
        self._bytes += data

    def clear(self) -> None:
        """Forget everything, as after DLE DC4 8."""
        self._bytes.clear()
        self._rows_left = 0

    def next(self) -> Command | None:
        """The next whole command, None until more bytes come."""
        while self._bytes:
            before = len(self._bytes)
            command = self._rows() if self._rows_left else self._parsed()
            if command is not None or len(self._bytes) == before:
                return command
        return None

    def _rows(self) -> Command | None:
        rows = min(self._rows_left, len(self._bytes) // self._wide)
        if not rows:
            return None
        self._rows_left -= rows
        return Rows(self._wide, self._take(rows * self._wide))

    def _take(self, count: int) -> bytes:
        taken = bytes(self._bytes[:count])
        del self._bytes[:count]
        return taken

    def _parsed(self) -> Command | None:
        lead = self._bytes[0]
        if lead == _LF:
            self._take(1)
            return NewLine()
        if _FIRST_PRINTABLE <= lead < _DEL:
            return self._text()
        if lead in (_ESC, _GS):
            return self._sequence(lead) if len(self._bytes) > 1 else None
        self._take(1)
        return None

    def _text(self) -> Command:
        end = 1
        while end < len(self._bytes) and _FIRST_PRINTABLE <= self._bytes[end] < _DEL:
            end += 1
        return Text(self._take(end).decode("ascii"))

    def _sequence(self, lead: int) -> Command | None:
        kind = self._bytes[1]
        if (lead, kind) == (_GS, ord("v")):
            return self._picture()
        if (lead, kind) == (_GS, ord("(")):
            return self._extended()
        if (lead, kind) == (_GS, ord("V")):
            return self._cut()
        if (lead, kind) in _SKIPPED:
            length = 2 + _SKIPPED[lead, kind]
            if len(self._bytes) >= length:
                self._take(length)
            return None
        return self._simple(lead, kind)

    def _simple(self, lead: int, kind: int) -> Command | None:
        if (lead, kind) == (_ESC, ord("@")):
            self._take(2)
            return Reset()
        if len(self._bytes) <= 2:  # noqa: PLR2004  lead, kind and one parameter
            return None
        value = self._bytes[2]
        known: dict[tuple[int, int], Command] = {
            (_ESC, ord("J")): FeedRows(value),
            (_ESC, ord("d")): FeedRows(value * _LINE_ROWS),
            (_ESC, ord("a")): Align(value % 48),
            (_ESC, ord("!")): PrintMode(value),
            (_ESC, ord("E")): Bold(bool(value & 1)),
            (_GS, ord("!")): Scale((value >> 4 & 7) + 1, (value & 7) + 1),
            (_GS, ord("r")): OrderedStatus(value),
        }
        command = known.get((lead, kind))
        self._take(3 if command else 2)
        return command

    def _picture(self) -> Command | None:
        if len(self._bytes) < 8:  # noqa: PLR2004  GS v 0 m xL xH yL yH
            return None
        head = self._take(8)
        self._wide = max(1, head[4] + 256 * head[5])
        self._rows_left = head[6] + 256 * head[7]
        return None

    def _extended(self) -> Command | None:
        if len(self._bytes) < 5:  # noqa: PLR2004  GS ( x pL pH
            return None
        length = self._bytes[3] + 256 * self._bytes[4]
        if len(self._bytes) < 5 + length:
            return None
        whole = self._take(5 + length)
        if whole[2] != ord("k") or whole[5:6] != b"1":
            return None
        return QrFunction(whole[6], whole[7:])

    def _cut(self) -> Command | None:
        if len(self._bytes) < 3:  # noqa: PLR2004  GS V m
            return None
        feeds = self._bytes[2] in _FEED_CUTS
        if feeds and len(self._bytes) < 4:  # noqa: PLR2004  GS V m n
            return None
        head = self._take(4 if feeds else 3)
        return Cut(head[3] if feeds else 0)
