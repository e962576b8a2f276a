"""What may be written down of a device: one checker for the form and for the CSV file."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Final

from motcua_contract.identity import COMPONENT_PATTERN, SITE_PATTERN
from motcua_hub.domain.health.kinds import DeviceClass

FIELDS: Final = ("kind", "name", "component", "model", "serial", "place", "address", "note")
LIMITS: Final = {
    "kind": 24,
    "name": 80,
    "component": 48,
    "model": 80,
    "serial": 80,
    "place": 80,
    "address": 80,
    "note": 400,
}
HEADER: Final = ("site", *FIELDS)
MOST_ROWS: Final = 5_000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def clean(said: Mapping[str, str]) -> dict[str, str]:
    """The known fields without spaces around them and without control characters."""
    return {name: _CONTROL.sub(" ", said.get(name, "")).strip() for name in FIELDS}


def faults(said: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by field, as keys of texts; empty when all may be written down."""
    found = {name: "registry.too_long" for name, limit in LIMITS.items() if len(said[name]) > limit}
    if said["kind"] not in set(DeviceClass):
        found["kind"] = "registry.kind.bad"
    if not said["name"]:
        found["name"] = "registry.name.missing"
    if said["component"] and not re.fullmatch(COMPONENT_PATTERN, said["component"]):
        found["component"] = "registry.component.bad"
    return found


class UnreadableError(ValueError):
    """A CSV file that cannot be taken; `line` counts from 1, `code` is the key of a text."""

    def __init__(self, line: int, code: str, what: str = "") -> None:
        super().__init__(f"line {line}: {code} {what}")
        self.line = line
        self.code = code
        self.what = what


def read_csv(text: str) -> list[tuple[str, dict[str, str]]]:
    """Site and fields of every line of a CSV file with a header line. Raises UnreadableError."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restval="")
    rows: list[tuple[str, dict[str, str]]] = []
    try:
        if not {"site", "kind", "name"} <= set(reader.fieldnames or ()):
            raise UnreadableError(1, "registry.csv.header", ", ".join(HEADER))
        for row in reader:
            rows.append(_row(reader.line_num, row, len(rows)))
    except csv.Error as error:
        raise UnreadableError(reader.line_num, "registry.csv.broken", str(error)) from error
    return rows


def _row(line: int, row: Mapping[str, str], count: int) -> tuple[str, dict[str, str]]:
    if count >= MOST_ROWS:
        raise UnreadableError(line, "registry.csv.too_many", str(MOST_ROWS))
    site = row["site"].strip()
    if not re.fullmatch(SITE_PATTERN, site):
        raise UnreadableError(line, "registry.csv.site", site[:40])
    said = clean({name: _alive(row.get(name) or "") for name in FIELDS})
    wrong = faults(said)
    if wrong:
        field, code = next(iter(wrong.items()))
        raise UnreadableError(line, code, said[field][:40])
    return site, said


def write_csv(rows: Iterable[tuple[str, Mapping[str, str]]]) -> str:
    """The same file, written: it reads back as it was."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for site, said in rows:
        writer.writerow([site, *(_inert(said[name]) for name in FIELDS)])
    return "\ufeff" + out.getvalue()


_FORMULA: Final = re.compile(r"'*[=+@-]")


def _inert(text: str) -> str:
    """A cell that a spreadsheet would take for a formula is told to be text."""
    return f"'{text}" if _FORMULA.match(text) else text


def _alive(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
