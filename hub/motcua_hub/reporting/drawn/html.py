"""The document as HTML: the same markup on screen and, under another style, in the PDF."""

from functools import cache
from typing import Final, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined

from motcua_hub.domain.reporting import written
from motcua_hub.domain.reporting.document import Document, Kind
from motcua_hub.domain.reporting.periods import local_day
from motcua_hub.reporting.words import load

_OPEN_UP_TO: Final = 40
"""Longer tables are folded on screen."""


APPENDICES: Final = ("sites", "targets", "outages", "missing", "plans")
"""Lists that follow the signatures: who signs reads what stands before them."""


class Links(Protocol):
    """Where the figures of a screen lead."""

    def target(self, key: str) -> str:
        """What the figures of a target follow from; a key as `target@begin` leads to that time."""

    def group(self, table: str, name: str) -> str:
        """The targets that a line of a table of sums is the sum of."""

    def incident(self, number: str) -> str:
        """An incident of the desk."""


NUMBERS: Final = (Kind.PERCENT, Kind.DURATION, Kind.COUNT)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("motcua_hub.reporting.drawn"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters.update(day=written.day, moment=written.moment)
    return made


def body(document: Document, sha256: str, links: Links | None = None) -> str:
    """What stands on a screen: head, tables, notes, seal; with `links` figures lead further."""
    return _drawn("body.html", document, sha256, screen=True, links=links)


def sheet(document: Document, sha256: str) -> str:
    """A whole page for the PDF."""
    return _drawn("sheet.html", document, sha256, screen=False)


def _drawn(
    name: str, document: Document, sha256: str, *, screen: bool, links: Links | None = None
) -> str:
    made = local_day(document.as_of)
    return (
        _environment()
        .get_template(name)
        .render(
            document=document,
            sha256=sha256,
            words=load(),
            numbers=NUMBERS,
            appendices=APPENDICES,
            screen=screen,
            links=links,
            open_up_to=_OPEN_UP_TO,
            made={"dd": f"{made.day:02d}", "mm": f"{made.month:02d}", "yyyy": made.year},
        )
    )
