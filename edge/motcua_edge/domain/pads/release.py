"""The firmware shipped for pads: one signed package, as `make firmware` writes it."""

import base64
from collections.abc import Iterator
from typing import Final

import msgspec

from motcua_edge.domain.pads.frames import Part

PACKAGE: Final = "release.bin"
MODULUS: Final = "release-key.txt"
PART: Final = 384
"""Bytes of a package in one frame: with its MAC it stays well below the longest line."""
_HEAD_MOST: Final = 8192


class ReleaseError(ValueError):
    """A package that is none."""


class _Head(msgspec.Struct, frozen=True):
    fw: str
    files: list[tuple[str, int, str]]


class Release(msgspec.Struct, frozen=True):
    """A package and the version within. Only pads check the signature: they are who trusts it."""

    fw: str
    package: bytes

    def part(self, at: int) -> Part:
        """The frame with the bytes from `at`."""
        piece = self.package[at : at + PART]
        return Part(at=at, d=base64.b64encode(piece).decode())

    def offsets(self) -> Iterator[int]:
        """Where the parts begin."""
        return iter(range(0, len(self.package), PART))


def read(package: bytes) -> Release:
    """A package; ReleaseError when it is cut or no package at all."""
    line, newline, blobs = package.partition(b"\n")
    text, star, _signature = line.rpartition(b"*")
    if not (newline and star) or len(line) > _HEAD_MOST:
        msg = "it has no head; make it with: make firmware"
        raise ReleaseError(msg)
    try:
        head = msgspec.json.decode(text, type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        msg = f"its head cannot be read: {error}"
        raise ReleaseError(msg) from error
    if sum(size for _, size, _ in head.files) != len(blobs):
        msg = f"it was cut: {len(blobs)} bytes of files"
        raise ReleaseError(msg)
    return Release(head.fw, package)
