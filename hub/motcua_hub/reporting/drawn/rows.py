"""Rows of a workbook as they lie in its file: hundreds of thousands of cells, none of them kept.

openpyxl makes the workbook with its sheets, styles and headings; what is below the headings is
written here, cell after cell, because an object for each of them costs ten times as much.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

_END: Final = b"</sheetData>"
_EMPTY: Final = b"<sheetData />"
_SIZE: Final = re.compile(rb'<dimension ref="[^"]*"\s*/>')
_ESCAPE_LIKE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_AT_ONCE: Final = 500
_LEVEL: Final = 4
Value = tuple[str | float, int]
"""A text (never a formula) or a number, and the number of its style."""


def text(letters: str, line: int, words: str, style: int) -> str:
    """A cell that holds text, whatever it begins with."""
    said = escape(_ESCAPE_LIKE.sub("_x005F_", words))
    return (
        f'<c r="{letters}{line}" s="{style}" t="inlineStr">'
        f'<is><t xml:space="preserve">{said}</t></is></c>'
    )


def number(letters: str, line: int, value: float, style: int) -> str:
    """A cell that holds a number."""
    return f'<c r="{letters}{line}" s="{style}"><v>{value!r}</v></c>'


def lines(values: Iterable[Sequence[Value]], letters: Sequence[str], first: int) -> Iterator[bytes]:
    """Rows from line `first` on, a few hundred at a time."""
    held: list[str] = []
    for line, row in enumerate(values, start=first):
        held.append(f'<row r="{line}">{"".join(_cells(row, letters, line))}</row>')
        if len(held) == _AT_ONCE:
            yield "".join(held).encode()
            held.clear()
    yield "".join(held).encode()


def _cells(row: Sequence[Value], letters: Sequence[str], line: int) -> Iterator[str]:
    for name, (value, style) in zip(letters, row, strict=True):
        if isinstance(value, str):
            yield text(name, line, value, style)
        else:
            yield number(name, line, value, style)


Filling = Callable[[], Iterator[bytes]]


def filled(book: bytes, fillings: Mapping[str, tuple[str, Filling]]) -> bytes:
    """A workbook with rows below the headings of its sheets.

    Args:
        book: As openpyxl saved it.
        fillings: By the name of the sheet's part (`xl/worksheets/sheet2.xml`): the cells that the
            sheet covers (`A1:G90`), and what makes its rows.
    """
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(book)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as new,
    ):
        for name in old.namelist():
            raw = old.read(name)
            if name in fillings:
                _fill(new, name, raw, *fillings[name])
            else:
                new.writestr(name, raw)
    return made.getvalue()


def _fill(new: zipfile.ZipFile, name: str, raw: bytes, covers: str, filling: Filling) -> None:
    sized = _SIZE.sub(f'<dimension ref="{covers}"/>'.encode(), raw, count=1)
    before, end, after = sized.replace(_EMPTY, b"<sheetData>" + _END).partition(_END)
    if not end:
        msg = f"{name} has no place for rows"
        raise ValueError(msg)
    with new.open(name, "w") as part:
        part.write(before)
        for chunk in filling():
            part.write(chunk)
        part.write(end + after)
