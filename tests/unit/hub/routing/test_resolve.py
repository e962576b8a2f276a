"""Which unit answers: the most specific route that stands on the day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from motcua_hub.domain.routing.directory import (
    Directory,
    Fault,
    Route,
    Unit,
    circles,
    succession,
)
from motcua_hub.domain.routing.resolve import Question, resolve
from support.directories import BOSS, HARDWARE, LINK, OF_CLASS, SOFTWARE, TEAM, people, province

DAY = "2026-03-02"


def ask(directory: Directory, **asked: object) -> list[tuple[int, int]]:
    question = replace(Question(site="na-son", day=DAY, responsible="hardware"), **asked)
    return [(one.tier, one.unit.id) for one in resolve(directory, question).routed]


def faults(directory: Directory, **asked: object) -> list[Fault]:
    question = replace(Question(site="na-son", day=DAY, responsible="hardware"), **asked)
    return [one.fault for one in resolve(directory, question).problems]


@pytest.mark.parametrize(("responsible", "unit"), OF_CLASS.items())
def test_every_class_has_its_unit_behind_the_sites_own_team(responsible: str, unit: int):
    assert ask(province(), responsible=responsible) == [(1, TEAM), (2, unit)]


def test_a_severe_incident_goes_on_to_whoever_stands_above():
    assert ask(province(), severity=2) == [(1, TEAM), (2, HARDWARE), (3, BOSS)]


def test_another_site_has_no_team_but_the_same_repairers():
    assert ask(province(), site="pu-nhung") == [(2, HARDWARE)]


def test_what_a_site_arranged_goes_before_what_holds_everywhere():
    own = Route(id=50, tier=2, unit=SOFTWARE, site="na-son")
    cause = Route(id=51, tier=2, unit=LINK, cause="lan", responsible="hardware")
    directory = province()
    directory = replace(directory, routes=(*directory.routes, own, cause))
    assert ask(directory, cause="lan") == [(1, TEAM), (2, SOFTWARE)]
    assert ask(directory, cause="lan", site="pu-nhung") == [(2, LINK)]


@pytest.mark.parametrize(
    ("field", "fits", "does_not"),
    [
        ("kind", {"kind": "server"}, {"kind": "device"}),
        ("cause", {"cause": "wan"}, {"cause": "lan"}),
        ("schedule", {"working": False}, {"working": True}),
        ("severity", {"severity": 1}, {"severity": 2}),
    ],
)
def test_every_field_of_a_route_can_be_asked_for(field: str, fits: dict, does_not: dict):
    value = {"schedule": "off", "severity": 1}.get(field) or fits[field]
    narrow = Route(id=60, tier=2, unit=SOFTWARE, responsible="hardware", **{field: value})
    directory = province()
    directory = replace(directory, routes=(*directory.routes, narrow))
    assert (2, SOFTWARE) in ask(directory, **fits)
    assert (2, HARDWARE) in ask(directory, **does_not)


def test_routes_hold_from_their_first_day_until_the_day_they_end():
    old = Route(id=1, tier=2, unit=HARDWARE, begins="2020-01-01", ends="2026-07-01")
    new = Route(id=2, tier=2, unit=SOFTWARE, begins="2026-07-01")
    directory = province(routes=(old, new))
    assert ask(directory, day="2026-06-30") == [(2, HARDWARE)]
    assert ask(directory, day="2026-07-01") == [(2, SOFTWARE)]


def test_of_equal_routes_the_newest_holds_and_the_doubt_is_told():
    old = Route(id=1, tier=2, unit=HARDWARE, begins="2020-01-01")
    new = Route(id=2, tier=2, unit=SOFTWARE, begins="2025-07-01")
    directory = province(routes=(old, new))
    assert ask(directory) == [(2, SOFTWARE)]
    assert Fault.AMBIGUOUS in faults(directory)


def merged() -> Directory:
    """Two units became one on 1 July 2025; the routes still name the old ones."""
    directory = province()
    units = dict(directory.units)
    for id_ in (HARDWARE, SOFTWARE):
        units[id_] = replace(units[id_], ends="2025-07-01", successor=9)
    units[9] = Unit(id=9, name="Trung tâm CĐS", begins="2025-07-01")
    contacts = (*directory.contacts, *people(9))
    return replace(directory, units=units, contacts=contacts)


def test_a_merged_unit_is_found_through_its_successor_and_history_stays():
    directory = merged()
    assert ask(directory) == [(1, TEAM), (2, 9)]
    assert ask(directory, responsible="software") == [(1, TEAM), (2, 9)]
    assert ask(directory, day="2025-06-30") == [(1, TEAM), (2, HARDWARE)]
    found = succession(directory, HARDWARE, DAY)
    assert found.path == (HARDWARE, 9)


def test_a_circle_of_successors_ends_nowhere_and_is_told():
    directory = merged()
    units = dict(directory.units)
    units[9] = replace(units[9], ends="2026-01-01", successor=HARDWARE)
    directory = replace(directory, units=units)
    found = succession(directory, HARDWARE, DAY)
    assert found.unit is None
    assert found.fault is Fault.CYCLE
    assert faults(directory) == [Fault.CYCLE, Fault.NO_REPAIRER]
    assert circles(directory.units.values()) == {HARDWARE, 9}


@pytest.mark.parametrize(
    ("unit", "fault"),
    [
        (Unit(id=3, name="x", begins="2020-01-01", ends="2026-01-01"), Fault.ENDED),
        (Unit(id=3, name="x", begins="2027-01-01"), Fault.NOT_YET),
        (Unit(id=3, name="x", ends="2026-01-01", successor=77), Fault.NO_SUCH_UNIT),
    ],
)
def test_a_unit_that_does_not_stand_is_a_gap(unit: Unit, fault: Fault):
    directory = province()
    directory = replace(directory, units={**directory.units, HARDWARE: unit})
    assert faults(directory) == [fault, Fault.NO_REPAIRER]
    assert ask(directory) == [(1, TEAM)]


def test_a_unit_without_anybody_to_tell_is_a_gap():
    directory = province()
    left = tuple(one for one in directory.contacts if one.unit != HARDWARE)
    assert faults(replace(directory, contacts=left)) == [Fault.NO_CONTACT, Fault.NO_REPAIRER]
    mute = tuple(replace(one, channels=()) for one in directory.contacts)
    assert Fault.NO_CHANNEL in faults(replace(directory, contacts=mute))


def test_without_a_route_the_fallback_gets_it_and_the_gap_is_told():
    directory = province(fallback=BOSS)
    assert ask(directory, responsible="security") == [(1, TEAM), (2, BOSS)]
    assert faults(directory, responsible="security") == [Fault.NO_REPAIRER]
    assert ask(province(), responsible="security", site="x") == []
    assert faults(province(), responsible="security", site="x")[-1] is Fault.NOBODY


_ids = st.integers(1, 6)
_days = st.sampled_from([None, "2024-01-01", "2026-01-01", "2027-01-01"])


@given(st.lists(st.tuples(_ids, _days, st.one_of(st.none(), _ids)), max_size=6), _ids)
def test_following_successors_always_ends_at_a_unit_that_stands_or_says_why_not(
    drawn: list[tuple[int, str | None, int | None]], start: int
):
    units = {
        id_: Unit(id=id_, name=str(id_), ends=ends, successor=after) for id_, ends, after in drawn
    }
    found = succession(Directory(units=units), start, DAY)
    assert (found.unit is None) != (found.fault is None)
    assert found.unit is None or found.unit.stands(DAY)
    assert len(set(found.path)) >= len(found.path) - 1
