"""What to do with a sound batch, given what is held: the rules of the protocol, step by step."""

import msgspec

from motcua_contract.messages import WINDOW
from motcua_hub.domain.envelope import Envelope, Row


class Split(msgspec.Struct, frozen=True):
    """A batch against what is held. `gap` means nothing of it can be taken yet."""

    gap: bool
    known: tuple[Row, ...] = ()
    new: tuple[Row, ...] = ()


class Compared(msgspec.Struct, frozen=True):
    """Rows up to `have`, against the digests held.

    `missing` rows are in a declared gap and came after all; `refill` rows were held as stubs.
    """

    conflicting: tuple[Row, ...] = ()
    missing: tuple[Row, ...] = ()
    refill: tuple[Row, ...] = ()


class Held(msgspec.Struct, frozen=True):
    """One row as the replica has it."""

    digest: str
    stub: bool


def split(have: int, batch: Envelope) -> Split:
    """Steps 2 to 4: a gap, rows that are known, rows that are new."""
    if batch.first > have + 1:
        return Split(gap=True)
    known = tuple(row for row in batch.rows if row.seq <= have)
    return Split(gap=False, known=known, new=batch.rows[len(known) :])


def compare(known: tuple[Row, ...], held: dict[int, Held]) -> Compared:
    """Step 3: digests of known rows against those held, by seq."""
    conflicting, missing, refill = [], [], []
    for row in known:
        mine = held.get(row.seq)
        if mine is None:
            missing.append(row)
        elif mine.digest != row.digest:
            conflicting.append(row)
        elif mine.stub and row.body is not None:
            refill.append(row)
    return Compared(tuple(conflicting), tuple(missing), tuple(refill))


def remaining(first: int, last: int, filled: set[int]) -> list[tuple[int, int]]:
    """The ranges that are left of the gap [first, last] after `filled` came in."""
    ranges: list[tuple[int, int]] = []
    start = first
    for seq in sorted(seq for seq in filled if first <= seq <= last):
        if seq > start:
            ranges.append((start, seq - 1))
        start = seq + 1
    if start <= last:
        ranges.append((start, last))
    return ranges


def credit(active_sites: int, queued: int, outstanding: int) -> int:
    """How many batches a site may have under way, so that all together stay under a ceiling.

    `active_sites` sent a batch lately, `queued` batches wait here, `outstanding` is the ceiling.
    Never 0: a site without credit could only learn of better times by asking.
    """
    free = max(0, outstanding - queued)
    return max(1, min(WINDOW, free // max(1, active_sites)))
