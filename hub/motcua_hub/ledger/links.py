"""Links of sites: from the words of their sessions to what the broker's vantage says (rank 40).

    advance(connection, now)     one round, inside `writing`

A site that is connected proves its link with every packet; `last_seen_at` of `site_live` is the
last one. While the hub itself is not connected to the broker, nothing more is said.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from motcua_contract.messages import LinkState
from motcua_hub.domain.availability.evidence import Claim, Rank, Sli
from motcua_hub.domain.availability.sessions import TAKE_OVER, Turn, Word, turns
from motcua_hub.domain.link import SUSPECT_MS
from motcua_hub.ledger import claims, cursors
from motcua_hub.ledger.claims import OpenClaim
from motcua_hub.ledger.names import BROKER, link_of
from motcua_hub.store import schema

CURSOR: Final = "links"
_PULSE_MS: Final = 25_000
"""The hub's ingest says every 10 s whether the broker is there."""
_MOST: Final = 2_000
_LATE_MS: Final = 1_000
"""How long a message may lie in ingest's inbox."""
_word: Final = schema.link_word


def advance(connection: Connection, now: int) -> int:
    """Take in the words that are old enough to be judged; the number of them."""
    taken = _take_words(connection, now)
    _go_on(connection, now)
    return taken


def _take_words(connection: Connection, now: int) -> int:
    """A will waits until a birth right behind it would be here."""
    since = cursors.at(connection, CURSOR)
    query = select(_word).where(_word.c.id > since).order_by(_word.c.id).limit(_MOST)
    rows = list(takewhile(lambda row: _ripe(row, now), connection.execute(query)))
    if not rows:
        return 0
    said: dict[str, list[Word]] = {}
    for row in rows:
        said.setdefault(row.site, []).append(
            Word(
                at=row.at,
                state=LinkState(row.state),
                session=row.session,
                heard=row.heard_at,
                retained=row.retained,
            )
        )
    for site, words in said.items():
        _prove(connection, site, words, now)
        for each in turns(words):
            claims.turn(connection, [_claim(site, each)], now)
    cursors.move(connection, CURSOR, max(row.id for row in rows))
    return len(rows)


def _prove(connection: Connection, site: str, words: Sequence[Word], now: int) -> None:
    """What was heard before these words proves the link up to there."""
    heard = words[0].heard
    for held in claims.listing(connection, [link_of(site)]):
        up = held.vantage == BROKER and held.claim is Claim.UP
        if up and heard is not None and held.until < heard <= words[0].at:
            claims.turn(connection, [_up(held, heard, held.boot_id)], now)


def _ripe(row: Row[Any], now: int) -> bool:
    return bool(row.state != LinkState.OFFLINE or row.at <= now - TAKE_OVER - _LATE_MS)


def _claim(site: str, turn: Turn) -> OpenClaim:
    up = turn.claim is Claim.UP
    return OpenClaim(
        target=link_of(site),
        sli=Sli.REACHABLE,
        vantage=BROKER,
        source="session",
        rank=Rank.LAST_WILL,
        claim=turn.claim,
        begin=turn.begin,
        until=turn.begin if up else max(turn.begin, turn.confirmed_at or 0),
        horizon=SUSPECT_MS if up else _PULSE_MS,
        confirmed_at=turn.confirmed_at,
        cause=turn.cause,
        boot_id=turn.session[:64],
    )


def _go_on(connection: Connection, now: int) -> None:
    """What was said last still holds: by packets, or by a broker that would tell otherwise."""
    live = schema.site_live
    waiting = set(_waiting(connection))
    heard_until = _connected(connection, now)
    rows = {
        link_of(row.site): row
        for row in connection.execute(select(live.c.site, live.c.last_seen_at))
        if row.site not in waiting and row.last_seen_at is not None
    }
    said: list[OpenClaim] = []
    for each in claims.listing(connection, sorted(rows)):
        if each.vantage == BROKER:
            said += _longer(each, rows[each.target].last_seen_at, heard_until)
    claims.turn(connection, said, now)


def _waiting(connection: Connection) -> Iterable[str]:
    """Sites with words that are too young to be judged."""
    query = select(_word.c.site).where(_word.c.id > cursors.at(connection, CURSOR)).distinct()
    return connection.scalars(query)


def _connected(connection: Connection, now: int) -> int | None:
    """Until when the hub was connected to the broker, if it was right now."""
    pulse = schema.heartbeat
    query = select(func.max(pulse.c.at)).where(pulse.c.process == "ingest", pulse.c.connected)
    at = connection.scalar(query)
    return at if at is not None and now - at <= _PULSE_MS else None


def _longer(held: OpenClaim, seen: int, connected: int | None) -> list[OpenClaim]:
    """The claim as far as it goes now; empty when nothing new is known.

    A packet after the word of an end is a link that works, whatever became of the birth.
    """
    if seen > held.until:
        session = held.boot_id if held.claim is Claim.UP else ""
        return [_up(held, seen, session)]
    if held.claim is Claim.DOWN and connected is not None and connected > held.until:
        return [_until(held, connected)]
    return []


def _up(held: OpenClaim, seen: int, session: str) -> OpenClaim:
    return OpenClaim(
        target=held.target,
        vantage=BROKER,
        source="session",
        rank=Rank.LAST_WILL,
        claim=Claim.UP,
        begin=seen,
        until=seen,
        horizon=SUSPECT_MS,
        boot_id=session,
    )


def _until(held: OpenClaim, until: int) -> OpenClaim:
    return OpenClaim(
        target=held.target,
        vantage=BROKER,
        source="session",
        rank=Rank.LAST_WILL,
        claim=Claim.DOWN,
        begin=until,
        until=until,
        horizon=_PULSE_MS,
        confirmed_at=held.confirmed_at,
        cause=held.cause,
        boot_id=held.boot_id,
    )
