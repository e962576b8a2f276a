"""What devices say of themselves, as keys and values; see `base` for how, `texts` for what."""

from motcua_contract.sentences.base import (
    Phrase,
    Sentence,
    english,
    joined,
    phrases_of,
    say,
    vietnamese,
)
from motcua_contract.sentences.texts import TEXTS

__all__ = [
    "TEXTS",
    "Phrase",
    "Sentence",
    "english",
    "joined",
    "phrases_of",
    "say",
    "vietnamese",
]
