"""The yearly plan's cells, and all of it as CSV. No cell is ever taken for a formula."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from motcua_hub.domain.notice.text import Say
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
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""XML has no way to write these."""


def inert(text: str) -> str:
    """A cell that a spreadsheet would take for a formula is told to be text."""
    plain = _UNPRINTABLE.sub(" ", text)
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


def lines(say: Say, rows: Sequence[Row]) -> list[list[str | int]]:
    """All rows, harmless."""
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
    writer.writerows(lines(say, plan.rows))
    return ("\ufeff" + out.getvalue()).encode()
