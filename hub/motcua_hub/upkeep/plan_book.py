"""The yearly plan as XLSX. No cell is ever taken for a formula.

A module of its own: the spreadsheets' library takes half a second to load, and only this needs it.
"""

import io
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from motcua_hub.domain.notice.text import Letterhead, Say
from motcua_hub.upkeep.plan_files import COLUMNS, header, inert, lines
from motcua_hub.upkeep.plans import Plan

_THIN: Final = Side(style="thin", color="999999")


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
    above = [
        inert(head.unit),
        say("maint.plan", nam=plan.year),
        inert(f"{say(f'plan.state.{plan.state.value}')}{f' ({steps})' if steps else ''}"),
        say("paper.hash", ma=plan.sha256) if plan.sha256 else say("plan.computed"),
    ]
    for number, text in enumerate(above, start=1):
        cell = _cell(sheet, number, 1, text)
        cell.font = Font(name="Times New Roman", size=13 if number == 2 else 11, bold=number < 3)  # noqa: PLR2004
    return len(above) + 2


def _table(say: Say, sheet: Worksheet, plan: Plan, top: int) -> None:
    border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
    wrapped = Alignment(wrap_text=True, vertical="top")
    plain = Font(name="Times New Roman", size=11)
    for column, text in enumerate(header(say), start=1):
        cell = _cell(sheet, top, column, text)
        cell.font = Font(name="Times New Roman", size=11, bold=True)
        cell.fill = PatternFill("solid", fgColor="E8F0FA")
        cell.alignment, cell.border = wrapped, border
    for line, row in enumerate(lines(say, plan.rows), start=top + 1):
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
