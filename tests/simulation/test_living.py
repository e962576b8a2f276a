"""A province lived through by a whole hub: database, ledger, desk, routes and messages.

Everything arrives as ingest would hand it on, late, twice and out of order; every part does its
rounds; time is an argument. On SQLite, and on PostgreSQL.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from motcua_hub.domain.availability.reports import Report
from motcua_hub.store.engine import open_engine
from province.script import HOUR, Size, drawn
from province.world import built
from support.postgres import Cluster
from support.province import alarms, figures, looks, paper
from support.province.feed import fed
from support.province.living import Living
from support.province.looks import Look

FULL = os.environ.get("MOTCUA_FAULTS") == "full"
SAMPLE = Size(sites=4, servers=2, days=4, seed=1, often=3, skip=239)
"""Friday to Monday: a weekend, a swapped day off, the end of a month."""
SMALL = Size(sites=3, servers=2, days=3, seed=2, often=1, skip=239)
RUNS = [("sqlite", SAMPLE)]
if FULL:
    RUNS += [("postgresql", SMALL)]
LOOKS = 12


@dataclass
class Lived:
    """A hub after its time, and what was said in between."""

    hub: Living
    looks: list[Look] = field(default_factory=list)
    finals: list[Report] = field(default_factory=list)
    again: list[Report | None] = field(default_factory=list)
    corrected: str = ""


@pytest.fixture(scope="module", params=RUNS, ids=lambda run: f"{run[0]}-seed{run[1].seed}")
def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lived]:
    kind, size = request.param
    folder: Path = tmp_path_factory.mktemp("hub")
    if kind == "sqlite":
        url = f"sqlite:///{folder}/hub.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_file"), folder / "hub.sqlite3")
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.database(request.getfixturevalue("migrated_template"))
    engine = open_engine(url)
    found = Lived(Living(engine, fed(built(drawn(size))), folder))
    live(found)
    yield found
    engine.dispose()


def live(lived: Lived) -> None:
    """All of its time, with somebody who looks now and then, and a week until all is in."""
    every = lived.hub.moments()
    looked_at = looks.moments(lived.hub, every, LOOKS)
    for moment in every:
        lived.hub.step(moment)
        if moment in looked_at:
            lived.looks += looks.of_everything(lived.hub)
    lived.hub.settle()
    lived.finals = looks.finals(lived.hub)
    lived.hub.now += HOUR
    lived.corrected = paper.correct_late(lived.hub.engine, lived.hub.feed, lived.hub.now)
    lived.hub.now += HOUR
    lived.again = looks.again(lived.hub, lived.finals)


@pytest.fixture
def hub(lived: Lived) -> Living:
    return lived.hub


def test_everything_that_was_to_happen_did(hub: Living) -> None:
    arrived = hub.arrivals.faults
    assert {"twice", "out of order", "newest first"} <= set(arrived), arrived
    done = Counter(hub.done.values())
    assert done["refused"] == 1, hub.done
    assert set(done) == {"refused", "done"}
    assert {"correction", "storm"} <= set(hub.done)
    assert hub.feed.world.clock_wrong
    assert hub.feed.world.hub_off


def test_what_arrived_twice_or_in_disorder_is_there_once_and_what_was_given_up_is_declared(
    hub: Living,
) -> None:
    figures.rows_are_those_that_arrived(hub)


def test_machines_are_told_to_the_millisecond_and_unknown_where_nobody_can_know(
    hub: Living,
) -> None:
    figures.machines_are_exact(hub)


def test_servers_and_lines_are_told_right_but_for_their_stated_doubts(hub: Living) -> None:
    figures.servers_are_right(hub)
    figures.lines_are_right(hub)


def test_whenever_somebody_looked_the_truth_lay_within_the_bounds(lived: Lived) -> None:
    figures.bounds_hold(lived.hub, lived.looks)


def test_whenever_somebody_looked_no_more_was_told_than_could_be_known(lived: Lived) -> None:
    figures.nothing_is_made_up(lived.hub, lived.looks)


def test_what_was_said_of_the_past_can_be_computed_again(lived: Lived) -> None:
    figures.the_past_stays(lived.hub, lived.looks)


def test_what_changes_is_a_revision_with_its_lines_and_what_does_not_is_none(lived: Lived) -> None:
    figures.changes_are_revisions(lived.hub, lived.looks)


def test_what_was_final_stands_until_two_people_correct_it(lived: Lived) -> None:
    figures.finals_stand(lived.finals, lived.again, lived.corrected)


def test_the_base_of_figures_is_the_calendar_less_planned_and_excused_time(hub: Living) -> None:
    figures.bases_follow_the_calendar(hub)


def test_every_outage_is_one_incident_and_no_other(hub: Living) -> None:
    alarms.one_incident_each(hub)


def test_causes_are_right_and_nothing_wrong_is_told_as_a_fact(hub: Living) -> None:
    alarms.causes_are_right(hub)


def test_every_incident_reaches_the_unit_of_its_class_exactly_once(hub: Living) -> None:
    alarms.told_exactly_once(hub)


def test_planned_work_pages_nobody(hub: Living) -> None:
    alarms.planned_work_is_silent(hub)


def test_everybody_who_heard_of_a_problem_hears_that_it_is_over(hub: Living) -> None:
    alarms.recovery_to_all(hub)


def test_what_stands_behind_an_outage_is_told_with_it_and_not_by_itself(hub: Living) -> None:
    alarms.children_are_silent(hub)


def test_no_incident_is_open_at_the_end_whose_target_is_up(hub: Living) -> None:
    alarms.nothing_is_left_open(hub)


def test_officers_reports_join_the_incident_that_they_are_about(hub: Living) -> None:
    alarms.reports_join(hub)


def test_a_correction_takes_two_people_and_leaves_its_lines(hub: Living) -> None:
    alarms.corrections_are_on_record(hub)


def test_the_chain_of_evidence_is_whole(hub: Living) -> None:
    rows = hub.rows("evidence")
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    assert not any(row["twin"] for row in rows)
