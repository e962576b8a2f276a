"""The append-only journal: state, outbox and evidence in one SQLite file."""

from motcua_edge.journal.entries import Entry, Origin
from motcua_edge.journal.errors import (
    JournalBrokenError,
    JournalError,
    JournalFullError,
    JournalLockedError,
    JournalVersionError,
)
from motcua_edge.journal.journal import Journal
from motcua_edge.journal.reader import Reader, Stream

__all__ = [
    "Entry",
    "Journal",
    "JournalBrokenError",
    "JournalError",
    "JournalFullError",
    "JournalLockedError",
    "JournalVersionError",
    "Origin",
    "Reader",
    "Stream",
]
