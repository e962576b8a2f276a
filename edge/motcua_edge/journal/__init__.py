"""The append-only journal: state, outbox and evidence in one SQLite file."""

from motcua_edge.journal.entries import Entry, Origin
from motcua_edge.journal.errors import (
    JournalBrokenError,
    JournalError,
    JournalFullError,
    JournalLockedError,
    JournalVersionError,
)
from motcua_edge.journal.journal import Condition, Journal
from motcua_edge.journal.opening import Opened
from motcua_edge.journal.reader import Reader, Stream

__all__ = [
    "Condition",
    "Entry",
    "Journal",
    "JournalBrokenError",
    "JournalError",
    "JournalFullError",
    "JournalLockedError",
    "JournalVersionError",
    "Opened",
    "Origin",
    "Reader",
    "Stream",
]
