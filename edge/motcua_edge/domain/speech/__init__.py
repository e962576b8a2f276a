"""What is said in the hall: labels and numbers in words, sentences as rows of clips. Pure."""

from motcua_edge.domain.speech.calls import announcement, call_sentence, choose, reading
from motcua_edge.domain.speech.daily import Daily, due
from motcua_edge.domain.speech.sentences import TEXTS, clip_texts, compose
from motcua_edge.domain.speech.units import (
    FREE_TEXT,
    Clause,
    Sentence,
    SpeechError,
    Stop,
    Unit,
    nfc,
)
from motcua_edge.domain.speech.volume import volume_db
from motcua_edge.domain.speech.words import read_number, read_ordinal, spell_label, word_clips

__all__ = [
    "FREE_TEXT",
    "TEXTS",
    "Clause",
    "Daily",
    "Sentence",
    "SpeechError",
    "Stop",
    "Unit",
    "announcement",
    "call_sentence",
    "choose",
    "clip_texts",
    "compose",
    "due",
    "nfc",
    "read_number",
    "read_ordinal",
    "reading",
    "spell_label",
    "volume_db",
    "word_clips",
]
