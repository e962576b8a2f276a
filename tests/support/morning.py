"""A morning at three offices: who falls ill when, and what journals, hub and page say of it."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Engine, create_engine, select

from demo.faults import Fault
from demo.stack import SiteStack, Stack
from motcua_edge.journal.tools import export_jsonl
from motcua_hub.domain.health.kinds import responsible_for
from motcua_hub.domain.health.site import FAULTS
from motcua_hub.store import schema
from motcua_hub.store.engine import reading
from motcua_hub.store.incidents import Kind
from motcua_hub.web import localtime
from motcua_hub.web.queries import overview as query
from motcua_hub.web.views import overview as views
from support.waiting import until_async

MINUTE_S: Final = 0.75
"""Real seconds in a minute of the morning: two hours pass in 90 s."""
SPEED: Final = 60 / MINUTE_S
TOLD_WITHIN_S: Final = 30.0


class Change(NamedTuple):
    """One transition of one component."""

    component: str
    state: str
    code: str = ""
    drill: bool = False


class Ill(NamedTuple):
    """A fault of the morning: its minutes, and what it must be called."""

    fault: str
    begins: float
    ends: float
    change: Change


class Incident(NamedTuple):
    """What will become one: one cause at one office, for one class of repairers."""

    site: str
    component: str
    code: str
    responsible: str


def changes(site: SiteStack) -> list[Change]:
    """Every transition in the office's journal, in order."""
    rows = (json.loads(line) for line in export_jsonl(site.folder / "state" / "journal.sqlite3"))
    return [_change(row["body"]) for row in rows if row["type"] == "health.changed/1"]


def _change(body: dict[str, Any]) -> Change:
    return Change(body["component"], body["state"], body.get("code", ""), body.get("drill", False))


def after_first_words(told: Sequence[Change]) -> list[Change]:
    """Transitions without each component's first word, which come in any order."""
    known: set[str] = set()
    later = []
    for change in told:
        if change.component in known:
            later.append(change)
        known.add(change.component)
    return later


def sick_and_well(plan: Iterable[Ill]) -> list[Change]:
    """What a journal must say of such a plan: each fault and its end, nothing else."""
    return [
        change
        for ill in sorted(plan, key=lambda each: each.begins)
        for change in (ill.change, Change(ill.change.component, "ok"))
    ]


class Clock:
    """The morning's minutes."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    async def at(self, minute: float) -> None:
        """Wait for that minute, if it is still to come."""
        await asyncio.sleep(self._began + minute * MINUTE_S - time.monotonic())  # the script

    @property
    def minute(self) -> float:
        """How late it is."""
        return (time.monotonic() - self._began) / MINUTE_S


async def told(site: SiteStack, last: Change) -> None:
    """Wait until the newest transition of the journal is this one."""

    def newest() -> bool:
        return changes(site)[-1:] == [last]

    await until_async(newest, within=TOLD_WITHIN_S, every=0.25)


async def suffer(
    clock: Clock, site: SiteStack, plan: Sequence[Ill], faults: dict[str, Fault]
) -> None:
    """Let one office live through its plan; a fault is mended only after it was told."""
    for ill in plan:
        fault = faults[ill.fault]
        await clock.at(ill.begins)
        await asyncio.to_thread(fault.begin)
        await told(site, ill.change)
        await clock.at(ill.ends)
        await asyncio.to_thread(fault.mend)
        await told(site, Change(ill.change.component, "ok"))


class HubBook:
    """The hub's database, read beside the running hub."""

    def __init__(self, stack: Stack) -> None:
        self._engine: Engine = create_engine(f"sqlite:///{stack.folder}/hub/hub.sqlite3")

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def spans(self, site: str) -> list[Change]:
        """Every row of `health_span` of one office, as the office committed them."""
        span = schema.health_span.c
        asked = (
            select(span.component, span.state, span.code, span.drill)
            .where(span.site == site)
            .order_by(span.by_depth, span.by_jid, span.by_seq)
        )
        with reading(self._engine) as connection:
            return [Change(r[0], r[1], r[2], bool(r[3])) for r in connection.execute(asked)]

    def incidents(self, sites: Iterable[str]) -> list[Incident]:
        """One for each cause: a drill is none, nor is what is unknown because of another."""
        return sorted(
            Incident(site, s.component, s.code, responsible_for(s.component, s.code).value)
            for site in sites
            for s in self.spans(site)
            if not s.drill and s.state in FAULTS
        )

    def raised(self) -> list[str]:
        """Incidents that ingest itself raised: something that it could not keep, or that lacks."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(schema.incident.c.kind, schema.incident.c.detail))
            return [f"{kind}: {detail}" for kind, detail in rows if kind in list(Kind)]

    def overview(self, later_ms: int = 0) -> dict[str, views.SiteLine]:
        """The overview by site, as it will be `later_ms` from now if nobody says a word."""
        now = int(time.time() * 1000) + later_ms
        with reading(self._engine) as connection:
            facts = query.read(connection, localtime.day_of(now), now)
        assert facts.ingest is not None
        # the hub itself goes on hearing: it is the office that will be silent
        hearing = msgspec.structs.replace(facts.ingest, at=now)
        lines = views.build(msgspec.structs.replace(facts, ingest=hearing), now).lines
        return {line.site: line for line in lines}


async def eventually(probe: Callable[[], bool], within: float = TOLD_WITHIN_S) -> None:
    """Wait for something that other programs make true; a failing probe shows in the assertion."""
    await until_async(probe, within=within, every=0.25)
