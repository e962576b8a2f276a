"""What a new version of a report says otherwise than the one before. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from motcua_hub.domain.reporting import cells
from motcua_hub.domain.reporting.document import Column, Document, Row, Table
from motcua_hub.domain.reporting.finding import Finding

_COMPARED: Final = ("summary", "units", "sites", "kinds", "carriers", "causes", "targets")
_WORD: Final = re.compile(r"(?P<number>\d+(?:\.\d+)?) (?P<unit>h|min|ms|s)\b|(?P<word>[A-Za-z_]+)")


def differences(old: Document, new: Document, words: Mapping[str, str]) -> Table:
    """Every cell of both versions that is not the same."""
    columns = (
        Column("table", words["col.table"]),
        Column("row", words["col.row"]),
        Column("column", words["col.measure"]),
        Column("before", words["col.before"]),
        Column("after", words["col.after"]),
    )
    rows = [
        row for key in _COMPARED for row in _between(old.table(key), new.table(key), words["gone"])
    ]
    title, note, empty = (words[f"{k}.differences"] for k in ("table", "note", "empty"))
    return Table("differences", title, columns, tuple(rows), note, empty)


def _between(old: Table, new: Table, gone: str) -> Iterator[Row]:
    before = {row.key: row for row in old.rows}
    after = {row.key: row for row in new.rows}
    for key in [*before, *(key for key in after if key not in before)]:
        was, now = before.get(key), after.get(key)
        if was is None or now is None:
            there = now or was
            name = there.cells[0].text if there else key
            told = (gone, name) if was is None else (name, gone)
            yield _row(f"{new.key}/{key}", (new.title, name, new.columns[0].title, *told))
            continue
        for column, left, right in zip(new.columns, was.cells, now.cells, strict=True):
            if left != right:
                place = f"{new.key}/{key}/{column.key}"
                said = (new.title, now.cells[0].text, column.title, left.text, right.text)
                yield _row(place, said)


def _row(key: str, said: Iterable[str]) -> Row:
    return Row(key, tuple(cells.text(each) for each in said))


def revisions(
    found: Iterable[Finding], before: Mapping[str, int], words: Mapping[str, str]
) -> Table:
    """Which time was told as one thing and is now told as another, target by target.

    `before` holds the revision of each target's report in the version before.
    """
    columns = (
        Column("name", words["col.target"]),
        Column("site", words["col.sites"]),
        Column("change", words["col.change"]),
        Column("evidence", words["col.evidence"]),
    )
    rows = tuple(
        Row(
            f"{each.facts.id}/{number}",
            (
                cells.text(each.facts.name),
                cells.text(each.facts.site_name or each.facts.site),
                cells.text(in_words(line, words)),
                cells.text(str(len(each.always_report.evidence))),
            ),
        )
        for each in found
        if each.always_report.revision > before.get(each.facts.id, 0)
        for number, line in enumerate(each.always_report.changes)
    )
    title, note, empty = (words[f"{k}.revisions"] for k in ("table", "note", "empty"))
    return Table("revisions", title, columns, rows, note, empty)


def in_words(line: str, words: Mapping[str, str]) -> str:
    """`12 h UNKNOWN → 2.5 h DOWN power` in Vietnamese."""

    def said(found: re.Match[str]) -> str:
        if found["word"] is None:
            unit = words[f"unit.{found['unit']}"]
            return f"{found['number'].replace('.', ',')} {unit}"
        name = found["word"].lower()
        told = words.get(f"state.{name}") or words.get(f"cause.{name}")
        return found["word"] if told is None else told

    return _WORD.sub(said, line)
