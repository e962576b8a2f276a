"""Reading a journal from outside: the export and the audit behind `motcua-edge journal`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from motcua_contract.facts import FACT_TYPES, Fact, FactDecodeError
from motcua_contract.facts.office import JournalStarted
from motcua_contract.facts.tickets import TicketIssued
from motcua_edge.domain import rows
from motcua_edge.domain.fold import apply
from motcua_edge.domain.model import OfficeState
from motcua_edge.journal import examine
from motcua_edge.journal.entries import Entry
from motcua_edge.journal.reader import Reader, Stream
from motcua_edge.journal.store import Incarnation

_ENCODER: Final = msgspec.json.Encoder(order="sorted")


class Problem(msgspec.Struct, frozen=True):
    """One thing that is not as it must be: where, and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def line(entry: Entry) -> str:
    """One entry as a JSON line; edge and hub give equal lines for equal entries."""
    return _ENCODER.encode(
        {
            "jid": entry.jid,
            "seq": entry.seq,
            "eid": entry.eid,
            "type": entry.type,
            "boot": entry.boot,
            "t_mono": entry.t_mono,
            "t_wall": entry.t_wall,
            "clock": entry.clock.value,
            "business_day": entry.business_day,
            "body": msgspec.Raw(entry.body),
            "digest": entry.digest.hex(),
        }
    ).decode()


def begun(path: Path) -> bool:
    """Whether there is a journal: a first start that was cut off leaves a file without tables."""
    return examine.version(path) > 0


def export_jsonl(path: Path) -> Iterator[str]:
    """Every entry as a JSON line, incarnations oldest first, each in sequence."""
    with Reader(path) as reader:
        for entry in reader.export():
            yield line(entry)


def verify_journal(path: Path) -> list[Problem]:
    """Audit a journal, which may be in use; an empty list means that it is whole.

    Checked: SQLite's structure, every digest, numbers without holes in each incarnation, the chain
    of incarnations, acknowledgements within what was written, numbers given out once in each
    series of a day, and that the state rows are the fold of the entries (as far as all entries
    since the state's beginning are still here).
    """
    found = [Problem("file", text) for text in examine.problems(path)]
    if any("digest" not in problem.what for problem in found):
        return found
    with Reader(path) as reader, reader.snapshot():
        return _audit(reader)


def _audit(reader: Reader) -> list[Problem]:
    audit = Audit(reader.incarnations(), {s.jid: s for s in reader.streams()})
    for entry in reader.export():
        audit.take(entry)
    audit.finish(reader.load_rows())
    return audit.problems


class Audit:
    """Looks at every entry once, in order."""

    def __init__(self, incarnations: list[Incarnation], streams: dict[str, Stream]) -> None:
        self.problems: list[Problem] = []
        self._incarnations = {each.jid: each for each in incarnations}
        self._order = incarnations
        self._streams = streams
        self._last: dict[str, int] = {}
        self._numbers: defaultdict[tuple[str, str, int], list[str]] = defaultdict(list)
        self._state = OfficeState()
        whole = not any(stream.purged for stream in streams.values())
        self._foldable = whole and all(each.how != "recovered" for each in incarnations)

    def take(self, entry: Entry) -> None:
        """One entry; entries of an incarnation come in sequence."""
        where = f"{entry.jid} {entry.seq}"
        if entry.true_digest() != entry.digest:
            self._problem(where, "does not match its digest")
        self._check_place(entry, where)
        try:
            fact = entry.fact()
        except FactDecodeError as error:
            self._unreadable(entry, where, error)
            return
        self._check_start(entry, fact, where)
        self._note_number(fact)
        if self._foldable:
            self._state = apply(self._state, fact, entry.at)

    def _check_place(self, entry: Entry, where: str) -> None:
        stream = self._streams.get(entry.jid)
        purged = stream.purged if stream else 0
        expected = self._last.get(entry.jid, purged) + 1
        if entry.seq != expected and not self._declared(entry.jid):
            self._problem(where, f"expected number {expected}")
        self._last[entry.jid] = entry.seq

    def _declared(self, jid: str) -> bool:
        """Whether a recovery, which says so itself, came after this incarnation."""
        jids = [each.jid for each in self._order]
        after = self._order[jids.index(jid) + 1 :] if jid in jids else self._order
        return any(each.how == "recovered" for each in after)

    def _unreadable(self, entry: Entry, where: str, error: FactDecodeError) -> None:
        self._foldable = False
        if entry.type in FACT_TYPES:
            self._problem(where, str(error))

    def _check_start(self, entry: Entry, fact: Fact, where: str) -> None:
        if entry.seq != 1:
            return
        incarnation = self._incarnations.get(entry.jid)
        if not isinstance(fact, JournalStarted):
            self._problem(where, "an incarnation must begin with its start")
        elif incarnation is None:
            self._problem(where, "belongs to an incarnation that is not recorded")
        elif (fact.parent_jid, fact.parent_last_seq) != (
            incarnation.parent_jid,
            incarnation.parent_last_seq,
        ):
            self._problem(where, "names another parent than its incarnation's row")

    def _note_number(self, fact: Fact) -> None:
        if isinstance(fact, TicketIssued):
            self._numbers[fact.day, fact.series, fact.number].append(fact.ticket)

    def finish(self, stored: dict[str, dict[str, bytes]]) -> None:
        """What can only be said after the last entry."""
        self._check_chain()
        for stream in self._streams.values():
            if stream.acked > stream.last:
                self._problem(stream.jid, f"acknowledged {stream.acked} of {stream.last}")
        for (day, series, number), tickets in self._numbers.items():
            if len(tickets) > 1:
                given = ", ".join(tickets)
                self._problem(f"{day} {series} {number}", f"given out more than once: {given}")
        if self._foldable:
            self._check_rows(stored)

    def _check_chain(self) -> None:
        before: Incarnation | None = None
        for incarnation in self._order:
            parent = before.jid if before else None
            if incarnation.parent_jid != parent:
                self._problem(incarnation.jid, f"parent is {incarnation.parent_jid}, not {parent}")
            elif before is not None:
                self._check_parent_end(incarnation, before)
            before = incarnation

    def _check_parent_end(self, incarnation: Incarnation, before: Incarnation) -> None:
        stream = self._streams.get(before.jid)
        last = stream.last if stream else 0
        if incarnation.parent_last_seq != last and incarnation.how != "recovered":
            self._problem(
                incarnation.jid,
                f"parent ended at {incarnation.parent_last_seq}, its entries at {last}",
            )

    def _check_rows(self, stored: dict[str, dict[str, bytes]]) -> None:
        state = rows.load(stored)
        for change in _differences(state, self._state):
            self._problem(f"state_{change.table} {change.key}", "is not the fold of the entries")

    def _problem(self, where: str, what: str) -> None:
        self.problems.append(Problem(where, what))


def _differences(stored: OfficeState, folded: OfficeState) -> Iterable[rows.RowChange]:
    """Rows by value: those of one state that the other lacks or has otherwise."""
    ours = {(c.table, c.key): c for c in rows.diff(OfficeState(), stored)}
    theirs = {(c.table, c.key): c for c in rows.diff(OfficeState(), folded)}
    keys = sorted(ours.keys() | theirs.keys())
    return [ours.get(key) or theirs[key] for key in keys if ours.get(key) != theirs.get(key)]
