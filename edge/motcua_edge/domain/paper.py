"""How much paper is left, in slips, from what was printed since the roll was changed."""

from statistics import median
from typing import Final

import msgspec

ROLLS_KEPT: Final = 5
LEAST: Final = 20
"""A roll that gave fewer slips than this was no whole roll: a jam, or a test of the sensor."""
_EMPTY: Final = frozenset({"paper_out"})
_WELL: Final = frozenset({"", "paper_low"})


class Roll(msgspec.Struct, frozen=True, kw_only=True):
    """The roll in the printer.

    Attributes:
        slips: Printed on it so far.
        whole: Whether it was seen from its beginning; None counts cannot teach.
        rolls: Slips of the last whole rolls, newest last.
        code: The printer's last code.
    """

    slips: int = 0
    whole: bool = False
    rolls: tuple[int, ...] = ()
    code: str = ""


def printed(roll: Roll) -> Roll:
    """One more slip came out."""
    return msgspec.structs.replace(roll, slips=roll.slips + 1)


def said(roll: Roll, code: str) -> Roll:
    """The printer's code changed: out of paper ends a roll, paper again begins one.

    A cover that is opened says nothing: people look inside without changing the roll.
    """
    if code in _EMPTY and roll.code not in _EMPTY:
        return msgspec.structs.replace(roll, rolls=_learnt(roll), code=code)
    if code in _WELL and (roll.code in _EMPTY or (roll.code == "paper_low" and code == "")):
        return Roll(slips=0, whole=True, rolls=roll.rolls, code=code)
    # between the end of one roll and paper again, other codes do not make the end forgotten
    kept = roll.code if roll.code in _EMPTY else code
    return msgspec.structs.replace(roll, code=kept)


def _learnt(roll: Roll) -> tuple[int, ...]:
    if not roll.whole or roll.slips < LEAST:
        return roll.rolls
    return (*roll.rolls, roll.slips)[-ROLLS_KEPT:]


def left(roll: Roll, capacity: int) -> int | None:
    """Slips left; None when nobody knows. `capacity` is what the maker or the office says, or 0."""
    if roll.code in _EMPTY:
        return 0
    whole = capacity or (int(median(roll.rolls)) if roll.rolls else 0)
    if not whole or not roll.whole:
        return None
    return max(0, whole - roll.slips)
