"""The document as CSV: UTF-8 with its mark, `;` between cells as Vietnamese spreadsheets expect.

Numbers are written as people read them. No cell begins with what a spreadsheet takes for a formula.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from motcua_hub.domain.reporting.document import Document, Kind, Table
from motcua_hub.reporting.words import load

MARK: Final = "\ufeff"
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(words: str) -> str:
    """A text that no spreadsheet runs: what looks like a formula gets an apostrophe before it."""
    clean = "".join(sign for sign in words if sign.isprintable() or sign == "\n")
    return f"'{clean}" if clean.lstrip(" ").startswith(_DANGEROUS) else clean


def drawn(document: Document, sha256: str) -> bytes:
    """The file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows(_lines(document, sha256))
    return (MARK + text.getvalue()).encode()


def _lines(document: Document, sha256: str) -> Iterator[Iterable[str]]:
    words = load()
    yield (harmless(document.title),)
    yield (harmless(document.head.org),)
    yield (words["number"].format(so=document.number), words["version"].format(pb=document.version))
    yield (document.subtitle, document.period)
    yield (document.official,)
    if document.reason:
        yield (harmless(words["reason"].format(ly_do=document.reason)),)
    yield (words["seal.hash"].format(tep=f"{document.name}.json"), sha256)
    for table in document.tables:
        yield ()
        yield (f"[{table.key}]", table.title)
        yield from _table(table)
    yield ()
    for note in document.notes:
        yield (harmless(note),)


def _table(table: Table) -> Iterator[Iterable[str]]:
    yield [column.title for column in table.columns]
    for row in table.rows:
        # a number of ours may begin with a minus, and is no formula
        yield [
            cell.text
            if cell.value is not None and table.kind(row, at) is not Kind.TEXT
            else harmless(cell.text)
            for at, cell in enumerate(row.cells)
        ]
