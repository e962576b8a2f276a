"""Which sentence a call is spoken with, and the words that fill it."""

import re
from typing import Final

from motcua_contract.siteconfig import CounterConfig, SiteConfig
from motcua_contract.vocabulary import Priority, Purpose
from motcua_edge.domain.model import Ticket
from motcua_edge.domain.speech.sentences import compose
from motcua_edge.domain.speech.units import (
    FREE_TEXT,
    Clause,
    Sentence,
    SpeechError,
    Stop,
    Unit,
    nfc,
)
from motcua_edge.domain.speech.words import (
    HIGHEST_NUMBER,
    read_number,
    read_ordinal,
    spell,
    spell_label,
)

LONGEST_READING: Final = 600
"""Characters; about a minute, during which no number can be called."""
_SHORT_CODE: Final = re.compile(r"[A-Z]{1,2}\d{0,3}")
_HALF_DAYS: Final = {
    "sáng": Unit("morning", "sáng"),
    "chiều": Unit("afternoon", "chiều"),
    "tối": Unit("evening", "tối"),
}


def choose(ticket: Ticket, times: int, counter: CounterConfig, site: SiteConfig) -> str:
    """Name of the text for the `times`-th call of `ticket` to `counter`.

    A repeated call says so before it says why the citizen came; the site's own choice of sentence
    (`voice.sentence`) is for ordinary first calls.
    """
    if times > 1:
        return "last_call" if times >= site.queue.max_calls else "recall"
    if ticket.hops:
        return "transfer"
    if ticket.priority is not Priority.NONE:
        return "priority"
    if ticket.purpose is Purpose.RESULT:
        return "result"
    if site.voice.sentence == "call_area" and not (counter.area and counter.floor):
        return "call"
    return site.voice.sentence


def call_sentence(ticket: Ticket, times: int, counter: CounterConfig, site: SiteConfig) -> Sentence:
    """The whole sentence of a call.

    Raises:
        SpeechError: The ticket's label or the counter's number cannot be put into words.
    """
    fillings = {
        "so_doc": spell_label(ticket.label),
        "quay_doc": read_number(counter.number),
        "lan_doc": read_ordinal(times),
        "khu_doc": _place(counter.area),
        "tang_doc": _place(counter.floor),
    }
    return compose(choose(ticket, times, counter, site), fillings)


def announcement(name: str, half_day: str = "") -> Sentence:
    """An announcement that is about no ticket; `closing` needs `half_day` ("sáng", "chiều").

    Raises:
        SpeechError: The name is unknown, or it is a text about a ticket.
    """
    return compose(name, {"buoi_doc": _half_day(half_day)})


def reading(text: str) -> Sentence:
    """Any ready text, to be read aloud as it stands (digits must be spelt already).

    Raises:
        SpeechError: Nothing to read, or more than `LONGEST_READING` characters.
    """
    pieces = [piece.strip() for piece in re.split(r"(?<=[.!?])\s+|\n+", nfc(text))]
    clauses = tuple(
        Clause((Unit(FREE_TEXT, piece.rstrip("."), Stop.FULL),)) for piece in pieces if piece
    )
    if not clauses or len(text) > LONGEST_READING:
        msg = f"a text to read aloud has 1 to {LONGEST_READING} characters, not {len(text)}"
        raise SpeechError(msg)
    return Sentence("reading", clauses)


def _half_day(name: str) -> tuple[Unit, ...]:
    if not name:
        return ()
    return (_HALF_DAYS.get(nfc(name), Unit(FREE_TEXT, nfc(name))),)


def _place(name: str) -> tuple[Unit, ...]:
    """An area or a floor: `A1` is spelt, `2` is read, anything else is said as it is written."""
    if name.isdecimal() and 1 <= int(name) <= HIGHEST_NUMBER:
        return read_number(int(name))
    if _SHORT_CODE.fullmatch(name):
        return spell(name)
    return (Unit(FREE_TEXT, nfc(name)),) if name else ()
