"""A sentence as a row of spoken units: the same row is played from clips or read by a synthesiser.

All text is NFC: a synthesiser reads decomposed Vietnamese with wrong tones.
"""

import unicodedata
from enum import StrEnum

import msgspec

FREE_TEXT = ""
"""Key of a unit for which no clip can exist (an area's own name, for example)."""


class SpeechError(ValueError):
    """A label, number or announcement that cannot be put into words; the message says why."""


class Stop(StrEnum):
    """The punctuation after a unit, as written for the synthesiser."""

    NONE = ""
    COMMA = ","
    FULL = "."

    @property
    def pause_ms(self) -> int:
        """Silence to leave after the unit, in ms."""
        return _PAUSE_MS[self]


_PAUSE_MS = {Stop.NONE: 0, Stop.COMMA: 130, Stop.FULL: 400}


class Unit(msgspec.Struct, frozen=True):
    """One recorded clip, or the words it would say.

    Attributes:
        key: Name of the clip in a voice pack, such as `digit-5`; `FREE_TEXT` when it has none.
        text: What is said, NFC.
        stop: The punctuation that follows.
    """

    key: str
    text: str
    stop: Stop = Stop.NONE


class Clause(msgspec.Struct, frozen=True):
    """Units said in one breath. Clauses are what a renderer makes and keeps."""

    units: tuple[Unit, ...]

    @property
    def text(self) -> str:
        """The clause as written Vietnamese, NFC."""
        return nfc(" ".join(f"{unit.text}{unit.stop}" for unit in self.units))

    @property
    def pause_ms(self) -> int:
        """Silence after the clause, in ms."""
        return self.units[-1].stop.pause_ms


class Sentence(msgspec.Struct, frozen=True):
    """A whole announcement. `name` is that of its text, such as `call` or `closing`."""

    name: str
    clauses: tuple[Clause, ...]

    @property
    def text(self) -> str:
        """The whole text, NFC."""
        return " ".join(clause.text for clause in self.clauses)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every clip it needs, in order."""
        return tuple(unit.key for clause in self.clauses for unit in clause.units)


def nfc(text: str) -> str:
    """`text` in composed form."""
    return unicodedata.normalize("NFC", text)


def stopped(units: tuple[Unit, ...], stop: Stop) -> tuple[Unit, ...]:
    """The same units with `stop` after the last one."""
    return (*units[:-1], msgspec.structs.replace(units[-1], stop=stop))
