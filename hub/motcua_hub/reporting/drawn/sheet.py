"""The document as XLSX: numbers are numbers with a format, and no text is ever a formula."""

import io
from datetime import datetime
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell as Place
from openpyxl.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from motcua_hub.domain.reporting.document import Cell, Document, Kind, Table
from motcua_hub.domain.reporting.periods import ZONE
from motcua_hub.reporting.drawn.plain import harmless
from motcua_hub.reporting.words import load

_DAY_MS: Final = 86_400_000
FORMATS: Final = {
    Kind.PERCENT: "0.0000%",
    Kind.DURATION: "[h]:mm:ss.000",
    Kind.COUNT: "#,##0",
    Kind.MOMENT: "hh:mm:ss dd/mm/yyyy",
}
_WIDTHS: Final = {Kind.PERCENT: 13, Kind.DURATION: 15, Kind.COUNT: 10, Kind.MOMENT: 20}
_TEXT_WIDTH: Final = 28
_THIN: Final = Side(style="thin", color="999999")
_EDGE: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_BOLD: Final = Font(bold=True)
_GREY: Final = PatternFill("solid", fgColor="EEEEEE")
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def drawn(document: Document, sha256: str) -> bytes:
    """The workbook: one sheet of what it is, one of each table."""
    book = Workbook()
    first = book.active
    if not isinstance(first, Worksheet):
        msg = "a new workbook has no sheet"
        raise TypeError(msg)
    _front(first, document, sha256)
    for table in document.tables:
        _table(book.create_sheet(_title(table.title)), table)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def _title(words: str) -> str:
    return words.translate(_FORBIDDEN)[:31].strip()


def _front(sheet: Worksheet, document: Document, sha256: str) -> None:
    words = load()
    sheet.title = _title(words["seal.front"])
    head, scope = document.head, "; ".join(document.filters) or words["filters.none"]
    lines = [
        head.parent,
        head.org,
        words["number"].format(so=document.number),
        words["version"].format(pb=document.version),
        document.title,
        document.subtitle,
        document.period,
        document.official,
        words["filters"].format(loc=scope),
        words["reason"].format(ly_do=document.reason) if document.reason else "",
        head.note,
        *document.notes,
        words["seal.hash"].format(tep=f"{document.name}.json"),
        sha256,
        words["seal.how"].format(tep=f"{document.name}.json"),
    ]
    for number, line in enumerate((line for line in lines if line), start=1):
        place = _say(sheet, number, 1, line)
        place.alignment = Alignment(wrap_text=True, vertical="top")
        place.font = Font(bold=line in (document.title, document.subtitle))
    sheet.column_dimensions["A"].width = 110


def _table(sheet: Worksheet, table: Table) -> None:
    for number, column in enumerate(table.columns, start=1):
        place = _say(sheet, 1, number, column.title)
        place.font, place.fill, place.border = _BOLD, _GREY, _EDGE
        place.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        width = _WIDTHS.get(column.kind, _TEXT_WIDTH)
        sheet.column_dimensions[get_column_letter(number)].width = width
    for line, row in enumerate(table.rows, start=2):
        for at, cell in enumerate(row.cells):
            place = _put(sheet, (line, at + 1), cell, table.kind(row, at))
            place.border = _EDGE
            if row.total:
                place.font = _BOLD
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation = "landscape"
    sheet.print_title_rows = "1:1"


def _put(sheet: Worksheet, at: tuple[int, int], cell: Cell, kind: Kind) -> Place | MergedCell:
    if cell.value is None or kind is Kind.TEXT:
        return _say(sheet, *at, cell.text)
    place = sheet.cell(*at, value=_number(cell.value, kind))
    place.number_format = FORMATS[kind]
    return place


def _number(value: float, kind: Kind) -> float | datetime:
    """As a spreadsheet counts: lengths in days, moments in local time."""
    if kind is Kind.DURATION:
        return value / _DAY_MS
    if kind is Kind.MOMENT:
        return datetime.fromtimestamp(value / 1000, tz=ZONE).replace(tzinfo=None)
    return value


def _say(sheet: Worksheet, line: int, column: int, words: str) -> Place | MergedCell:
    """Text as text, whatever it begins with."""
    place = sheet.cell(line, column)
    place.value = harmless(words)
    place.data_type = "s"
    place.quotePrefix = True
    return place
