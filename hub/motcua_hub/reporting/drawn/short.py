"""A document without the rows of long lists that matter least: what a screen and the PDF show."""

from typing import Final

import msgspec

from motcua_hub.domain.reporting.document import Document, Row, Table
from motcua_hub.reporting.words import load

MOST_ROWS: Final = 300
"""Of one list; a signed report is read by people, the whole list is in XLSX and CSV."""


def shortened(document: Document) -> Document:
    """Without the rows of a long list that matter least; what is left out is said below it."""
    tables = tuple(_shortened(table) for table in document.tables)
    return msgspec.structs.replace(document, tables=tables)


def _shortened(table: Table) -> Table:
    if len(table.rows) <= MOST_ROWS:
        return table
    words = load()
    kept = _most_important(table, words["verdict.met"])
    note = words["note.shortened"].format(n=len(kept), tong=len(table.rows))
    rows = tuple(row for row in table.rows if row.key in kept)
    return msgspec.structs.replace(table, rows=rows, note=f"{note} {table.note}".strip())


def _most_important(table: Table, met: str) -> set[str]:
    """Totals and promises not kept first, then whatever is longest."""
    ranked = sorted(table.rows, key=lambda row: _weight(row, met))
    return {row.key for row in ranked[:MOST_ROWS]}


def _weight(row: Row, met: str) -> tuple[bool, bool, float]:
    longest = max((cell.value for cell in row.cells if cell.value is not None), default=0)
    return not row.total, row.cells[-1].text == met, -longest
