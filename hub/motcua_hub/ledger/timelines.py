"""Time lines for pages and API: kept in pieces, worked out again only where something changed.

    segments(connection, target_id, span, now=None, sli=None) -> Segments
    refresh(connection, now, most=200) -> int         one round of the ledger, inside `writing`

A piece that is kept is used only if what it was made from still holds: whoever adds evidence
deletes the pieces it touches (`pieces.touch`), and each piece carries a digest of the rules, of the
hub's holes and of the ancestors' pieces. Pieces in which a vantage still speaks are never kept.
What comes out is what `View.segments` works out from evidence.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, select, tuple_

from motcua_hub.domain.availability import timeline
from motcua_hub.domain.availability.evidence import Sli, State
from motcua_hub.domain.availability.intervals import Interval
from motcua_hub.domain.availability.masking import Ancestor, ancestor
from motcua_hub.domain.availability.quorum import Why
from motcua_hub.domain.availability.timeline import Segment, Segments
from motcua_hub.ledger.evidence import lock_head
from motcua_hub.ledger.pieces import pieces_of, span_of
from motcua_hub.ledger.reading import PATIENCE, View
from motcua_hub.store import schema
from motcua_hub.store.upsert import insert_new, put

table: Final = schema.timeline_chunk
stale: Final = schema.timeline_stale
_Packed = tuple[int, str, int, str, str, str, bool, int]
_Line = tuple[str, ...] | None
_STATE: Final = {each.value: each for each in State}
_WHY: Final = {each.value: each for each in Why}


class _Piece(msgspec.Struct, frozen=True):
    content: str
    packed: bytes


def segments(
    connection: Connection,
    target_id: str,
    span: Interval,
    now: int | None = None,
    sli: Sli | None = None,
) -> Segments:
    """A target's time line over `span`; with `now` what is being said counts. KeyError: no such."""
    return Lines(View(connection, now=now)).segments(target_id, span, sli)


class Lines:
    """Time lines of one view; pieces are looked up, or worked out, once.

    Args:
        view: Not of the past: `as_of` views are always worked out from evidence.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[tuple[str, Sli], dict[int, _Piece]] = {}

    def segments(self, target_id: str, span: Interval, sli: Sli | None = None) -> Segments:
        """A target's time line over `span`."""
        mine = sli or self._view.target(target_id).sli
        if span[0] >= span[1]:
            return ()
        numbers = pieces_of(span)
        # asked once for all pieces
        self._view.holes((span_of(numbers[0])[0] - PATIENCE, span_of(numbers[-1])[1]))
        found = self._pieces(target_id, mine, numbers)
        line: list[Segment] = []
        for n in numbers:
            piece = _unpacked(found[n].packed, n)
            if span_of(n)[0] < span[0] or span[1] < span_of(n)[1]:
                piece = list(_clipped(piece, span))
            _join(line, piece)
        return tuple(line)

    def keeps(self, target_id: str, number: int) -> bool:
        """Whether a piece may be kept: not where the target was moved within it."""
        return self._line(target_id, number) is not None

    def piece(self, target_id: str, sli: Sli, number: int) -> tuple[str, str, bytes]:
        """One piece: what it was made from, its digest, and itself."""
        found = self._pieces(target_id, sli, range(number, number + 1))[number]
        return self._basis(target_id, sli, number), found.content, found.packed

    def _pieces(self, name: str, sli: Sli, numbers: range) -> dict[int, _Piece]:
        known = self._known.setdefault((name, sli), {})
        by_line: dict[_Line, list[int]] = {}
        for n in numbers:
            if n not in known:
                by_line.setdefault(self._line(name, n), []).append(n)
        for line, some in by_line.items():
            if line is None:
                known |= {n: self._moved(name, sli, n) for n in some}
            else:
                self._above(line, some)
                known |= self._kept(name, sli, some)
                for run in _runs([n for n in some if n not in known]):
                    known |= self._made(name, sli, run)
        return known

    def _line(self, name: str, number: int) -> _Line:
        """What a target depended on all through a piece; None where that changed within it."""
        parts = self._view.places.lines(name, span_of(number))
        if len(parts) > 1:
            return None
        return tuple(each for each in parts[0][1] if each in self._view.targets)

    def _moved(self, name: str, sli: Sli, number: int) -> _Piece:
        """A piece in which the target was moved: worked out from evidence, and never kept."""
        raw = _packed(self._view.segments(name, span_of(number), sli))
        return _Piece(hashlib.sha256(raw).hexdigest(), raw)

    def _above(self, line: Sequence[str], numbers: Sequence[int]) -> None:
        """The pieces of all ancestors, from the outermost inwards."""
        for run in _runs(numbers):
            for each in reversed(line):
                self._pieces(each, self._view.target(each).sli, run)

    def _kept(self, name: str, sli: Sli, wanted: Sequence[int]) -> dict[int, _Piece]:
        """Pieces on record that still hold."""
        mine = (table.c.target == name) & (table.c.sli == sli.value)
        query = select(table.c.chunk, table.c.basis, table.c.content, table.c.segments)
        within = table.c.chunk.between(wanted[0], wanted[-1])
        rows = self._view.connection.execute(query.where(mine, within)).all()
        fresh = set(wanted) - self._spoken_of(name)
        return {
            row.chunk: _Piece(row.content, bytes(row.segments))
            for row in rows
            if row.chunk in fresh and row.basis == self._basis(name, sli, row.chunk)
        }

    def _spoken_of(self, name: str) -> set[int]:
        """Pieces in which some vantage still speaks of it or of what it depends on."""
        told = (each for n in self._view.places.above(name) for each in self._view.spoken(n))
        return {number for each in told for number in pieces_of((each.begin, each.end))}

    def _basis(self, name: str, sli: Sli, number: int) -> str:
        begin, end = span_of(number)
        target = self._view.target(name)
        line = self._line(name, number)
        if line is None:
            return ""
        above = [(n, self._known[n, self._view.target(n).sli][number].content) for n in line]
        away = self._view.holes((begin - PATIENCE, end))
        made_from = (target.version, repr(target.policy(sli)), away, above)
        return hashlib.sha256(repr(made_from).encode()).hexdigest()

    def _made(self, name: str, sli: Sli, run: range) -> dict[int, _Piece]:
        """Pieces that follow each other, worked out from evidence at once."""
        span = (span_of(run[0])[0], span_of(run[-1])[1])
        found = timeline(
            self._view.evidence([name], span)[name],
            self._view.target(name).policy(sli),
            life=span,
            ancestors=self._ancestors(name, run),
        )
        packed = {n: _packed(_clipped(found, span_of(n))) for n in run}
        return {n: _Piece(hashlib.sha256(raw).hexdigest(), raw) for n, raw in packed.items()}

    def _ancestors(self, name: str, run: range) -> tuple[Ancestor, ...]:
        made: list[Ancestor] = []
        for each in self._line(name, run[0]) or ():
            known = self._known[each, self._view.target(each).sli]
            line = (s for n in run for s in _unpacked(known[n].packed, n))
            made.append(ancestor(each, ((s.begin, s.end, s.state) for s in line)))
        return tuple(made)


def _packed(found: Iterable[Segment]) -> bytes:
    """Segments that follow each other, by their lengths."""
    return msgspec.msgpack.encode(
        [
            (e.end - e.begin, e.state, e.rank, e.why, e.cause, e.masked_by, e.partial, e.edge)
            for e in found
        ]
    )


_DECODER: Final = msgspec.msgpack.Decoder(list[_Packed])


def _unpacked(raw: bytes, number: int) -> list[Segment]:
    at = span_of(number)[0]
    found: list[Segment] = []
    for length, state, rank, why, cause, masked_by, partial, edge in _DECODER.decode(raw):
        end = at + length
        told = (_STATE[state], rank, _WHY[why], cause, masked_by, partial, edge)
        found.append(Segment(at, end, *told))
        at = end
    return found


def _clipped(found: Iterable[Segment], span: Interval) -> Iterator[Segment]:
    begin, end = span
    for each in found:
        if each.end <= begin or each.begin >= end:
            continue
        if each.begin >= begin and each.end <= end:
            yield each
        else:
            edge = each.edge if each.begin >= begin else 0
            yield msgspec.structs.replace(
                each, begin=max(begin, each.begin), end=min(end, each.end), edge=edge
            )


def _join(line: list[Segment], piece: list[Segment]) -> None:
    """Put a piece behind a line; what its edge alone had cut in two becomes one."""
    if line and piece and _said(line[-1]) == _said(piece[0]):
        line[-1] = msgspec.structs.replace(line[-1], end=piece[0].end)
        line += piece[1:]
    else:
        line += piece


def _said(segment: Segment) -> tuple[object, ...]:
    return msgspec.structs.astuple(segment)[2:-1]


def _runs(numbers: Sequence[int]) -> Iterator[range]:
    """Numbers that follow each other, as ranges."""
    if not numbers:
        return
    ordered = sorted(numbers)
    begin = ordered[0]
    for last, following in pairwise([*ordered, ordered[-1] + 2]):
        if following != last + 1:
            yield range(begin, last + 1)
            begin = following


def refresh(connection: Connection, now: int, most: int = 200) -> int:
    """Make again what evidence touched, except what is still growing; how many pieces."""
    current = pieces_of((now, now + 1))[0]
    query = select(stale.c.target, stale.c.chunk).where(stale.c.chunk < current)
    wanted = connection.execute(query.order_by(stale.c.chunk, stale.c.target).limit(most)).all()
    if not wanted:
        return 0
    lock_head(connection)
    view = View(connection, now=now)
    lines, rows, changed = Lines(view), [], set()
    for name, number in wanted:
        if name in view.targets and lines.keeps(name, number):
            row = _row(lines, name, view.target(name).sli, number)
            rows.append(row)
            changed.add((name, number, row["content"]))
    fresh = _news(connection, changed)
    put(connection, table, rows)
    done = [(name, number) for name, number in wanted]
    connection.execute(delete(stale).where(tuple_(stale.c.target, stale.c.chunk).in_(done)))
    _below(connection, fresh, view, set(done))
    return len(wanted)


def _row(lines: Lines, name: str, sli: Sli, number: int) -> dict[str, object]:
    basis, content, packed = lines.piece(name, sli, number)
    key = {"target": name, "sli": sli.value, "chunk": number}
    return {**key, "basis": basis, "content": content, "segments": packed}


def _news(connection: Connection, made: Iterable[tuple[str, int, object]]) -> set[tuple[str, int]]:
    """Which of the pieces say something else than what is on record."""
    found = set(made)
    keys = sorted({(name, number) for name, number, _ in found})
    query = select(table.c.target, table.c.chunk, table.c.content).where(
        tuple_(table.c.target, table.c.chunk).in_(keys)
    )
    held = {(row.target, row.chunk, row.content) for row in connection.execute(query)}
    return {(name, number) for name, number, content in found - held}


def _below(
    connection: Connection,
    fresh: set[tuple[str, int]],
    view: View,
    done: set[tuple[str, int]],
) -> None:
    """What depends on a piece that became another one is to be looked at again."""
    children = view.places.under()
    below = [
        {"target": child, "chunk": number}
        for name, number in sorted(fresh)
        for child in sorted(children.get(name, ()))
        if (child, number) not in done
    ]
    insert_new(connection, stale, below)
