"""What may leave the journal (E4): only what the hub has in a verified backup, oldest first."""

from typing import Final

import msgspec

from motcua_edge.journal.reader import Reader, Stream

KEEP_DAYS: Final = 35
"""Business days whose entries stay here as evidence, unless the disk is full."""
CHUNK: Final = 2_000
"""Entries deleted in one transaction: appends wait no longer than that takes."""
PRESSURE_ROWS: Final = 20_000


class Step(msgspec.Struct, frozen=True):
    """Delete the entries of a stream up to and with `upto`."""

    jid: str
    upto: int


def plan(reader: Reader, *, pressure: bool = False, keep_days: int = KEEP_DAYS) -> list[Step]:
    """The deletions that are allowed now, in order, each of a moderate size.

    `pressure` waives the age; acknowledged and safe are never waived.
    """
    cutoff = None if pressure else _cutoff(reader, keep_days)
    if cutoff is None and not pressure:
        return []
    steps: list[Step] = []
    for stream in reader.streams():
        steps += _steps(stream, _limit(reader, stream, cutoff))
    return steps[: PRESSURE_ROWS // CHUNK] if pressure else steps


def _cutoff(reader: Reader, keep_days: int) -> str | None:
    """The oldest day to keep; None while there are not more days than that."""
    days = reader.business_days()
    return days[-keep_days] if len(days) > keep_days else None


def _limit(reader: Reader, stream: Stream, cutoff: str | None) -> int:
    """The newest entry of a stream that may go: everything before it goes too."""
    allowed = min(stream.acked, stream.safe)
    if cutoff is None:
        return allowed
    young = reader.first_of_day_or_later(stream.jid, cutoff)
    return allowed if young is None else min(allowed, young - 1)


def _steps(stream: Stream, limit: int) -> list[Step]:
    steps = [
        Step(stream.jid, min(limit, start + CHUNK)) for start in range(stream.purged, limit, CHUNK)
    ]
    return [step for step in steps if step.upto > stream.purged]
