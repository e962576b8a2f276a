"""What components say of themselves: kept as JSON of phrases, shown in Vietnamese."""

from collections.abc import Iterable
from typing import Final

import msgspec

from motcua_contract.sentences import Phrase, vietnamese

_LONGEST: Final = 4000
_DECODER: Final = msgspec.json.Decoder(tuple[Phrase, ...])


def kept(phrases: Iterable[Phrase]) -> str:
    """As it is stored; empty for none, and for more than any device has to say."""
    found = tuple(phrases)
    text = msgspec.json.encode(found).decode() if found else ""
    return text if len(text) <= _LONGEST else ""


def shown(said: str) -> str:
    """In Vietnamese; empty when there is nothing, or nothing that this version has words for."""
    if not said:
        return ""
    try:
        return vietnamese(_DECODER.decode(said))
    except msgspec.MsgspecError:
        return ""
