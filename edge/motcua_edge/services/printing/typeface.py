"""Vietnamese lettering as crisp 1-bit pictures, by Pillow and Noto Sans."""

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_FOLDERS: Final = ("/usr/share/fonts/truetype/noto", "/usr/share/fonts/noto")
_FILES: Final = {"regular": "NotoSans-Regular.ttf", "bold": "NotoSans-Bold.ttf"}
_WHITE, _BLACK = 1, 0
_ABOVE: Final = 1.3
_BELOW: Final = 0.45
"""Room around the baseline in em: stacked Vietnamese accents on capitals reach above the font's
own ascent."""


class FontMissingError(RuntimeError):
    """The lettering is not installed."""


class Typeface:
    """Loads each size once."""

    def __init__(self, folders: tuple[str, ...] = _FOLDERS) -> None:
        self._files = {style: _found(folders, name) for style, name in _FILES.items()}
        self._fonts: dict[tuple[str, int], ImageFont.FreeTypeFont] = {}

    def font(self, size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
        """A font; `size` is the em in dots."""
        key = ("bold" if bold else "regular", size)
        if key not in self._fonts:
            self._fonts[key] = ImageFont.truetype(str(self._files[key[0]]), size)
        return self._fonts[key]

    def wrap(self, text: str, size: int, width: int, *, bold: bool) -> list[str]:
        """Break a text into lines of at most `width` dots; long words are cut."""
        font = self.font(size, bold=bold)
        lines: list[str] = []
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if font.getlength(longer) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *cut, line = _pieces(font, word, width)
            lines += cut
        return [*lines, line] if line else lines

    def balanced(self, text: str, size: int, width: int, *, bold: bool) -> list[str]:
        """As `wrap`, in as many lines, made about equally long."""
        lines = self.wrap(text, size, width, bold=bold)
        if len(lines) <= 1:
            return lines
        narrow, wide = width // len(lines), width
        while wide - narrow > size // 2:
            middle = (narrow + wide) // 2
            if len(self.wrap(text, size, middle, bold=bold)) > len(lines):
                narrow = middle
            else:
                wide = middle
        return self.wrap(text, size, wide, bold=bold)

    def line(self, text: str, size: int, *, bold: bool) -> tuple[Image.Image, int, int]:
        """One line cropped to its ink, with the empty rows above and below it up to the line's."""
        font = self.font(size, bold=bold)
        height = round(size * (_ABOVE + _BELOW))
        page = Image.new("1", (int(font.getlength(text)) + 2 * size, height), _WHITE)
        draw = ImageDraw.Draw(page)
        draw.fontmode = "1"
        draw.text((size, round(size * _ABOVE)), text, _BLACK, font, anchor="ls")
        left, top, right, bottom = _ink(page)
        above = max(0, top - round(size * 0.2))
        return page.crop((left, top, right, bottom)), above, max(0, round(size * 1.55) - bottom)


def band(image: Image.Image, width: int, padding: int) -> Image.Image:
    """A picture in white on a black band across `width` dots."""
    page = Image.new("1", (width, image.height + 2 * padding), _BLACK)
    inverse = image.point(lambda dot: not dot, "1")
    page.paste(inverse, ((width - image.width) // 2, padding))
    return page


def _ink(page: Image.Image) -> tuple[int, int, int, int]:
    return page.point(lambda dot: not dot, "1").getbbox() or (0, 0, 1, 1)


def _pieces(font: ImageFont.FreeTypeFont, word: str, width: int) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and font.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _found(folders: tuple[str, ...], name: str) -> Path:
    for folder in folders:
        path = Path(folder) / name
        if path.is_file():
            return path
    msg = f"{name} is not in {', '.join(folders)}; install it: apt install fonts-noto-core"
    raise FontMissingError(msg)
