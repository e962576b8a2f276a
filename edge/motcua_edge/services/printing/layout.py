"""How a slip looks: the words of a ticket as parts for the printer."""

from functools import lru_cache
from typing import Final

import msgspec
import qrcode
from PIL import Image

from motcua_edge.domain.model import Ticket
from motcua_edge.drivers.printer import BigText, Feed, Part, QrCode, Slip, SmallText, Strip, compose
from motcua_edge.services.printing.payload import payload
from motcua_edge.services.printing.typeface import Typeface, band
from motcua_edge.services.printing.words import SlipWords, Words

_MARGIN: Final = 8
_QR_MODULE: Final = 6
_QR_QUIET: Final = 4
_RULE_ROWS: Final = 3
_WIDE: Final = 576
_KEPT_LINES: Final = 64


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """Letter sizes in dots for 576-dot paper (`scaled` for others).

    For serial lines every dot counts: without `bands` marks are plain letters and rules are empty
    rows; `brief` leaves out what the hall's screens say anyway.
    """

    org_parent: int = 23
    org: int = 28
    title: int = 36
    number: int = 210
    mark: int = 30
    field: int = 31
    counter: int = 38
    body: int = 27
    small: int = 23
    gap: int = 12
    bands: bool = True
    brief: bool = False

    def scaled(self, width: int) -> "Style":
        """The same proportions on paper of `width` dots; small letters shrink less."""
        if width >= _WIDE:
            return self
        ratio = width / _WIDE

        def fit(size: int) -> int:
            return max(round(size * ratio), min(size, 20))

        return msgspec.structs.replace(
            self,
            org_parent=fit(self.org_parent),
            org=fit(self.org),
            title=fit(self.title),
            number=round(self.number * ratio),
            mark=fit(self.mark),
            field=fit(self.field),
            counter=fit(self.counter),
            body=fit(self.body),
            small=fit(self.small),
        )


FULL: Final = Style()
COMPACT: Final = Style(
    org_parent=19, org=22, title=28, mark=30, field=25, counter=32, body=22, small=19, bands=False
)
"""Everything in smaller letters: about 18 kB, 1.6 s at 115200 baud, while the paper moves."""
BRIEF: Final = Style(
    org=20, title=25, mark=28, field=23, counter=28, body=21, small=19, bands=False, brief=True
)
"""About 7.5 kB, eight seconds at 9600 baud."""


class Layout:
    """Lays out the slips of one site for one width of paper."""

    def __init__(
        self, words: Words, typeface: Typeface, *, width: int, style: Style, qr_base_url: str
    ) -> None:
        self._words = words
        self._typeface = typeface
        self._width = width
        self._style = style.scaled(width)
        self._qr_base_url = qr_base_url
        self._lines = lru_cache(_KEPT_LINES)(self._drawn)

    def slip(self, ticket: Ticket, job: int) -> Slip:
        """Slip number `job` of a ticket; every one after the first bears the reprint mark."""
        words = self._words.of(ticket, job)
        code = payload(self._qr_base_url, ticket.id, job)
        parts = [
            *self._head(words),
            *self._number(words),
            *self._where(words),
            *self._when(words),
            *self._foot(words, ticket.id, code),
        ]
        return Slip(f"{ticket.id}#{job}", self._width, tuple(parts))

    def _head(self, words: SlipWords) -> list[Part]:
        style = self._style
        parent = [] if style.brief else self._lines(words.org_parent, style.org_parent)
        return [
            Feed(style.gap),
            *parent,
            *self._lines(words.org, style.org, bold=True),
            *self._rule(),
            *self._lines(words.title, style.title, bold=True),
            *self._band(words.test),
            *self._band(words.copy),
        ]

    def _number(self, words: SlipWords) -> list[Part]:
        size = self._style.number
        room = self._width - 2 * _MARGIN
        length = self._typeface.font(size, bold=True).getlength(words.number)
        size = min(size, int(size * room / length))
        image, _, _ = self._typeface.line(words.number, size, bold=True)
        gap = Feed(self._style.gap * 2)
        return [gap, BigText(words.number, image), gap, *self._band(words.priority)]

    def _where(self, words: SlipWords) -> list[Part]:
        style = self._style
        return [
            *self._lines(words.field, style.field, bold=True),
            *self._lines(words.counter, style.counter, bold=True),
            *self._lines(words.area, style.body),
            *self._rule(),
        ]

    def _when(self, words: SlipWords) -> list[Part]:
        style = self._style
        said = [
            *self._lines(words.ahead, style.body, bold=True),
            *self._lines(words.wait, style.body),
        ]
        if style.brief:
            return said
        return [
            *said,
            *self._lines(words.time, style.small),
            *self._lines(words.valid, style.small),
            Feed(style.gap),
            *self._lines(words.note, style.small),
        ]

    def _foot(self, words: SlipWords, ticket: str, code: str) -> list[Part]:
        style = self._style
        qr = QrCode(code, _qr_height(code), _qr_image)
        if style.brief:
            return [Feed(style.gap), qr, *map(self._small, (words.stamp, ticket))]
        return [
            Feed(style.gap),
            qr,
            *self._lines(words.qr, style.small),
            *self._lines(words.serial, style.small),
            *self._rule(),
            *self._lines(words.hotline, style.small),
            *self._lines(words.thanks, style.body, bold=True),
        ]

    def _drawn(self, text: str, size: int, *, bold: bool = False) -> list[Part]:
        """A paragraph. Most lines are the same on every slip, so that drawn ones are kept."""
        parts: list[Part] = []
        room = self._width - 2 * _MARGIN
        for line in self._typeface.balanced(text, size, room, bold=bold) if text else ():
            image, above, below = self._typeface.line(line, size, bold=bold)
            parts += [Feed(above), Strip(image), Feed(below)]
        return parts

    def _small(self, text: str) -> Part:
        image, above, below = self._typeface.line(text, self._style.small, bold=False)
        padded = (Feed(above), Strip(image), Feed(below))
        return SmallText(text, compose(image.width, padded))

    def _band(self, text: str) -> list[Part]:
        """A mark that nobody overlooks; a black band costs a slow line too many bytes."""
        parts: list[Part] = []
        style = self._style
        if not style.bands:
            return self._lines(text, style.mark, bold=True)
        room = self._width - 4 * _MARGIN
        for line in self._typeface.balanced(text, style.mark, room, bold=True) if text else ():
            image, _, _ = self._typeface.line(line, style.mark, bold=True)
            parts.append(Strip(band(image, self._width, _MARGIN)))
        return [Feed(style.gap), *parts, Feed(style.gap)] if parts else []

    def _rule(self) -> list[Part]:
        if not self._style.bands:
            return [Feed(self._style.gap)]
        line = Image.new("1", (self._width, _RULE_ROWS), 0)
        return [Feed(self._style.gap), Strip(line), Feed(self._style.gap)]


def _qr_code(code: str) -> qrcode.QRCode:
    drawn = qrcode.QRCode(
        box_size=_QR_MODULE, border=_QR_QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M
    )
    drawn.add_data(code)
    return drawn


def _qr_height(code: str) -> int:
    """Dots of the picture: version n has 17 + 4n modules."""
    modules = 17 + 4 * int(_qr_code(code).best_fit())
    return (modules + 2 * _QR_QUIET) * _QR_MODULE


def _qr_image(code: str) -> Image.Image:
    drawn = _qr_code(code)
    drawn.make(fit=True)
    picture: Image.Image = drawn.make_image().get_image()
    return picture.convert("1", dither=Image.Dither.NONE)
