"""What a hub wrote down of incidents and sent to people, beside what truly was."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from motcua_hub.domain.incident.vocabulary import Cause
from province.script import SECOND
from province.spans import Span, touches
from support.province import causes
from support.province.causes import Case
from support.province.living import LATER, Living

NOTICED = LATER[1] + 10 * SECOND
"""An outage that lasts so long after it was told has seen a round of the desk."""
SETTLED = LATER[2] + 10 * SECOND
"""And one that lasts so long has been told to people."""
Row = dict[str, Any]


class Story:
    """An incident with everything that was written down of it."""

    def __init__(self, row: Row, entries: Iterable[Row]) -> None:
        self.row = row
        self.entries = [{**e, "detail": json.loads(e["detail"])} for e in entries]

    def at(self, *happenings: str) -> list[int]:
        """When these were written down."""
        return [e["at"] for e in self.entries if e["happening"] in happenings]

    def details(self, *happenings: str) -> list[Row]:
        """What was written with them."""
        return [e["detail"] for e in self.entries if e["happening"] in happenings]

    def said(self) -> list[tuple[int, str, int]]:
        """Its causes: when, which, how surely."""
        return [
            (e["at"], e["detail"]["cause"], e["detail"]["confidence"])
            for e in self.entries
            if e["happening"] in {"cause_set", "cause_changed"}
        ]

    def runs(self) -> Iterator[Span]:
        """Each time that it was down, as the desk saw it; one that lasts has no end."""
        begun: int | None = None
        for entry in self.entries:
            if entry["happening"] in {"opened", "relapsed"}:
                begun = entry["at"]
            elif entry["happening"] == "restored" and begun is not None:
                yield begun, entry["at"]
                begun = None
        if begun is not None:
            yield begun, 1 << 62


def stories(hub: Living) -> list[Story]:
    """Every incident."""
    entries: dict[int, list[Row]] = {}
    for each in hub.rows("incident_event"):
        entries.setdefault(int(str(each["incident"])), []).append(each)
    return [Story(row, entries[row["id"]]) for row in hub.rows("incident") if row["id"] in entries]


def cases(hub: Living) -> list[Case]:
    """Losses of offices that the hub was there to see, and long enough for a round of the desk."""
    found = [c for o in hub.feed.offices for c in causes.office_cases(hub.feed, o)]
    return [c for c in found if c.truth is not Cause.HUB and c.end - c.told > NOTICED]


def server_cases(hub: Living) -> list[Case]:
    """The same of servers. What the hub was not there to see is not among them."""
    found = [c for s, _ in hub.feed.servers for c in causes.server_cases(hub.feed, s)]
    away = hub.feed.world.hub_off
    seen = (c for c in found if not touches(away, (c.onset - SETTLED, c.end + SETTLED)))
    return [c for c in seen if c.end - c.told > NOTICED]


def of_case(told: Iterable[Story], case: Case) -> list[Story]:
    """The incidents that were begun, or begun again, by one outage."""
    near = (case.onset, case.end + LATER[1])
    return [
        story
        for story in told
        if story.row["target"] == case.target
        and story.row["kind"] == "down"
        and any(near[0] <= at <= near[1] for at in story.at("opened", "relapsed"))
    ]
