"""Hands what the prober said to the ledger: words that ended as evidence, the others as claims.

A failure after a hole in the hub's own record is not asserted before one cycle of the probe has
passed (R7): targets had no time yet to answer.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, delete, select

from motcua_contract.probes import ProbeSpec
from motcua_hub.domain.availability import evidence, liveness
from motcua_hub.domain.availability.evidence import Sli
from motcua_hub.ledger import claims
from motcua_hub.ledger.claims import OpenClaim
from motcua_hub.probing.board import Warned, Word
from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from motcua_hub.store.upsert import insert_new
from motcua_probes.judging import Claim, Spell

HUB: Final = "hub"
_SLIS: Final = (Sli.REACHABLE, Sli.RUNNING)
_MOST: Final = 200_000


class Said(msgspec.Struct, frozen=True, gc=False):
    """What is said of a target right now, and how it is probed."""

    spec: ProbeSpec
    spell: Spell


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the loop has to tell at one moment.

    Attributes:
        now: UTC ms as the run reckons it.
        touched: Targets of which something changed since the last snapshot.
        said: By target: of those touched, and of those the writer still has to tell.
    """

    now: int
    run: str
    words: list[Word]
    warned: list[Warned]
    touched: Collection[str]
    said: Mapping[str, Said]


class Writer:
    """Keeps words until they are committed.

    Args:
        engine: The hub's database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._words: list[Word] = []
        self._warned: list[Warned] = []
        self._touched: set[str] = set()
        self._since = 0
        self.lost = 0

    @property
    def untold(self) -> int:
        """How many words wait."""
        return len(self._words)

    @property
    def touched(self) -> set[str]:
        """Targets of which the ledger does not know the latest."""
        return self._touched

    def lived(self, at: int) -> None:
        """A hole in the hub's record ended at `at` (UTC ms)."""
        self._since = at

    def begin(self, now: int) -> dict[str, tuple[str, str]]:
        """What an earlier run left open ended with it: it holds for its horizon at most.

        Returns what it warned of, by target, as (warning, detail).
        """
        table = schema.probe_warning
        with writing(self._engine) as connection:
            left = [each.key for each in claims.listing(connection) if _ours(each)]
            claims.end(connection, left, now)
            rows = connection.execute(select(table).where(table.c.vantage == HUB))
            return {row.target: (row.warning, row.detail) for row in rows}

    def take(self, snapshot: Snapshot) -> None:
        """Remember what is new; nothing of it is lost while the database is away."""
        self._words += snapshot.words
        self._warned += snapshot.warned
        self._touched |= set(snapshot.touched)
        if len(self._words) > _MOST:
            self.lost += len(self._words) - _MOST
            del self._words[:-_MOST]

    def write(self, snapshot: Snapshot, *, whole: bool) -> None:
        """Write what may be told by now; with `whole` a checkpoint of all that is said."""
        held = self._held(snapshot)
        names = set(snapshot.said) | self._touched if whole else self._touched
        names -= held
        words = [each for each in self._words if each.target not in held]
        if not names and not words and not self._warned:
            return
        with writing(self._engine) as connection:
            for turn in _turns(words):
                claims.turn(connection, [c for w in turn for c in _closed(w)], snapshot.now)
            self._tell(connection, names, snapshot)
            _warn(connection, self._warned)
        self._words = [each for each in self._words if each.target in held]
        self._touched &= held
        self._warned = []

    def _tell(self, connection: Connection, names: Iterable[str], snapshot: Snapshot) -> None:
        open_, gone = [], []
        for name in sorted(names):
            said = snapshot.said.get(name)
            if said is None:
                gone += [(name, sli.value, HUB) for sli in _SLIS]
            else:
                open_ += self._open(said, snapshot.run)
        claims.turn(connection, open_, snapshot.now)
        claims.end(connection, gone, snapshot.now)

    def _grace(self, spec: ProbeSpec) -> int:
        """Up to when nothing may be called down (UTC ms)."""
        return self._since + liveness.grace(spec.interval)

    def _held(self, snapshot: Snapshot) -> set[str]:
        """Targets that are down by what is known, too early to say so."""
        return {
            name
            for name, said in snapshot.said.items()
            if said.spell.claim is Claim.DOWN and snapshot.now < self._grace(said.spec)
        }

    def _open(self, said: Said, run: str) -> list[OpenClaim]:
        spell, horizon = said.spell, said.spec.horizon
        sure = spell.confirmed_at
        if sure is not None:
            sure = max(sure, self._grace(said.spec)) if spell.begin >= self._since else sure
        return [
            _claim(said.spec.target, sli, run, spell, horizon=horizon, confirmed_at=sure)
            for sli in _SLIS
        ]


def _ours(claim: OpenClaim) -> bool:
    return claim.vantage == HUB and claim.source == "probe"


def _closed(word: Word) -> list[OpenClaim]:
    """A word that has ended: proven up to its end, and no further."""
    return [
        _claim(
            word.target, sli, word.run, word.spell, horizon=0,
            confirmed_at=word.spell.confirmed_at,
        )
        for sli in _SLIS
    ]  # fmt: skip


def _claim(
    target: str, sli: Sli, run: str, spell: Spell, *, horizon: int, confirmed_at: int | None
) -> OpenClaim:
    return OpenClaim(
        target=target,
        sli=sli,
        vantage=HUB,
        claim=evidence.Claim(spell.claim.value),
        begin=spell.begin,
        until=spell.end - horizon,
        horizon=horizon,
        confirmed_at=confirmed_at,
        cause=spell.cause,
        blip=spell.blip,
        edge=spell.edge,
        boot_id=run,
    )


def _turns(words: Iterable[Word]) -> list[list[Word]]:
    """Words in turns in which each target speaks at most once, in its own order."""
    found: list[list[Word]] = []
    spoken: dict[str, int] = {}
    for each in words:
        turn = spoken.get(each.target, 0)
        spoken[each.target] = turn + 1
        if turn == len(found):
            found.append([])
        found[turn].append(each)
    return found


def _warn(connection: Connection, warned: Iterable[Warned]) -> None:
    table = schema.probe_warning
    for each in warned:
        mine = (table.c.target == each.target) & (table.c.vantage == HUB)
        if not each.warning:
            connection.execute(delete(table).where(mine))
            continue
        row = {"target": each.target, "vantage": HUB, "since": each.at, "seen_at": each.at}
        what = {"warning": each.warning, "detail": each.detail}
        insert_new(connection, table, [{**row, **what}])
        connection.execute(table.update().where(mine).values(**what, seen_at=each.at))
