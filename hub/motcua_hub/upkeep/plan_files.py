"""The yearly plan as CSV and XLSX. No cell of either is ever taken for a formula."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from motcua_hub.domain.notice.text import Letterhead, Say
from motcua_hub.domain.upkeep.plan import Row
from motcua_hub.upkeep.plans import Plan

COLUMNS: Final = (
    ("no", 6),
    ("action", 20),
    ("why", 34),
    ("site_name", 36),
    ("unit", 26),
    ("kind", 20),
    ("name", 26),
    ("model", 18),
    ("serial", 18),
    ("bought_on", 13),
    ("age", 10),
    ("warranty", 22),
    ("failures", 10),
    ("last_result", 13),
    ("counts", 12),
    ("due", 26),
)
_FORMULA: Final = re.compile(r"^[\s'\"]*[=+\-@\t\r|%]")
_THIN: Final = Side(style="thin", color="999999")


def inert(text: str) -> str:
    """A cell that a spreadsheet would take for a formula is told to be text."""
    plain = ILLEGAL_CHARACTERS_RE.sub(" ", text)
    return f"'{plain}" if _FORMULA.match(plain) else plain


def _local(say: Say, day: str) -> str:
    year, month, number = day.split("-") if day else ("", "", "")
    return f"{number}/{month}/{year}" if day else say("plan.unknown")


def _warranty(say: Say, row: Row) -> str:
    return say(f"plan.warranty.{row.warranty.value}", ngay=_local(say, row.warranty_until))


def _class(say: Say, kind: str) -> str:
    try:
        return say(f"class.{kind}")
    except KeyError:
        return kind


def cells(say: Say, number: int, row: Row) -> list[str | int]:
    """One row in words, in the order of the columns."""
    result = say(f"maint.result.{row.last_result}") if row.last_result else say("plan.none")
    age = say("plan.unknown") if row.age_months is None else say("plan.age", n=row.age_months)
    return [
        number,
        say(f"plan.action.{row.action.value}"),
        say(f"plan.why.{row.why}"),
        row.site_name,
        row.unit,
        _class(say, row.kind),
        row.name,
        row.model,
        row.serial,
        _local(say, row.bought_on),
        age,
        _warranty(say, row),
        row.failures,
        result,
        f"{row.done}/{row.asked:02d}",
        "; ".join(_local(say, day) for day in row.due) or say("plan.none"),
    ]


def _all(say: Say, rows: Sequence[Row]) -> list[list[str | int]]:
    return [
        [inert(cell) if isinstance(cell, str) else cell for cell in cells(say, number, row)]
        for number, row in enumerate(rows, start=1)
    ]


def header(say: Say) -> list[str]:
    """The names of the columns."""
    return [say(f"plan.col.{name}") for name, _width in COLUMNS]


def as_csv(say: Say, plan: Plan) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read the letters."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header(say))
    writer.writerows(_all(say, plan.rows))
    return ("\ufeff" + out.getvalue()).encode()


def _cell(sheet: Worksheet, line: int, column: int, value: str | int) -> Cell:
    cell = sheet.cell(row=line, column=column)
    assert isinstance(cell, Cell)  # noqa: S101 - no cells are merged there
    cell.value = value
    if isinstance(value, str):
        # whatever it looks like: never a formula, never an error value
        cell.data_type = "s"
    return cell


def _heading(say: Say, sheet: Worksheet, head: Letterhead, plan: Plan) -> int:
    steps = ", ".join(f"{say(f'plan.step.{one.step}')}: {one.actor}" for one in plan.steps)
    lines = [
        inert(head.unit),
        say("maint.plan", nam=plan.year),
        inert(f"{say(f'plan.state.{plan.state.value}')}{f' ({steps})' if steps else ''}"),
        say("paper.hash", ma=plan.sha256) if plan.sha256 else say("plan.computed"),
    ]
    for number, text in enumerate(lines, start=1):
        cell = _cell(sheet, number, 1, text)
        cell.font = Font(name="Times New Roman", size=13 if number == 2 else 11, bold=number < 3)  # noqa: PLR2004
    return len(lines) + 2


def _table(say: Say, sheet: Worksheet, plan: Plan, top: int) -> None:
    border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
    wrapped = Alignment(wrap_text=True, vertical="top")
    plain = Font(name="Times New Roman", size=11)
    for column, text in enumerate(header(say), start=1):
        cell = _cell(sheet, top, column, text)
        cell.font = Font(name="Times New Roman", size=11, bold=True)
        cell.fill = PatternFill("solid", fgColor="E8F0FA")
        cell.alignment, cell.border = wrapped, border
    for line, row in enumerate(_all(say, plan.rows), start=top + 1):
        for column, value in enumerate(row, start=1):
            cell = _cell(sheet, line, column, value)
            cell.font = plain
            cell.alignment, cell.border = wrapped, border


def as_xlsx(say: Say, head: Letterhead, plan: Plan) -> bytes:
    """A workbook of one sheet, to be printed across an A4 page."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    sheet.title = str(plan.year)
    top = _heading(say, sheet, head, plan)
    _table(say, sheet, plan, top)
    for number, (_name, width) in enumerate(COLUMNS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    sheet.freeze_panes = f"A{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
