"""The document of a report: rows of written and of exact values, made once and drawn in four ways.

Screen, PDF, XLSX and CSV take every cell from here, so that they cannot differ. `canonical` is the
file whose SHA-256 stands on each of them: who has the file can check it with any tool. Pure.
"""

import hashlib
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a column holds; the exact value is beside the written one.

    percent: a share between 0 and 1, cut after six decimals. duration: ms. count: a number.
    moment: UTC ms. text: nothing but the text.
    """

    TEXT = "text"
    PERCENT = "percent"
    DURATION = "duration"
    COUNT = "count"
    MOMENT = "moment"


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """One value as it is written, and exactly; without a value there is nothing to count with."""

    text: str
    value: int | float | None = None


class Column(msgspec.Struct, frozen=True, array_like=True):
    """A column: its key, its heading, and what it holds."""

    key: str
    title: str
    kind: Kind = Kind.TEXT


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A row. `kinds` goes before the columns' where rows hold different things."""

    key: str
    cells: tuple[Cell, ...]
    kind: Kind | None = None
    total: bool = False


class Table(msgspec.Struct, frozen=True):
    """A table with its heading and what is to be said below it."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = ""

    def kind(self, row: Row, at: int) -> Kind:
        """What a cell holds."""
        column = self.columns[at]
        if row.kind is not None and column.kind is not Kind.TEXT:
            return row.kind
        return column.kind


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Who says it: the lines above and below, from the province's one template."""

    parent: str = ""
    org: str = ""
    place: str = ""
    signer: str = ""
    signer_name: str = ""
    receivers: tuple[str, ...] = ()
    note: str = ""
    template: str = ""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one report. Times are UTC ms.

    Attributes:
        standing: `provisional` while journals are out, then `final`.
        filters: What it is limited to, in words; empty: everything.
        targets: SHA-256 of the file with every target's sealed report.
        previous: SHA-256 of the version before; empty for the first.
        reason: Why there is a new version.
    """

    number: str
    version: int
    title: str
    subtitle: str
    period: str
    begin: int
    end: int
    as_of: int
    standing: str
    standing_text: str
    official: str
    head: Head
    filters: tuple[str, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    targets: str = ""
    previous: str = ""
    reason: str = ""
    made_by: str = ""

    @property
    def name(self) -> str:
        """What its files are called: `TGHD-2026-0012-v1`."""
        return f"{self.number}-v{self.version}"

    def table(self, key: str) -> Table:
        """One of its tables; KeyError when it has none of that key."""
        for each in self.tables:
            if each.key == key:
                return each
        raise KeyError(key)


def canonical(document: Document) -> bytes:
    """The file of the document: JSON, keys sorted, UTF-8, one line."""
    return msgspec.json.encode(document, order="sorted") + b"\n"


def read(raw: bytes) -> Document:
    """A document from its file."""
    return msgspec.json.decode(raw, type=Document)


def fingerprint(raw: bytes) -> str:
    """SHA-256 of a file, in hex."""
    return hashlib.sha256(raw).hexdigest()
