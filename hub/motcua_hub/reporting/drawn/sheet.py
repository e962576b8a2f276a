"""The document as XLSX: numbers are numbers with a format, and no text is ever a formula.

A front sheet says what it is and leads to the others, one for each table: headings that stay in
view and are printed on every page, filters, widths after what is in the columns, A4 landscape.
"""

import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell as Place
from openpyxl.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from motcua_hub.domain.reporting.document import Cell, Document, Kind, Row, Table
from motcua_hub.domain.reporting.periods import ZONE
from motcua_hub.reporting.drawn import rows
from motcua_hub.reporting.drawn.plain import harmless
from motcua_hub.reporting.drawn.rows import Value
from motcua_hub.reporting.words import load

_DAY_MS: Final = 86_400_000
EXACT: Final = "[h]:mm:ss.000"
"""The format of a length of time that is no whole number of seconds."""
FORMATS: Final = {
    Kind.PERCENT: "0.0000%",
    Kind.DURATION: "[h]:mm:ss",
    Kind.COUNT: "#,##0",
    Kind.MOMENT: "hh:mm:ss dd/mm/yyyy",
}
_WIDTHS: Final = {Kind.PERCENT: 12, Kind.DURATION: 14, Kind.COUNT: 10, Kind.MOMENT: 20}
_NARROWEST, _WIDEST = 11, 48
_LOOKED_AT: Final = 400
"""How many rows of a table its widths are made after."""
_THIN: Final = Side(style="thin", color="999999")
_EDGE: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_BOLD: Final = Font(bold=True)
_LINK: Final = Font(color="0B5394", underline="single")
_GREY: Final = PatternFill("solid", fgColor="E7ECF2")
_PALE: Final = PatternFill("solid", fgColor="F4F6F8")
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_A4: Final = 9
_FIRST_DAY: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no time zone
_Style = tuple[Kind, bool, bool]
"""What a cell holds, whether it is of a total, whether it needs thousandths of a second."""


def drawn(document: Document, sha256: str) -> bytes:
    """The workbook: one sheet of what it is, one of each table."""
    book = Workbook()
    first = book.active
    if not isinstance(first, Worksheet):
        msg = "a new workbook has no sheet"
        raise TypeError(msg)
    _front(first, document, sha256)
    styles = _styles(first)
    fillings = {}
    for number, table in enumerate(document.tables, start=2):
        sheet = book.create_sheet(_title(table.title))
        covers = _heading(sheet, table, document)
        fillings[f"xl/worksheets/sheet{number}.xml"] = (covers, _rows(table, styles))
    raw = io.BytesIO()
    book.save(raw)
    return rows.filled(raw.getvalue(), fillings)


def _title(words: str) -> str:
    return words.translate(_FORBIDDEN)[:31].strip()


def _front(sheet: Worksheet, document: Document, sha256: str) -> None:
    words = load()
    sheet.title = _title(words["seal.front"])
    head, scope = document.head, "; ".join(document.filters) or words["filters.none"]
    file = f"{document.name}.json"
    above = [
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
    ]
    below = [
        *document.notes,
        words["seal.hash"].format(tep=file),
        sha256,
        words["seal.how"].format(tep=file),
    ]
    line = _lines(sheet, 1, above, (head.org, document.title, document.subtitle))
    line = _contents(sheet, line + 1, document)
    _lines(sheet, line + 1, below, ())
    sheet.column_dimensions["A"].width = 110
    _paper(sheet, document, landscape=False)


def _lines(sheet: Worksheet, line: int, said: Iterable[str], bold: Sequence[str]) -> int:
    """Lines of text below each other; the number of the next one."""
    for words in said:
        if words:
            place = _say(sheet, line, 1, words)
            place.alignment = Alignment(wrap_text=True, vertical="top")
            place.font = Font(bold=words in bold)
            line += 1
    return line


def _contents(sheet: Worksheet, line: int, document: Document) -> int:
    """What there is, each line a way to its sheet; what is said below a table is said here."""
    for table in document.tables:
        many = sum(not row.total for row in table.rows)
        told = f"{table.title} ({many:,})".replace(",", ".")
        place = _say(sheet, line, 1, f"{told}: {table.note}" if table.note else told)
        place.hyperlink = Hyperlink(ref="", location=f"'{_title(table.title)}'!A1")
        place.font = _LINK
        place.alignment = Alignment(wrap_text=True, vertical="top")
        line += 1
    return line


def _heading(sheet: Worksheet, table: Table, document: Document) -> str:
    """Everything of a table's sheet but its rows; the cells that it covers."""
    for number, column in enumerate(table.columns, start=1):
        place = _say(sheet, 1, number, column.title)
        place.font, place.fill, place.border = _BOLD, _GREY, _EDGE
        place.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        width = _WIDTHS.get(column.kind) or _width(table, number - 1)
        sheet.column_dimensions[get_column_letter(number)].width = width
    covers = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    sheet.row_dimensions[1].height = 45
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.print_area = covers
    if table.rows:
        sheet.auto_filter.ref = covers
    if sheet.oddHeader is not None:
        sheet.oddHeader.center.text = f"{table.title} – {document.subtitle}".replace("&", "&&")
    _paper(sheet, document, landscape=True)
    return covers


def _width(table: Table, at: int) -> float:
    """Wide enough for nearly all texts of a column, and no wider than is read."""
    longest = sorted(len(row.cells[at].text) for row in table.rows[:_LOOKED_AT])
    most = longest[int(len(longest) * 0.98)] if longest else 0
    return min(max(most * 1.1 + 2, _NARROWEST), _WIDEST)


def _paper(sheet: Worksheet, document: Document, *, landscape: bool) -> None:
    """As wide as a sheet of A4, as many pages long as it takes."""
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    if sheet.oddFooter is not None:
        sheet.oddFooter.left.text = document.name
        sheet.oddFooter.right.text = load()["page"].format(trang="&P", tong="&N")


def _styles(sheet: Worksheet) -> dict[_Style, int]:
    """The number of every style that rows need; each is made once for the whole workbook."""
    wanted = itertools.product(Kind, (False, True), (False, True))
    return {style: _style(sheet, at, *style) for at, style in enumerate(wanted, start=2)}


def _style(sheet: Worksheet, at: int, kind: Kind, total: bool, exact: bool) -> int:
    """A style is numbered by a cell that has it, which is taken away again."""
    place = sheet.cell(1, at)
    place.border = _EDGE
    place.font = _BOLD if total else Font()
    place.fill = _PALE if total else PatternFill()
    place.alignment = Alignment(vertical="top", wrap_text=kind is Kind.TEXT)
    place.quotePrefix = kind is Kind.TEXT
    exactly = exact and kind is Kind.DURATION
    place.number_format = EXACT if exactly else FORMATS.get(kind, "General")
    number: int = place.style_id
    del sheet[place.coordinate]
    return number


def _rows(table: Table, styles: dict[_Style, int]) -> Callable[[], Iterator[bytes]]:
    letters = [get_column_letter(number + 1) for number in range(len(table.columns))]

    def filling() -> Iterator[bytes]:
        return rows.lines((_values(table, row, styles) for row in table.rows), letters, 2)

    return filling


def _values(table: Table, row: Row, styles: dict[_Style, int]) -> list[Value]:
    return [_value(cell, table.kind(row, at), row, styles) for at, cell in enumerate(row.cells)]


def _value(cell: Cell, kind: Kind, row: Row, styles: dict[_Style, int]) -> Value:
    if cell.value is None or kind is Kind.TEXT:
        return harmless(cell.text), styles[Kind.TEXT, row.total, False]
    exact = kind is Kind.DURATION and cell.value % 1000 != 0
    return _number(cell.value, kind), styles[kind, row.total, exact]


def _number(value: float, kind: Kind) -> float:
    """As a spreadsheet counts: lengths in days, moments as days of local time."""
    if kind is Kind.DURATION:
        return value / _DAY_MS
    if kind is Kind.MOMENT:
        local = datetime.fromtimestamp(value / 1000, tz=ZONE).replace(tzinfo=None)
        return (local - _FIRST_DAY) / timedelta(days=1)
    return value


def _say(sheet: Worksheet, line: int, column: int, words: str) -> Place | MergedCell:
    """Text as text, whatever it begins with."""
    place = sheet.cell(line, column)
    place.value = harmless(words)
    place.data_type = "s"
    place.quotePrefix = True
    return place
