"""Sentences about devices: kept as keys and values, said in English or in Vietnamese.

What a driver has to say goes three ways: into logs in English, into the journal as keys and values,
and onto pages in Vietnamese. So it is made once, as phrases, and put into words where it is read.
"""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any, Final

import msgspec

from motcua_contract.faults import find
from motcua_contract.sentences.texts import TEXTS
from motcua_contract.sentences.words import SAID_BY_TOOLS, WORDS

Value = str | int | float
_BETWEEN: Final = "; "
_MOST: Final = 12
_LONGEST: Final = 500


class Phrase(msgspec.Struct, frozen=True):
    """One phrase: `key` names its texts, `values` are the names and figures in it."""

    key: str
    values: dict[str, Value] = {}


class Sentence(str):
    """English text that remembers the phrases it was made of; everywhere else it is a `str`."""

    phrases: tuple[Phrase, ...]

    def __new__(cls, phrases: Iterable[Phrase]) -> "Sentence":
        """The sentence that these phrases make."""
        kept = tuple(phrases)
        made = super().__new__(cls, english(kept))
        made.phrases = kept
        return made


def say(key: str, /, **values: Value) -> Sentence:
    """A sentence of one phrase; of a value only its first 500 characters.

    Raises:
        KeyError: There are no texts under this key, or they ask for a value that is not given.
    """
    return Sentence((Phrase(key, {name: _clipped(value) for name, value in values.items()}),))


def _clipped(value: Value) -> Value:
    """What a tool said may be long, and the journal is small."""
    return value[:_LONGEST] if isinstance(value, str) else value


def joined(*parts: str) -> Sentence:
    """Sentences one after the other; empty ones are left out."""
    return Sentence(phrase for part in parts for phrase in phrases_of(part))


def phrases_of(text: str) -> tuple[Phrase, ...]:
    """What a text is made of; text that nobody made of phrases is one phrase of its own."""
    if isinstance(text, Sentence):
        return text.phrases
    return (Phrase("text", {"text": _clipped(text)}),) if text else ()


def english(phrases: Iterable[Phrase]) -> str:
    """For logs, command lines and whoever reads the journal itself; KeyError as in `say`."""
    return _BETWEEN.join(_ENGLISH.vformat(TEXTS[p.key][0], (), p.values) for p in phrases)


def vietnamese(phrases: Iterable[Phrase]) -> str:
    """For pages; empty when a phrase is not known to this version. Never raises."""
    try:
        said = [_VIETNAMESE.vformat(TEXTS[p.key][1], (), _short(p.values)) for p in phrases]
    except (LookupError, ValueError, TypeError, AttributeError):
        return ""
    text = _BETWEEN.join(said[:_MOST])
    return text[:1].upper() + text[1:]


def _short(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: _clipped(value) for name, value in values.items()}


class _English(Formatter):
    """Conversions: `!w` a word of a vocabulary, `!f` fault codes, `!t` what a tool said."""

    def convert_field(self, value: Any, conversion: Any) -> Any:  # noqa: ANN401 - as its base
        if conversion == "f":
            return ", ".join(_code(each) for each in str(value).split(", "))
        return value if conversion in ("w", "t") else super().convert_field(value, conversion)


class _Vietnamese(_English):
    """Figures with a decimal comma; names of faults and what tools say in Vietnamese."""

    def convert_field(self, value: Any, conversion: Any) -> Any:  # noqa: ANN401 - as its base
        if conversion == "w":
            return WORDS.get(str(value), str(value))
        if conversion == "f":
            return ", ".join(_title(each) for each in str(value).split(", "))
        if conversion == "t":
            return _of_a_tool(str(value))
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> Any:  # noqa: ANN401 - as its base
        text = super().format_field(value, format_spec)
        figure = isinstance(value, (int, float))
        return text.replace(".", ",").replace("%", " %") if figure else text


def _code(named: str) -> str:
    """`2 camera.dark` is two of the fault `dark` of cameras."""
    count, _, code = named.rpartition(" ")
    return f"{count} {code.rpartition('.')[2]}".strip()


def _title(named: str) -> str:
    """As `_code`, in the words of the fault's card."""
    count, _, code = named.rpartition(" ")
    device, _, name = code.partition(".")
    fault = find(device, name)
    title = fault.card.title.lower() if fault else name
    return f"{count} {title}".strip()


def _of_a_tool(text: str) -> str:
    """What another program said: in Vietnamese when it is well known, else its own words."""
    lower = text.lower()
    known = next((words for said, words in SAID_BY_TOOLS if said in lower), "")
    return f"{known} (“{text}”)" if known else f"“{text}”"


_ENGLISH: Final = _English()
_VIETNAMESE: Final = _Vietnamese()
