"""The hub's pages by area: the bar shows areas, the row under it the pages of the area one is in.

A page says where it is by `here`, the key of its entry. Texts are `nav.<key>` and `area.<key>`.
"""

from collections.abc import Container
from typing import Final

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """A page: its key, and the endpoint that shows it."""

    key: str
    endpoint: str


class Area(msgspec.Struct, frozen=True):
    """Pages that belong together; the first one is where the bar leads."""

    key: str
    entries: tuple[Entry, ...]


AREAS: Final = (
    Area("overview", (Entry("overview", "overview.page"),)),
    Area(
        "incidents",
        (
            Entry("incidents", "incidents.page"),
            Entry("notices", "notices.page"),
            Entry("deadlines", "deadlines.page"),
        ),
    ),
    Area(
        "availability",
        (
            Entry("targets", "targets.page"),
            Entry("vantages", "vantages.page"),
            Entry("windows", "windows.page"),
            Entry("reports", "reports.page"),
            Entry("calendar", "calendar.page"),
        ),
    ),
    Area("upkeep", (Entry("maintenance", "maintenance.page"), Entry("registry", "registry.page"))),
    Area("directory", (Entry("directory", "directory.page"), Entry("outbox", "outbox.page"))),
    Area(
        "system",
        (
            Entry("definitions", "definitions.page"),
            Entry("holds", "holds.page"),
            Entry("about", "about.page"),
        ),
    ),
)


def areas(endpoints: Container[str]) -> tuple[Area, ...]:
    """The areas with the pages that there are."""
    found = (
        Area(area.key, tuple(each for each in area.entries if each.endpoint in endpoints))
        for area in AREAS
    )
    return tuple(area for area in found if area.entries)


def area_of(here: str, among: tuple[Area, ...]) -> Area | None:
    """The area of a page."""
    return next((area for area in among if any(each.key == here for each in area.entries)), None)
