"""A slip as parts that a printer can draw itself, each with the picture of it as well.

All pictures are 1-bit Pillow images (0 is black). Every part is centred on the paper.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from PIL import Image

WHITE = 1


@dataclass(frozen=True)
class Strip:
    """A picture cropped to its ink."""

    image: Image.Image

    @property
    def height(self) -> int:
        """Rows on paper."""
        return self.image.height


@dataclass(frozen=True)
class BigText:
    """A short ASCII text that a printer may set in its own largest letters."""

    text: str
    image: Image.Image

    @property
    def height(self) -> int:
        """Rows on paper, when drawn as a picture."""
        return self.image.height


@dataclass(frozen=True)
class SmallText:
    """A line of ASCII that a printer may set in its own ordinary letters."""

    text: str
    image: Image.Image

    @property
    def height(self) -> int:
        """Rows on paper, when drawn as a picture."""
        return self.image.height


@dataclass(frozen=True)
class QrCode:
    """A QR code. Most printers draw it themselves, so that its picture is made only when asked.

    `height` is that of the picture, which includes its quiet zone.
    """

    payload: str
    height: int
    draw: Callable[[str], Image.Image]

    @cached_property
    def image(self) -> Image.Image:
        """The picture, for printers that cannot."""
        return self.draw(self.payload)


@dataclass(frozen=True)
class Feed:
    """Empty rows."""

    rows: int

    @property
    def height(self) -> int:
        """Rows on paper."""
        return self.rows


Part = Strip | BigText | SmallText | QrCode | Feed


@dataclass(frozen=True)
class Slip:
    """One slip. `width` is the printable width in dots (576 on 80 mm, 384 on 58 mm paper)."""

    name: str
    width: int
    parts: tuple[Part, ...]

    @property
    def height(self) -> int:
        """Rows of the whole slip as a picture."""
        return sum(part.height for part in self.parts)


def compose(width: int, parts: tuple[Part, ...]) -> Image.Image:
    """Draw parts below each other, centred, as one 1-bit picture of `width` dots."""
    height = max(1, sum(part.height for part in parts))
    page = Image.new("1", (width, height), WHITE)
    top = 0
    for part in parts:
        if not isinstance(part, Feed):
            page.paste(part.image, ((width - part.image.width) // 2, top))
        top += part.height
    return page
