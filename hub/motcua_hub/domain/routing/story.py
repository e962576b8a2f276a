"""An incident's timeline, read for those who tell people: is it over, taken on, sent elsewhere?

The rows are always read whole and in the order of their ids, so that it makes no difference how
often, or in which order, a reader came upon them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from motcua_hub.domain.incident import state as incident
from motcua_hub.domain.incident.vocabulary import Happening

ACTOR: Final = "routing"
"""Who wrote the rows that this package causes; only a transfer counts: see `_hands`."""
_TAKEN: Final = frozenset({Happening.ACKNOWLEDGED, Happening.STARTED, Happening.FIXED})
_SENT: Final = frozenset({Happening.ROUTED, Happening.REROUTED})
_KNOWN: Final = frozenset(Happening)


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
        over: What it is about is up again, or it is closed.
        over_at: Since when, UTC ms.
        taken: Somebody took it on since it last broke, or went to another unit.
        sent: Row and unit of the last transfer by a person.
        missed_at: The last deadline that went by.
        watchers: Units that look on.
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
    story, stands = Story(), incident.State()
    for row in sorted(rows, key=lambda row: row.id):
        before, stands = stands, incident.after(stands, _entries(row))
        story = msgspec.structs.replace(story, **_standing(story, row, before.down, stands.down))
        story = msgspec.structs.replace(story, **_hands(story, row))
    return msgspec.structs.replace(story, watchers=stands.watchers)


def _entries(row: Row) -> tuple[incident.Entry, ...]:
    if row.happening not in _KNOWN:
        return ()
    happening = Happening(row.happening)
    return (incident.Entry(happening=happening, at=row.at, actor=row.actor, detail=row.detail),)


def _standing(story: Story, row: Row, was_down: bool, is_down: bool) -> dict[str, Any]:
    if row.happening == Happening.OPENED:
        return {"round": max(story.round, 1)}
    if was_down and not is_down:
        return {"over": True, "over_at": row.at}
    if is_down and not was_down:
        return {"over": False, "round": story.round + 1, "taken": False}
    return {}


def _hands(story: Story, row: Row) -> dict[str, Any]:
    unit = _unit(row)
    if row.actor == ACTOR:
        # another unit has to take it on
        return {"taken": story.taken and row.happening != Happening.REROUTED}
    if row.happening in _SENT and unit is not None:
        return {"sent": (row.id, unit), "taken": False}
    if row.happening in _TAKEN:
        return {"taken": True}
    return {"missed_at": row.at} if row.happening == Happening.DEADLINE_MISSED else {}


def _unit(row: Row) -> int | None:
    """The unit a row names: its id in the directory."""
    said = row.detail.get("unit")
    if isinstance(said, bool):
        return None
    if isinstance(said, int):
        return said
    return int(said) if isinstance(said, str) and said.isdecimal() else None
