"""A small province lived through by a whole hub: database, desk, routes and messages.

Everything arrives as ingest would hand it on; every part does its rounds; time is an argument.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.reports import intact, report, revised
from motcua_hub.domain.availability.timeline import timeline
from motcua_hub.domain.incident.attribution import CONFIDENT
from motcua_hub.domain.incident.vocabulary import CLASS_OF_CAUSE, Cause
from motcua_hub.ledger.names import pi_of
from motcua_hub.ledger.subjects import subject
from motcua_hub.store.engine import open_engine, reading
from motcua_hub.store.migrate import upgrade
from province.script import DAY, HOUR, SECOND, Size, drawn
from province.world import built
from support.directories import OF_CLASS
from support.province import causes, judge, oracle
from support.province.causes import Case
from support.province.feed import fed
from support.province.living import LATER, Living

FULL = os.environ.get("MOTCUA_FAULTS") == "full"
SIZES = [Size(sites=4, servers=2, days=3, seed=1, often=8)]
if FULL:
    SIZES += [Size(sites=5, servers=3, days=3, seed=seed, often=8) for seed in (2, 3)]
NOTICED = LATER[1] + 10 * SECOND


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"seed{size.seed}")
def hub(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Living]:
    folder: Path = tmp_path_factory.mktemp("hub")
    engine = open_engine(f"sqlite:///{folder}/hub.sqlite3")
    upgrade(engine)
    lived = Living(engine, fed(built(drawn(request.param))), folder)
    lived.live(lived.moments())
    lived.settle()
    yield lived
    engine.dispose()


def cases(hub: Living) -> list[Case]:
    """Losses of offices that the hub was there to see, and long enough for a round of the desk."""
    found = [c for o in hub.feed.offices for c in causes.office_cases(hub.feed, o)]
    return [c for c in found if c.truth is not Cause.HUB and c.end - c.told > NOTICED]


class Story:
    """An incident with everything that was written down of it."""

    def __init__(self, row: dict[str, Any], entries: list[dict[str, Any]]) -> None:
        self.row = row
        self.entries = [{**e, "detail": json.loads(e["detail"])} for e in entries]

    def at(self, *happenings: str) -> list[int]:
        return [e["at"] for e in self.entries if e["happening"] in happenings]

    def said(self) -> list[tuple[int, str, int]]:
        return [
            (e["at"], e["detail"]["cause"], e["detail"]["confidence"])
            for e in self.entries
            if e["happening"] in {"cause_set", "cause_changed"}
        ]


def stories(hub: Living) -> list[Story]:
    entries: dict[int, list[dict[str, Any]]] = {}
    for each in hub.rows("incident_event"):
        entries.setdefault(each["incident"], []).append(each)
    return [Story(row, entries[row["id"]]) for row in hub.rows("incident")]


def of_case(told: list[Story], case: Case) -> list[Story]:
    """The incidents that were begun, or begun again, by one outage."""
    near = (case.told, case.end + LATER[1])
    return [
        story
        for story in told
        if story.row["target"] == case.target
        and any(near[0] <= at <= near[1] for at in story.at("opened", "relapsed"))
    ]


def test_machines_are_told_to_the_millisecond_by_the_database(hub: Living) -> None:
    begin, end = hub.feed.period
    window = (begin, end - HOUR)
    for office in hub.feed.offices:
        with reading(hub.engine) as connection:
            found = subject(connection, pi_of(office.site.name), window)
        line = timeline(found.evidence, found.policy, life=window, ancestors=found.ancestors)
        down, up = oracle.machine(hub.feed, office, sessions=False)
        assert judge.told(line, State.DOWN) == oracle.common(down, [window]), office.site.name
        assert judge.told(line, State.UP) == oracle.common(up, [window]), office.site.name
        off = oracle.common(office.site.machine_off, [window])
        assert judge.unexplained(line, off) == [], office.site.name


def test_every_outage_opens_one_incident_and_no_other(hub: Living) -> None:
    told = stories(hub)
    lost = cases(hub)
    assert len(lost) >= 10
    counts = {(case.target, case.onset): len(of_case(told, case)) for case in lost}
    assert Counter(counts.values()) == {1: len(lost)}, counts
    links = [s for s in told if s.row["kind"] == "down" and s.row["target_kind"] == "site_link"]
    begun = sum(len(story.at("opened", "relapsed")) for story in links)
    every = [c for o in hub.feed.offices for c in causes.office_cases(hub.feed, o)]
    assert begun <= len(every)


def test_causes_are_right_and_nothing_wrong_is_told_as_a_fact(hub: Living) -> None:
    told = stories(hub)
    right = 0
    lost = cases(hub)
    for case in lost:
        (story,) = of_case(told, case)
        relapses = [at for at in story.at("relapsed") if at > case.end]
        until = min(relapses, default=1 << 62)
        said = [s for s in story.said() if case.told <= s[0] < until]
        sure = [cause for _, cause, confidence in said if confidence >= CONFIDENT]
        assert set(sure) <= {case.truth.value}, (case, said)
        right += bool(said) and said[-1][1] == case.truth.value
    assert right / len(lost) >= 0.9, f"{right} of {len(lost)}"


def test_an_incident_goes_to_the_unit_of_its_class_and_each_of_its_people_once(
    hub: Living,
) -> None:
    outbox = hub.rows("outbox")
    problems = Counter(
        (row["incident"], row["contact"], row["channel"])
        for row in outbox
        if row["kind"] == "problem"
    )
    assert problems
    for story in stories(hub):
        mine = {key: count for key, count in problems.items() if key[0] == story.row["id"]}
        runs = len(story.at("opened", "relapsed"))
        assert all(count <= runs for count in mine.values()), mine
        units = {e["detail"]["unit"] for e in story.entries if e["happening"] == "routed"}
        assert units <= {OF_CLASS[name] for name in _classes(story)}, (story.row, units)


def _classes(story: Story) -> set[str]:
    """The classes that ever answered for an incident: as it was opened, and by its causes."""
    told = {e["detail"]["responsible"] for e in story.entries if "responsible" in e["detail"]}
    causes_ = {Cause(cause) for _, cause, _ in story.said()}
    return told | {CLASS_OF_CAUSE[c].value for c in causes_ if c in CLASS_OF_CAUSE}


def test_everybody_who_heard_of_a_problem_hears_that_it_is_over(hub: Living) -> None:
    heard: dict[str, set[tuple[int, int, str]]] = {"problem": set(), "recovery": set()}
    for row in hub.rows("outbox"):
        if row["kind"] in heard:
            heard[row["kind"]].add((row["incident"], row["contact"], row["channel"]))
    over = {s.row["id"] for s in stories(hub) if s.row["restored_at"] is not None}
    assert {key for key in heard["problem"] if key[0] in over} == heard["recovery"]


def test_what_stands_behind_an_outage_is_told_with_it_and_not_by_itself(hub: Living) -> None:
    told = {story.row["id"]: story for story in stories(hub)}
    children = [s for s in told.values() if s.row["parent"] is not None]
    assert children
    loud = {row["incident"] for row in hub.rows("outbox") if row["kind"] == "problem"}
    for child in children:
        above = told[child.row["parent"]]
        after = child.row["restored_at"] - max(above.at("restored"), default=0)
        if after < 60 * SECOND:
            assert child.row["id"] not in loud, child.row


def test_late_journals_make_a_revision_with_its_line_and_the_past_stays(hub: Living) -> None:
    begin, end = hub.feed.period
    period = (begin, begin + DAY)
    lines: list[str] = []
    for office in hub.feed.offices:
        with reading(hub.engine) as connection:
            found = subject(connection, pi_of(office.site.name), period)
        early = min((e.received_at for e in found.evidence), default=end) + 6 * HOUR
        first = report(found, period, early)
        again = revised(found, first, hub.now)
        assert intact(first)
        assert report(found, period, early) == first
        if again is not None:
            assert (again.revision, again.previous) == (2, first.sha256)
            assert set(again.evidence) <= {e.id for e in found.evidence}
            lines += again.changes
    assert any("UNKNOWN" in line and "UP" in line for line in lines), lines


def test_the_chain_of_evidence_is_whole(hub: Living) -> None:
    rows = hub.rows("evidence")
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    assert not any(row["twin"] for row in rows)
