"""An incident's timeline, read for those who tell people: is it over, taken on, sent elsewhere?

The rows are always read whole and in the order of their ids, so that it makes no difference how
often, or in which order, a reader came upon them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from motcua_hub.domain.incident.vocabulary import Happening

ACTOR: Final = "routing"
"""Who wrote the rows that this package causes; only a transfer counts: see `_after`."""
_ENDS: Final = frozenset({Happening.RESTORED, Happening.FIXED, Happening.CLOSED})
_BEGINS_AGAIN: Final = frozenset({Happening.RELAPSED, Happening.REOPENED})
_TAKEN: Final = frozenset({Happening.ACKNOWLEDGED, Happening.STARTED})
_SENT: Final = frozenset({Happening.ROUTED, Happening.REROUTED})


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the timeline."""

    id: int
    at: int
    happening: str
    actor: str = ""
    detail: Mapping[str, Any] = {}


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """Where an incident stands for those who tell people.

    Attributes:
        round: Counts its problems from 1; 0 before it was opened.
        over: Restored, fixed or closed, and no relapse since.
        over_at: Since when, UTC ms.
        taken: Somebody took it on since it last went to a unit.
        sent: Row and unit of the last transfer by a person.
        missed_at: The last deadline that went by.
    """

    round: int = 0
    over: bool = False
    over_at: int = 0
    taken: bool = False
    sent: tuple[int, int] | None = None
    missed_at: int = 0
    watchers: tuple[int, ...] = ()


def read(rows: Iterable[Row]) -> Story:
    """The story so far."""
    story = Story()
    for row in sorted(rows, key=lambda row: row.id):
        story = _after(story, row)
    return story


def _after(story: Story, row: Row) -> Story:
    happening, unit = row.happening, _unit(row)
    if row.actor == ACTOR:
        # another unit has to take it on
        changes: dict[str, Any] = {"taken": False} if happening == Happening.REROUTED else {}
    elif happening in _SENT and unit is not None:
        changes = {"sent": (row.id, unit), "taken": False}
    elif happening == Happening.WATCHER_ADDED and unit is not None:
        changes = {"watchers": tuple(dict.fromkeys((*story.watchers, unit)))}
    else:
        changes = _standing(story, row)
    return msgspec.structs.replace(story, **changes)


def _standing(story: Story, row: Row) -> dict[str, Any]:
    happening = row.happening
    if happening == Happening.OPENED:
        return {"round": max(story.round, 1)}
    if happening in _ENDS and not story.over:
        return {"over": True, "over_at": row.at}
    if happening in _BEGINS_AGAIN and story.over:
        return {"over": False, "round": story.round + 1, "taken": False}
    if happening in _TAKEN:
        return {"taken": True}
    return {"missed_at": row.at} if happening == Happening.DEADLINE_MISSED else {}


def _unit(row: Row) -> int | None:
    """The unit a row names: its id in the directory."""
    said = row.detail.get("unit")
    if isinstance(said, bool):
        return None
    if isinstance(said, int):
        return said
    return int(said) if isinstance(said, str) and said.isdecimal() else None
