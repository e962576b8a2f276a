"""What vantages say right now: a checkpoint that survives a restart and becomes evidence in time.

    turn(connection, claims, now)     each vantage now says this: a changed word ends the one before
    end(connection, keys, now)        these vantages say nothing any more
    settle(connection, now)           what is proven so far becomes evidence; seals `now`
    listing(connection, targets=None) -> list[OpenClaim]

`turn` with the same word only moves `until` on. With another word (`claim`, `blip`, `boot_id`, or a
`begin` after a silence) the old one is written as evidence up to the new one's `begin`, at most to
its `until + horizon`, and the new one stands in its place. What lies before the beginning of the
word on record becomes evidence at once. `settle` runs every day and before each
report, so that nothing that was ever told hangs on a row that can be edited.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, select, tuple_, update

from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli
from motcua_hub.ledger import evidence
from motcua_hub.store import schema
from motcua_hub.store.upsert import put

table: Final = schema.open_claim
Key = tuple[str, str, str]
"""Target, SLI, vantage."""
_AT_ONCE: Final = 400


class OpenClaim(msgspec.Struct, frozen=True, kw_only=True):
    """One vantage's word on one target, since `begin`. Times are UTC ms.

    Attributes:
        until: The last moment that is proven (the last sample, the last packet).
        horizon: How long the word holds when nothing follows (R1), in ms.
        settled: Up to here it is evidence already; kept by this module.
        confirmed_at: When an outage was sure (R2); None for anything else.
    """

    target: str
    sli: Sli = Sli.REACHABLE
    vantage: str = "hub"
    source: str = "probe"
    rank: int = Rank.PROBE
    claim: Claim
    begin: int
    until: int
    horizon: int = 0
    settled: int = 0
    confirmed_at: int | None = None
    cause: str = ""
    blip: bool = False
    edge: int = 0
    boot_id: str = ""

    @property
    def key(self) -> Key:
        """Whose word on what."""
        return (self.target, self.sli.value, self.vantage)

    @property
    def word(self) -> tuple[Claim, bool, str]:
        """What is said; another word is another claim."""
        return (self.claim, self.blip, self.boot_id)


_COLUMN: Final = {"begin": "begin_at", "until": "until_at", "settled": "settled_at"}


def listing(connection: Connection, targets: Sequence[str] | None = None) -> list[OpenClaim]:
    """All that is being said, or what is said of these targets."""
    names = OpenClaim.__struct_fields__
    query = select(*(table.c[_COLUMN.get(name, name)].label(name) for name in names))
    if targets is not None:
        query = query.where(table.c.target.in_(targets))
    rows = connection.execute(query.order_by(table.c.target, table.c.sli, table.c.vantage))
    return [msgspec.convert(dict(row), OpenClaim) for row in rows.mappings()]


def _held(connection: Connection, keys: Sequence[Key]) -> dict[Key, OpenClaim]:
    found: dict[Key, OpenClaim] = {}
    for start in range(0, len(keys), _AT_ONCE):
        targets = sorted({key[0] for key in keys[start : start + _AT_ONCE]})
        found |= {each.key: each for each in listing(connection, targets)}
    return found


def turn(connection: Connection, claims: Sequence[OpenClaim], now: int) -> None:
    """Every vantage in `claims` now says this; at most one claim for each of them and target."""
    held = _held(connection, [each.key for each in claims])
    ended: list[Evidence] = []
    rows: list[dict[str, Any]] = []
    for each in claims:
        old, settled = held.get(each.key), 0
        if old is not None and each.begin < old.begin:
            ended += _before(old, each, now)
            if each.until <= old.until:
                continue
        if old is not None and _goes_on(old, each):
            each, settled = _longer(old, each), old.settled  # noqa: PLW2901 - the same word
        elif old is not None:
            ended += _rest(old, _last(old, each), now)
        rows.append(_row(each, settled, now))
    evidence.add(connection, ended)
    put(connection, table, rows)


def _before(old: OpenClaim, new: OpenClaim, now: int) -> list[Evidence]:
    """What a word tells of the time before the one on record began; all of it if it is past."""
    past = new.until <= old.until and new.word != old.word
    end = new.until if past else min(new.until, old.begin)
    known = past or new.word == old.word
    return [as_evidence(new, (new.begin, end), now)] if known and new.begin < end else []


def _last(old: OpenClaim, new: OpenClaim) -> int:
    """When the word on record ended: where the new one begins, or its horizon."""
    if new.begin < old.begin:
        return old.until
    return min(new.begin, old.until + old.horizon)


def _goes_on(old: OpenClaim, new: OpenClaim) -> bool:
    return old.word == new.word and new.begin <= old.until + old.horizon


def _longer(old: OpenClaim, new: OpenClaim) -> OpenClaim:
    """The same word: its beginning stays, its end never moves back."""
    return msgspec.structs.replace(
        new,
        begin=old.begin,
        edge=old.edge,
        until=max(old.until, new.until),
        cause=old.cause or new.cause,
        confirmed_at=new.confirmed_at if old.confirmed_at is None else old.confirmed_at,
    )


def _row(claim: OpenClaim, settled: int, now: int) -> dict[str, Any]:
    plain = msgspec.to_builtins(claim)
    row = {_COLUMN.get(name, name): value for name, value in plain.items()}
    return {**row, "rank": int(claim.rank), "settled_at": settled, "updated_at": now}


def end(connection: Connection, keys: Iterable[Key], now: int) -> None:
    """These vantages say nothing any more: their last word holds for its horizon at most."""
    wanted = sorted(set(keys))
    held = _held(connection, wanted)
    gone = [held[key] for key in wanted if key in held]
    evidence.add(
        connection, [p for each in gone for p in _rest(each, each.until + each.horizon, now)]
    )
    for start in range(0, len(gone), _AT_ONCE):
        some = [each.key for each in gone[start : start + _AT_ONCE]]
        mine = tuple_(table.c.target, table.c.sli, table.c.vantage).in_(some)
        connection.execute(delete(table).where(mine))


def settle(connection: Connection, now: int, targets: Sequence[str] | None = None) -> int:
    """What is proven so far becomes evidence, received `now`; the number of pieces.

    With all targets (None) `now` is sealed: a report made as of `now` stays reproducible.
    """
    held = listing(connection, targets)
    pieces = [piece for each in held for piece in _rest(each, each.until, now)]
    added = evidence.add(connection, pieces)
    for each in held:
        if each.until > max(each.begin, each.settled):
            mine = (table.c.target == each.target) & (table.c.sli == each.sli.value)
            connection.execute(
                update(table)
                .where(mine, table.c.vantage == each.vantage)
                .values(settled_at=each.until)
            )
    if targets is None:
        evidence.seal(connection, now)
    return added


def _rest(claim: OpenClaim, until: int, now: int) -> list[Evidence]:
    """What is not evidence yet, up to `until`."""
    begin = max(claim.begin, claim.settled)
    return [as_evidence(claim, (begin, until), now)] if begin < until else []


def as_evidence(claim: OpenClaim, span: tuple[int, int], received_at: int) -> Evidence:
    """A part of a claim as evidence; its name tells the part."""
    begin, until = span
    name = f"{claim.target}/{claim.sli}/{claim.vantage}/{claim.claim}@{begin}-{until}"
    return Evidence(
        id=name,
        target=claim.target,
        sli=claim.sli,
        begin=begin,
        end=until,
        claim=claim.claim,
        source=claim.source,
        vantage=claim.vantage,
        rank=claim.rank,
        received_at=received_at,
        boot_id=claim.boot_id,
        cause=claim.cause,
        blip=claim.blip,
        edge=claim.edge if begin == claim.begin else 0,
    )


def spoken(claim: OpenClaim, now: int) -> Evidence | None:
    """What a claim adds to the evidence at `now`; None when all of it is settled."""
    until = min(now, claim.until + claim.horizon)
    begin = max(claim.begin, claim.settled)
    return as_evidence(claim, (begin, until), now) if begin < until else None
