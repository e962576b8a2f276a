"""A slip as ESC/POS bytes. python-escpos encodes; nothing is sent from here."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PIL import Image

from motcua_edge.config import ConfigError
from motcua_edge.drivers.printer.library import blank_page, known_profile
from motcua_edge.drivers.printer.slip import BigText, Feed, Part, QrCode, Slip, SmallText, compose

if TYPE_CHECKING:
    from escpos.printer import Dummy

_FRAGMENT_ROWS: Final = 256
"""A raster command at most this high: small printers buffer one command whole."""
_MAX_FEED: Final = 255
_CELL_PX: Final = 12
"""Width of a letter of font A."""
_MAX_SCALE: Final = 8
_SIDE_MARGIN_PX: Final = 16
_QR_MODULE_PX: Final = 6
_ESC_J: Final = b"\x1bJ"


class PrinterConfigError(ConfigError):
    """A printer section that cannot work; the message says what to change."""


class Mode(StrEnum):
    """How much the printer draws itself.

    `HYBRID` sends pictures of Vietnamese lines only, for slow lines. `RASTER` sends one picture
    and lets the printer draw the QR code. `PICTURE` leaves nothing to the printer.
    """

    HYBRID = "hybrid"
    RASTER = "raster"
    PICTURE = "picture"


class Encoder:
    """Encodes for one printer profile. Not thread safe: it belongs to the printer's worker."""

    def __init__(self, profile: str, width_px: int, mode: Mode) -> None:
        self._profile = profile
        self._width = width_px
        self._mode = mode
        self._draws_qr = self._checked() and mode is not Mode.PICTURE

    def _checked(self) -> bool:
        """Whether the profile fits and draws QR codes; raises PrinterConfigError."""
        profile = known_profile(self._profile)
        if profile is None:
            msg = f"printer.profile {self._profile!r} is not known to python-escpos"
            raise PrinterConfigError(msg)
        if profile.width_px is not None and profile.width_px < self._width:
            msg = (
                f"printer.width_px {self._width} is wider than profile {self._profile!r} "
                f"({profile.width_px}); lower width_px or name another profile"
            )
            raise PrinterConfigError(msg)
        return profile.draws_qr

    def load(self) -> None:
        """Load what encoding needs, ahead of the first slip."""
        blank_page(self._profile)

    def encode(self, slip: Slip) -> bytes:
        """All bytes of a slip, from the reset to the cut."""
        page = blank_page(self._profile)
        page.hw("INIT")
        page.set(align="center")
        for part in self._joined(slip.parts):
            self._put(page, part)
        page.cut()
        output: bytes = page.output
        return output

    def torso_off(self) -> bytes:
        """Bytes that cut off what a broken job left hanging from the printer."""
        page = blank_page(self._profile)
        page.hw("INIT")
        page.cut()
        output: bytes = page.output
        return output

    def _joined(self, parts: tuple[Part, ...]) -> list[Part | Image.Image]:
        """Parts for the printer itself as they are, the others between them as one picture."""
        if self._mode is Mode.HYBRID:
            return list(parts)
        native = (QrCode,) if self._draws_qr else ()
        joined: list[Part | Image.Image] = []
        run: list[Part] = []
        for part in parts:
            if isinstance(part, native):
                joined += [*self._picture(run), part]
                run = []
            else:
                run.append(part)
        return joined + self._picture(run)

    def _picture(self, parts: list[Part]) -> list[Image.Image]:
        return [compose(self._width, tuple(parts))] if parts else []

    def _put(self, page: Dummy, part: Part | Image.Image) -> None:
        if isinstance(part, Feed):
            self._feed(page, part.rows)
        elif isinstance(part, QrCode) and self._draws_qr:
            page.qr(part.payload, native=True, size=_QR_MODULE_PX, ec=1)
        elif isinstance(part, BigText):
            self._big(page, part.text)
        elif isinstance(part, SmallText):
            page.textln(part.text)
        else:
            image = part if isinstance(part, Image.Image) else part.image
            page.image(image, fragment_height=_FRAGMENT_ROWS)

    @staticmethod
    def _feed(page: Dummy, rows: int) -> None:
        while rows > 0:
            page._raw(_ESC_J + bytes((min(rows, _MAX_FEED),)))  # noqa: SLF001  no public feed in dots
            rows -= _MAX_FEED

    def _big(self, page: Dummy, text: str) -> None:
        scale = (self._width - 2 * _SIDE_MARGIN_PX) // (_CELL_PX * max(1, len(text)))
        scale = max(1, min(_MAX_SCALE, scale))
        page.set(align="center", custom_size=True, width=scale, height=scale, bold=True)
        page.textln(text)
        page.set(align="center", normal_textsize=True, bold=False)
