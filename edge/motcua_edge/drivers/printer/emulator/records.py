"""Slips as files: `slip-0001.png` and `slip-0001.json`, complete as soon as they appear."""

import io
from pathlib import Path
from typing import Any

import msgspec

from motcua_edge.drivers.printer.emulator.machine import DOTS_PER_MM, PrintedSlip


class SlipRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a program can read of a slip.

    Attributes:
        texts: Lines set in the printer's own letters, in order (the number, on serial lines).
        codes: Payloads of QR codes that the printer drew.
        whole: False when the slip was torn off unfinished.
    """

    slip: int
    texts: tuple[str, ...]
    codes: tuple[str, ...]
    whole: bool
    mm: float
    received: int


class SlipFolder:
    """Writes slips; goes on after the highest number that is already there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._count = max((int(p.stem[5:]) for p in folder.glob("slip-*.json")), default=0)

    def keep(self, slip: PrintedSlip) -> None:
        """Write one slip; the record comes last, so that whoever sees it finds the picture."""
        self._count += 1
        name = f"slip-{self._count:04d}"
        picture = io.BytesIO()
        slip.image.save(picture, format="PNG")
        record = SlipRecord(
            slip=self._count,
            texts=slip.texts,
            codes=slip.codes,
            whole=slip.whole,
            mm=slip.image.height / DOTS_PER_MM,
            received=slip.received,
        )
        self._write(f"{name}.png", picture.getvalue())
        self._write(f"{name}.json", msgspec.json.encode(record))

    def _write(self, name: str, data: bytes) -> None:
        fresh = self._folder / f".{name}.new"
        fresh.write_bytes(data)
        fresh.replace(self._folder / name)


def read_folder(folder: Path) -> list[SlipRecord]:
    """All records in the order of printing; raises msgspec.MsgspecError for a foreign file."""
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(SlipRecord)
    return [decoder.decode(path.read_bytes()) for path in sorted(folder.glob("slip-*.json"))]
