"""Books what a site's journal says of one target: each time once, whatever comes in which order.

What is newer than everything booked turns the open claim, which becomes evidence in time; what is
older and was not covered yet (a late journal) becomes evidence at once.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.availability.evidence import Claim, Evidence, Sli
from motcua_hub.domain.availability.intervals import Interval, Spans, difference, normal
from motcua_hub.ledger import claims, evidence
from motcua_hub.ledger.claims import OpenClaim


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One claim about `[begin, end)` in UTC ms. `until` is the last moment that is proven."""

    begin: int
    end: int
    claim: Claim
    cause: str = ""
    edge: int = 0
    blip: bool = False
    confirmed_at: int | None = None


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """Whose words on what; `boot` is the boot in which they were seen."""

    target: str
    sli: Sli
    vantage: str
    source: str
    rank: int
    boot: str
    horizon: int = 0


def book(connection: Connection, about: Book, words: Sequence[Word], now: int) -> int:
    """Book words in order of time; how many were new."""
    some = sorted((word for word in words if word.begin < word.end), key=lambda word: word.begin)
    if not some:
        return 0
    held = _held(connection, about)
    covered = _covered(connection, about, (some[0].begin, some[-1].end), held)
    frontier = held.until if held is not None else max((end for _, end in covered), default=0)
    booked = 0
    late: list[Evidence] = []
    for word in some:
        old = (word.begin, min(word.end, frontier))
        parts = difference((old,), covered) if old[0] < old[1] else ()
        late += [_piece(about, word, part, now) for part in parts]
        if word.end > frontier:
            _turn(connection, about, word, frontier, now)
            frontier = word.end
            booked += 1
    return booked + evidence.add(connection, late)


def _held(connection: Connection, about: Book) -> OpenClaim | None:
    key = (about.target, about.sli.value, about.vantage)
    said = claims.listing(connection, [about.target])
    return next((each for each in said if each.key == key), None)


def _covered(connection: Connection, about: Book, span: Interval, held: OpenClaim | None) -> Spans:
    """Of which times this journal has spoken already."""
    mine = [
        (each.begin, each.end)
        for each in evidence.of_target(connection, about.target, span)
        if (each.vantage, each.source, each.sli) == (about.vantage, about.source, about.sli)
    ]
    if held is not None:
        mine.append((held.begin, held.until))
    return normal(mine)


def _turn(connection: Connection, about: Book, word: Word, frontier: int, now: int) -> None:
    """The newest word. It goes on from what was said before if that said the same."""
    begin = max(word.begin, frontier) if word.begin < frontier < word.end else word.begin
    claim = OpenClaim(
        target=about.target,
        sli=about.sli,
        vantage=about.vantage,
        source=about.source,
        rank=about.rank,
        claim=word.claim,
        begin=begin,
        until=word.end,
        horizon=about.horizon,
        confirmed_at=word.confirmed_at,
        cause=word.cause,
        blip=word.blip,
        edge=word.edge if begin == word.begin else 0,
        boot_id=about.boot,
    )
    claims.turn(connection, [claim], now)


def _piece(about: Book, word: Word, part: Interval, now: int) -> Evidence:
    begin, end = part
    name = f"{about.target}/{about.sli}/{about.vantage}/{word.claim}@{begin}-{end}"
    return Evidence(
        id=name,
        target=about.target,
        sli=about.sli,
        begin=begin,
        end=end,
        claim=word.claim,
        source=about.source,
        vantage=about.vantage,
        rank=about.rank,
        received_at=now,
        boot_id=about.boot,
        cause=word.cause,
        blip=word.blip,
        edge=word.edge if begin == word.begin else 0,
    )
