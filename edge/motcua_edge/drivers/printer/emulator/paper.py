"""The paper: what has been printed since the last cut."""

from typing import Final

import qrcode
from PIL import Image, ImageDraw, ImageFont

_CELL: Final = (12, 24)
_LINE_ROWS: Final = 30
_GROW_ROWS: Final = 1024
_WHITE, _BLACK = 1, 0
_FONT_PX: Final = 19
_LEVELS: Final = {
    48: qrcode.constants.ERROR_CORRECT_L,
    49: qrcode.constants.ERROR_CORRECT_M,
    50: qrcode.constants.ERROR_CORRECT_Q,
    51: qrcode.constants.ERROR_CORRECT_H,
}


def qr_picture(payload: str, module: int, level: int = 49) -> Image.Image:
    """A QR code as the printer draws it; `level` as in GS ( k function 69."""
    code = qrcode.QRCode(
        box_size=module, border=2, error_correction=_LEVELS.get(level, _LEVELS[49])
    )
    code.add_data(payload)
    code.make(fit=True)
    picture: Image.Image = code.make_image().get_image()
    return picture.convert("1", dither=Image.Dither.NONE)


def _font(*, bold: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Something like a printer's font A; Pillow's own where Noto is not installed."""
    try:
        return ImageFont.truetype(f"NotoSans-{'Bold' if bold else 'Regular'}.ttf", _FONT_PX)
    except OSError:
        return ImageFont.load_default(_FONT_PX)


class Paper:
    """A strip of paper. `width` in dots; `rows` printed so far."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows = 0
        self._page = Image.new("1", (width, _GROW_ROWS), _WHITE)
        self._fonts = {bold: _font(bold=bold) for bold in (False, True)}

    def picture(self) -> Image.Image:
        """What is on the paper."""
        return self._page.crop((0, 0, self.width, max(1, self.rows)))

    def feed(self, rows: int) -> None:
        """Empty rows."""
        self._room(rows)
        self.rows += rows

    def put(self, image: Image.Image, side: int) -> None:
        """A picture, at the left (0), centre (1) or right (2)."""
        self._room(image.height)
        left = (self.width - image.width) * side // 2
        self._page.paste(image, (left, self.rows))
        self.rows += image.height

    def put_text(self, text: str, scale: tuple[int, int], side: int, *, bold: bool) -> None:
        """A line in the printer's own letters."""
        wide, high = scale
        line = Image.new("1", (_CELL[0] * len(text), _CELL[1]), _WHITE)
        draw = ImageDraw.Draw(line)
        draw.fontmode = "1"
        for index, letter in enumerate(text):
            centre = (_CELL[0] * index + _CELL[0] // 2, _CELL[1] // 2)
            draw.text(centre, letter, _BLACK, self._fonts[bold], anchor="mm")
        size = (line.width * wide, line.height * high)
        self.put(line.resize(size, Image.Resampling.NEAREST).crop((0, 0, *self._fit(size))), side)
        self.feed(max(0, _LINE_ROWS - _CELL[1]))

    def _fit(self, size: tuple[int, int]) -> tuple[int, int]:
        return min(size[0], self.width), size[1]

    def _room(self, rows: int) -> None:
        while self.rows + rows > self._page.height:
            longer = Image.new("1", (self.width, self._page.height + _GROW_ROWS), _WHITE)
            longer.paste(self._page, (0, 0))
            self._page = longer
