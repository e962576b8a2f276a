"""Telephone numbers as gateways want them."""

import re
from typing import Final

_CODE: Final = "84"
_SEPARATORS: Final = re.compile(r"[\s.()/-]")
_NUMBER: Final = re.compile(r"[1-9][0-9]{7,10}")


def national(number: str) -> str | None:
    """The digits behind +84 or 0 of a Vietnamese number; None when it is none."""
    plain = _SEPARATORS.sub("", number)
    for prefix in (f"+{_CODE}", f"00{_CODE}", _CODE, "0"):
        if plain.startswith(prefix):
            rest = plain.removeprefix(prefix)
            return rest if _NUMBER.fullmatch(rest) else None
    return None
