"""python-escpos, which takes a third of a whole start to load: loaded after the door is open.

What a configuration has to be checked against is read from its table of printers directly.
"""

from __future__ import annotations

import os
import pickle
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from escpos.printer import Dummy

_TABLE = "capabilities.json"
_KEPT_IN = "ESCPOS_CAPABILITIES_PICKLE_DIR"
_LOADING = threading.Lock()


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
    return msgspec.json.decode(_table().read_bytes(), type=_Table).profiles


def _table() -> Path:
    spec = find_spec("escpos")
    if spec is None or spec.origin is None:
        msg = "python-escpos is not installed"
        raise ImportError(msg)
    return Path(spec.origin).with_name(_TABLE)


def known_profile(name: str) -> Profile | None:
    """The profile of that name, None when there is none; does not load the library."""
    return _profiles().get(name)


def blank_page(profile: str) -> Dummy:
    """A printer in memory that collects bytes; the first call loads the library."""
    return _dummy()(profile=profile)


@lru_cache(1)
def _dummy() -> type[Dummy]:
    with _LOADING, _table_at_hand():
        # too slow for the way to the first ticket
        from escpos.printer import Dummy  # noqa: PLC0415
    loaded: type[Dummy] = Dummy
    return loaded


@contextmanager
def _table_at_hand() -> Iterator[None]:
    """The table in the form that the library keeps for itself.

    It would read its JSON as YAML: a tenth of a second and three megabytes that never come back.
    """
    if _KEPT_IN in os.environ:
        yield
        return
    with TemporaryDirectory(prefix="motcua-escpos-") as folder:
        kept = Path(folder) / f"{platform.python_version()}.capabilities.pickle"
        kept.write_bytes(pickle.dumps(msgspec.json.decode(_table().read_bytes())))
        os.environ[_KEPT_IN] = folder
        try:
            yield
        finally:
            del os.environ[_KEPT_IN]
