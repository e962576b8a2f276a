"""Probes by sites' Pis: kept for a month as runs, judged again here, evidence of rank 60.

A run is judged by samples that stand for it: as many as it had, the first and the last in their
place, and the one that confirmed an outage in its own. That says what the true samples would say.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, select, update

from motcua_contract.facts.evidence import ProbeRun, ProbesReported
from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_hub.domain.availability.evidence import Claim, Rank, Sli
from motcua_hub.ledger.imports import boots
from motcua_hub.ledger.imports.booking import Book, Word, book
from motcua_hub.store import schema
from motcua_probes.judging import Judge, Spell
from motcua_probes.results import Outcome, Sample

table: Final = schema.site_probe
KEPT_MS: Final = 30 * 86_400_000
CONTEXT: Final = 200
"""So many rows before the first news of a target are judged again with it."""
_LIMIT_MS: Final = 2**53
_DAY_MS: Final = 86_400_000
_MOST_RUNS: Final = 100


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `site_probe`."""

    site: str
    boot: str
    target: str
    since: int
    until: int
    outcome: str
    count: int
    cause: str
    confirmed: int | None
    nth: int
    ms: int | None
    interval: int
    timeout: int
    n_down: int
    n_up: int
    received_at: int

    @property
    def spec(self) -> ProbeSpec:
        """The rules by which it is judged."""
        return ProbeSpec(
            target=self.target,
            kind=ProbeKind.PUSH,
            interval=self.interval,
            timeout=self.timeout,
            n_down=self.n_down,
            n_up=self.n_up,
        )

    @property
    def rules(self) -> tuple[int, int, int, int]:
        """What makes its judge."""
        return (self.interval, self.timeout, self.n_down, self.n_up)


_COLUMNS: Final = tuple(table.c[name] for name in RunRow.__struct_fields__)


def keep(connection: Connection, site: str, fact: ProbesReported, now: int) -> dict[str, int]:
    """Keep runs; the targets of which more is known now, with since when (ms of the boot)."""
    boot = fact.boot[:64]
    boots.known(connection, site, boot, now)
    found: dict[str, int] = {}
    for run in fact.runs:
        row = _row(site, boot, run, now)
        if row is not None and _kept(connection, row):
            found[row.target] = min(found.get(row.target, row.since), row.since)
    return found


def _row(site: str, boot: str, run: ProbeRun, now: int) -> RunRow | None:
    """The run as a row; None when its numbers cannot be true."""
    in_order = 0 <= run.since <= run.until < _LIMIT_MS and run.count > 0
    ruled = all(0 < each <= _DAY_MS for each in (run.interval, run.timeout))
    counted = all(0 < each <= _MOST_RUNS for each in (run.n_down, run.n_up))
    if not (in_order and ruled and counted):
        return None
    values = msgspec.structs.asdict(run)
    values["outcome"] = run.outcome.value
    values["target"], values["cause"] = run.target[:64], run.cause[:64]
    return RunRow(site=site, boot=boot, received_at=now, **values)


def _kept(connection: Connection, row: RunRow) -> bool:
    """Whether this told anything new. A run that only goes on makes its row longer."""
    mine = (table.c.site == row.site, table.c.boot == row.boot, table.c.target == row.target)
    query = select(*_COLUMNS).where(*mine, table.c.since <= row.since)
    held = connection.execute(query.order_by(table.c.since.desc()).limit(1)).mappings()
    last = next((RunRow(**each) for each in held), None)
    if last is not None and row.since <= last.until:
        return False
    if last is not None and _goes_on(last, row):
        values = {
            "until": row.until,
            "count": last.count + row.count,
            "ms": row.ms if row.ms is not None else last.ms,
            "confirmed": row.confirmed if last.confirmed is None else last.confirmed,
            "nth": last.count + row.nth if last.confirmed is None and row.nth else last.nth,
            "received_at": row.received_at,
        }
        here = (*mine, table.c.since == last.since)
        connection.execute(update(table).where(*here).values(**values))
        return True
    connection.execute(table.insert().values(**msgspec.structs.asdict(row)))
    return True


def _goes_on(last: RunRow, row: RunRow) -> bool:
    same = (last.outcome, last.rules) == (row.outcome, row.rules)
    return same and row.since - last.until <= last.spec.horizon


def forget(connection: Connection, now: int) -> None:
    """Delete what was heard more than a month ago: it is evidence by now."""
    connection.execute(delete(table).where(table.c.received_at < now - KEPT_MS))


def settle(
    connection: Connection, site: str, boot: str, target: str, now: int, *, since: int = 0
) -> int:
    """Judge a target's probes and book what is sure; how many words were new.

    `since` is from when on there are news, in ms of the boot.
    """
    row = boots.load(connection, site, boot)
    if row is None or row.begun_at is None:
        return 0
    rows = _around(connection, site, boot, target, since)
    booked = 0
    for words, horizon in judged(rows, row.begun_at):
        about = Book(
            target=target,
            sli=Sli.REACHABLE,
            vantage=site,
            source="probe",
            rank=Rank.PROBE,
            boot=boot,
            horizon=horizon,
        )
        booked += book(connection, about, words, now)
    return booked


def _around(connection: Connection, site: str, boot: str, target: str, since: int) -> list[RunRow]:
    """A target's runs from some before `since` to the last, in order."""
    mine = (table.c.site == site, table.c.boot == boot, table.c.target == target)
    query = select(*_COLUMNS).where(*mine)
    before = query.where(table.c.since < since).order_by(table.c.since.desc()).limit(CONTEXT)
    later = query.where(table.c.since >= since).order_by(table.c.since)
    found = [*reversed(connection.execute(before).mappings().all())]
    found += connection.execute(later).mappings().all()
    return [RunRow(**each) for each in found]


def targets_of(connection: Connection, site: str, boot: str) -> list[str]:
    """What was probed in a boot, as far as it is still kept."""
    query = select(table.c.target).where(table.c.site == site, table.c.boot == boot).distinct()
    return list(connection.scalars(query))


def judged(rows: Sequence[RunRow], begun: int) -> list[tuple[list[Word], int]]:
    """Words in UTC, with the horizon of the last one, for each set of rules in turn."""
    found: list[tuple[list[Word], int]] = []
    for _, group in groupby(rows, key=lambda row: row.rules):
        some = list(group)
        judge = Judge(some[0].spec)
        spells: list[Spell] = []
        for sample in samples(some):
            spells += judge.feed(sample).closed
        words = [_word(spell, spell.end, begun) for spell in spells]
        said = judge.open
        if said is not None:
            sure = _sure_until(some) if judge.unsure else some[-1].until
            words.append(_word(said, sure, begun))
        found.append((words, some[0].spec.horizon))
    return found


def _sure_until(rows: Sequence[RunRow]) -> int:
    """Where the change that waits to be confirmed began: what was said before held until then."""
    begin, outcome = rows[-1].since, ""
    for row in reversed(rows):
        if row.outcome == Outcome.BLIND:
            continue
        if outcome and row.outcome != outcome:
            break
        begin, outcome = row.since, row.outcome
    return begin


def _word(spell: Spell, end: int, begun: int) -> Word:
    confirmed = spell.confirmed_at
    return Word(
        begin=spell.begin + begun,
        end=max(spell.begin, end) + begun,
        claim=Claim(spell.claim.value),
        cause=spell.cause,
        edge=spell.edge,
        blip=spell.blip,
        confirmed_at=None if confirmed is None else confirmed + begun,
    )


def samples(rows: Iterable[RunRow]) -> list[Sample]:
    """Samples that stand for runs: they are judged as the true ones would be."""
    return [sample for row in rows for sample in _standing_for(row)]


def _standing_for(row: RunRow) -> Iterable[Sample]:
    outcome = Outcome(row.outcome)
    for n, at in enumerate(_times(row)):
        yield Sample(target=row.target, at=at, outcome=outcome, cause="" if n else row.cause)


def _times(row: RunRow) -> list[int]:
    """As many times as the run had probes: no two of them further apart than any two of those."""
    known = row.confirmed is not None and 0 < row.nth <= row.count
    if not known or not row.since <= (row.confirmed or 0) <= row.until:
        return _even(row.since, row.until, row.count)
    middle = row.confirmed or 0
    before = _even(row.since, middle, row.nth)
    return [*before, *_even(middle, row.until, row.count - row.nth + 1)[1:]]


def _even(begin: int, end: int, count: int) -> list[int]:
    """So many times from `begin` to `end`; the last of one alone is `end`."""
    if count <= 1:
        return [end]
    return [begin + (end - begin) * n // (count - 1) for n in range(count)]
