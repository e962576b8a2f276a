"""python-escpos, which takes a third of a whole start to load: loaded after the door is open.

What a configuration has to be checked against is read from its table of printers directly.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from escpos.printer import Dummy

_TABLE = "capabilities.json"


class _Width(msgspec.Struct, frozen=True):
    pixels: int | str = ""


class _Media(msgspec.Struct, frozen=True):
    width: _Width = _Width()


class Profile(msgspec.Struct, frozen=True):
    """What python-escpos knows of a model of printer."""

    media: _Media = _Media()
    features: dict[str, bool] = {}

    @property
    def width_px(self) -> int | None:
        """Dots across its paper, None when the table does not say."""
        pixels = self.media.width.pixels
        return pixels if isinstance(pixels, int) else None

    @property
    def draws_qr(self) -> bool:
        """Whether it draws QR codes itself."""
        return self.features.get("qrCode", False)


class _Table(msgspec.Struct, frozen=True):
    profiles: dict[str, Profile]


@lru_cache(1)
def _profiles() -> dict[str, Profile]:
    spec = find_spec("escpos")
    if spec is None or spec.origin is None:
        msg = "python-escpos is not installed"
        raise ImportError(msg)
    table = Path(spec.origin).with_name(_TABLE).read_bytes()
    return msgspec.json.decode(table, type=_Table).profiles


def known_profile(name: str) -> Profile | None:
    """The profile of that name, None when there is none; does not load the library."""
    return _profiles().get(name)


def blank_page(profile: str) -> Dummy:
    """A printer in memory that collects bytes; the first call loads the library (about 0.2 s)."""
    from escpos.printer import Dummy  # noqa: PLC0415  too slow for the way to the first ticket

    return Dummy(profile=profile)
