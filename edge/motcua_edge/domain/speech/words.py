"""Ticket labels, counter numbers and ordinals in Vietnamese words.

A label is spelt: every digit in its base form (`A015` is "a, không, một, năm"), because the slip
shows characters and not a quantity. A counter number is read as a number, where một, bốn and năm
change their form after a ten ("hai mươi mốt", "hai mươi tư", "mười lăm").
"""

import re
from typing import Final

from motcua_edge.domain.speech.units import SpeechError, Stop, Unit

DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
LETTERS: Final = {
    "A": "a",
    "B": "bê",
    "C": "xê",
    "D": "đê",
    "E": "e",
    "F": "ép-phờ",
    "G": "giê",
    "H": "hát",
    "I": "i",
    # written "gi" in schools, but a synthesiser drops the vowel of a lone "gi"; "di" sounds as "gi"
    "J": "di",
    "K": "ca",
    "L": "e-lờ",
    "M": "em-mờ",
    "N": "en-nờ",
    "O": "o",
    "P": "pê",
    "Q": "quy",
    "R": "e-rờ",
    "S": "ét-sì",
    "T": "tê",
    "U": "u",
    "V": "vê",
    "W": "vê kép",
    "X": "ích-xì",
    "Y": "i dài",
    "Z": "dét",
}
"""School names of the letters, spelt so that a synthesiser says them."""

HIGHEST_NUMBER: Final = 999
_LABEL: Final = re.compile(r"(TEST(?=-)|[A-Z]{0,2}[0-9]{0,3}(?=-)|[A-Z]{0,2})-?([0-9]{1,6})")
_TEST: Final = Unit("test", "thử")
_TEN: Final = Unit("ten", "mười")
_TENS: Final = Unit("tens", "mươi")
_HUNDRED: Final = Unit("hundred", "trăm")
_ODD: Final = Unit("odd", "linh")
_AFTER_TENS: Final = {
    1: Unit("one-after-tens", "mốt"),
    4: Unit("four-after-tens", "tư"),
    5: Unit("five-after-tens", "lăm"),
}
_ORDINALS: Final = {1: Unit("first", "nhất"), 4: Unit("four-after-tens", "tư")}


def _digit(value: int) -> Unit:
    return Unit(f"digit-{value}", DIGITS[value])


def _character(character: str) -> Unit:
    if character.isdigit():
        return _digit(int(character))
    return Unit(f"letter-{character.lower()}", LETTERS[character])


def _listed(units: list[Unit]) -> tuple[Unit, ...]:
    """The units as a list: a comma after each but the last."""
    with_commas = [Unit(unit.key, unit.text, Stop.COMMA) for unit in units[:-1]]
    return (*with_commas, Unit(units[-1].key, units[-1].text))


def spell_label(label: str) -> tuple[Unit, ...]:
    """Spell a printed number such as `A015`, `1001`, `A2-001` or `TEST-001`.

    Raises:
        SpeechError: The label is none of these.
    """
    match = _LABEL.fullmatch(label)
    if match is None:
        msg = f"label {label!r} cannot be spelt: letters A-Z and digits such as A015 or A2-001"
        raise SpeechError(msg)
    series, number = match.groups()
    if series == "TEST":
        return _listed([_TEST, *spell(number)])
    return spell(series + number)


def spell(characters: str) -> tuple[Unit, ...]:
    """Say capital letters A-Z and digits one by one; there must be at least one."""
    return _listed([_character(c) for c in characters])


def read_number(value: int) -> tuple[Unit, ...]:
    """Read 1..999 as a quantity: 115 is "một trăm mười lăm", 21 is "hai mươi mốt".

    Raises:
        SpeechError: The number is outside 1..999.
    """
    if not 1 <= value <= HIGHEST_NUMBER:
        msg = f"number {value} cannot be read: 1 to {HIGHEST_NUMBER}"
        raise SpeechError(msg)
    hundreds, rest = divmod(value, 100)
    head = (_digit(hundreds), _HUNDRED) if hundreds else ()
    return (*head, *_below_hundred(rest, after_hundred=bool(hundreds)))


def _below_hundred(value: int, *, after_hundred: bool) -> tuple[Unit, ...]:
    tens, ones = divmod(value, 10)
    if value == 0:
        return ()
    if tens == 0:
        return (_ODD, _digit(ones)) if after_hundred else (_digit(ones),)
    head = (_TEN,) if tens == 1 else (_digit(tens), _TENS)
    return (*head, *_after_tens(tens, ones))


def _after_tens(tens: int, ones: int) -> tuple[Unit, ...]:
    if ones == 0:
        return ()
    # after "mười" only năm changes ("mười lăm"); after "mươi" một and bốn change as well
    changes = ones in _AFTER_TENS and (tens > 1 or ones == 5)  # noqa: PLR2004  the digit five
    return (_AFTER_TENS[ones],) if changes else (_digit(ones),)


def read_ordinal(value: int) -> tuple[Unit, ...]:
    """What follows "thứ": "nhất", "hai", "ba", "tư", then as `read_number`."""
    if value in _ORDINALS:
        return (_ORDINALS[value],)
    return read_number(value)


def word_clips() -> dict[str, str]:
    """Key to text of every word clip, for whoever records a voice pack."""
    characters = [_character(c) for c in (*LETTERS, *"0123456789")]
    particles = [_TEST, _TEN, _TENS, _HUNDRED, _ODD, *_AFTER_TENS.values(), *_ORDINALS.values()]
    return {unit.key: unit.text for unit in (*characters, *particles)}
