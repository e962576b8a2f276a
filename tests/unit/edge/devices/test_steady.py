"""A verdict counts once it has lasted: worse and better have their own patience."""

from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.steady import OK, Patience, Reading, Steady, look

BAD = Reading(HealthState.PROBLEM, "lossy")
WORSE = Reading(HealthState.CRITICAL, "down")
PATIENCE = Patience(worse_ms=2000, worse_looks=2, better_ms=5000, better_looks=3)


def told(readings: list[Reading], every_ms: int = 1000) -> list[tuple[HealthState, str]]:
    """Every verdict told, in order, for looks every second."""
    steady, verdicts = Steady(), []
    for number, reading in enumerate(readings):
        before = steady.told
        steady = look(steady, reading, number * every_ms, PATIENCE)
        if steady.told is not None and (before is None or before.key != steady.told.key):
            verdicts.append(steady.told.key)
    return verdicts


def test_the_first_good_verdict_is_told_at_once_and_the_first_bad_one_must_last():
    assert told([OK]) == [OK.key]
    assert told([BAD, BAD]) == []
    assert told([BAD, BAD, BAD]) == [BAD.key]


def test_a_blip_either_way_is_never_told():
    assert told([OK, BAD, BAD, OK, OK]) == [OK.key]
    assert told([OK, BAD, BAD, BAD, OK, OK, OK, BAD, BAD]) == [OK.key, BAD.key]


def test_getting_better_takes_its_own_longer_time():
    assert told([OK, *[BAD] * 3, *[OK] * 5]) == [OK.key, BAD.key]
    assert told([OK, *[BAD] * 3, *[OK] * 6]) == [OK.key, BAD.key, OK.key]


def test_a_verdict_that_alternates_between_two_faults_waits_for_one_of_them():
    assert told([OK, BAD, WORSE, BAD, WORSE, BAD, WORSE]) == [OK.key]


def test_what_is_told_carries_the_newest_detail():
    older, newer = Reading(HealthState.OK, "", "1"), Reading(HealthState.OK, "", "2")
    steady = look(look(Steady(), older, 0, PATIENCE), newer, 1, PATIENCE)
    assert steady.told == newer


READINGS = st.lists(st.sampled_from([OK, BAD, WORSE]), max_size=60)


@given(READINGS)
def test_every_verdict_told_was_seen_as_long_as_patience_asks(readings: list[Reading]):
    steady = Steady()
    for number, reading in enumerate(readings):
        before = steady.told
        steady = look(steady, reading, number * 1000, PATIENCE)
        if before is not None and steady.told is not None and before.key != steady.told.key:
            better = steady.told.key == OK.key or (before == WORSE and steady.told == BAD)
            need = 6 if better else 3
            assert all(r.key == steady.told.key for r in readings[: number + 1][-need:])


@given(READINGS)
def test_the_told_verdict_changes_only_to_what_was_just_seen(readings: list[Reading]):
    steady = Steady()
    for number, reading in enumerate(readings):
        newer = look(steady, reading, number * 1000, PATIENCE)
        assert newer.told in (steady.told, reading)
        steady = newer
