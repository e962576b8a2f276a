"""The document as PDF, A4 landscape, drawn by a child process.

Setting type keeps a core busy for seconds, and pages are served meanwhile.

Run as a program it reads HTML from its standard input and writes the PDF to its standard output.
"""

import hashlib
import subprocess
import sys
from typing import Final, NoReturn

import msgspec

from motcua_hub.domain.reporting.document import Document, Row, Table
from motcua_hub.reporting.drawn.html import sheet
from motcua_hub.reporting.words import load

WITHIN_S: Final = 300
MOST_ROWS: Final = 300
"""Of one list; a signed report is read by people, the whole list is in XLSX and CSV."""


class DrawingError(RuntimeError):
    """The PDF could not be drawn; the message says why."""


def drawn(document: Document, sha256: str) -> bytes:
    """The PDF. Raises DrawingError."""
    page = sheet(shortened(document), sha256).encode()
    command = [sys.executable, "-m", "motcua_hub.reporting.drawn.pdf"]
    try:
        done = subprocess.run(  # noqa: S603 - ourselves
            command, input=page, capture_output=True, timeout=WITHIN_S, check=True
        )
    except subprocess.TimeoutExpired as error:
        msg = f"drawing a PDF took longer than {WITHIN_S} s"
        raise DrawingError(msg) from error
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        msg = f"the PDF could not be drawn: {' '.join(last)}; is libpango installed?"
        raise DrawingError(msg) from error
    return done.stdout


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


def _refuse(url: str, *_: object, **__: object) -> NoReturn:
    msg = f"a report loads nothing: {url[:80]}"
    raise ValueError(msg)


def _main() -> None:
    from weasyprint import HTML  # noqa: PLC0415 - loaded by the child process only

    page = sys.stdin.buffer.read()
    identity = hashlib.sha256(page).digest()[:16]
    made = HTML(string=page.decode(), url_fetcher=_refuse).write_pdf(pdf_identifier=identity)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    _main()
