"""Press ids, and the command that carries a press out once."""

import re
from typing import Final, Self

import msgspec

from motcua_edge.domain.commands import Command

_ID: Final = re.compile(r"([0-9a-f]{8})\.([0-9]{1,9})\.([0-9]{1,9})", re.ASCII)


class PressId(msgspec.Struct, frozen=True):
    """`FLASH.BOOT.N`: which flash, its how manyeth start, the how manyeth press of that."""

    flash: str
    boot: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The id; None for what no pad makes."""
        found = _ID.fullmatch(text)
        return cls(found[1], int(found[2]), int(found[3])) if found else None

    def after(self, mark: str) -> bool:
        """Whether it is newer than the last one carried out (empty: none was).

        A pad whose flash was wiped begins anew under another name, so nothing of it is older.
        """
        last = PressId.parse(mark)
        if last is None or last.flash != self.flash:
            return True
        return (self.boot, self.number) > (last.boot, last.number)


class PressPad(Command, frozen=True, kw_only=True):
    """Carry out `act` for a press, once; refused as `no_change` when the press is not new.

    `press` is a press id, `outcome` what to say of it: `rated`, `done` or `refused`.
    """

    pad: str
    press: str
    act: Command
    outcome: str
