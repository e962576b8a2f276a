"""Hysteresis, references and their freezing, from look to look."""

from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.camera import rules
from motcua_edge.domain.camera.look import Look, Profile
from motcua_edge.domain.camera.reference import EVERY, FIRST, FULL, Reference, References
from motcua_edge.domain.camera.watch import Watch, begun, missed, renewed, saw

GOOD = Look(mean=130, std=44, laplacian=1936, bright=0, flat=0.2, diff=0.9, peak=0.9, dx=0, dy=0)
COVERED = msgspec.structs.replace(GOOD, mean=60, std=1, laplacian=10, flat=1.0, peak=0.01)
BLURRED = msgspec.structs.replace(GOOD, laplacian=400)
MOVED = msgspec.structs.replace(GOOD, dx=20)
BLACK = msgspec.structs.replace(GOOD, mean=2, std=1, laplacian=1, flat=1.0)
EVERY_MS = 10_000


class Eye:
    """Feeds looks ten seconds apart."""

    def __init__(self, watch: Watch | None = None) -> None:
        self.watch = watch or Watch()
        self.n = 0

    def see(self, look: Look | None, times: int = 1, *, lit: bool = True) -> str:
        for _ in range(times):
            self.n += 1
            mono = self.n * EVERY_MS
            if look is None:
                self.watch = missed(self.watch, "connection refused", mono=mono)
            else:
                timed = msgspec.structs.replace(look, captured_ms=mono)
                self.watch = saw(self.watch, timed, lit=lit, mono=mono)
        return self.code

    @property
    def code(self) -> str:
        return self.watch.told.code if self.watch.told else "none"


def learnt() -> Eye:
    """A camera whose reference can be used."""
    eye = Eye()
    assert eye.see(GOOD, FIRST) == ""
    return eye


def test_the_first_good_look_is_told_at_once():
    assert Eye().see(GOOD) == ""


def test_a_camera_that_never_answers_is_offline_after_three_tries():
    eye = Eye()
    assert eye.see(None, 2) == "none"
    assert eye.see(None) == rules.OFFLINE


def test_each_fault_waits_for_its_looks_and_so_does_its_end():
    for look, looks in ((None, 3), (COVERED, 6), (MOVED, 6), (BLURRED, 12), (BLACK, 6)):
        eye = learnt()
        assert eye.see(look, looks - 1) == ""
        assert eye.see(look) != ""
        assert eye.see(GOOD, looks - 1) != ""
        assert eye.see(GOOD) == ""


def test_a_good_look_in_between_begins_the_count_anew():
    eye = learnt()
    for _ in range(5):
        eye.see(COVERED, 5)
        assert eye.see(GOOD) == ""


def test_a_standing_capture_time_is_told_after_thirty_seconds():
    eye = learnt()
    stood = eye.watch.captured_ms
    for n in range(1, 5):
        mono = eye.n * EVERY_MS + n * EVERY_MS
        look = msgspec.structs.replace(GOOD, captured_ms=stood)
        eye.watch = saw(eye.watch, look, lit=True, mono=mono)
        assert eye.code == (rules.FROZEN if n >= 3 else "")


def test_the_reference_needs_six_good_looks_and_is_learnt_after_a_day_of_them():
    eye = Eye()
    eye.see(GOOD, FIRST - 1)
    assert eye.watch.reference(Profile.DAY).sharpness is None
    eye.see(GOOD)
    assert eye.watch.reference(Profile.DAY).sharpness == 1.0
    day = 24 * 3600 // 10
    eye.see(GOOD, day - FIRST)
    reference = eye.watch.reference(Profile.DAY)
    assert 0.95 * FULL <= len(reference.samples) <= FULL
    eye.see(GOOD, EVERY * FIRST)
    assert not eye.watch.reference(Profile.DAY).learning
    assert not eye.watch.learns


def test_nothing_is_learnt_while_a_fault_is_told_or_beginning_or_ending():
    eye = learnt()
    for look, times in ((BLURRED, 15), (GOOD, 11), (MOVED, 3), (None, 5), (COVERED, 9), (GOOD, 5)):
        before = eye.watch.references
        for _ in range(times):
            eye.see(look)
            assert not eye.watch.learns or (look is GOOD and eye.code == "")
        if look is not GOOD:
            assert eye.watch.references == before


def test_day_and_night_are_learnt_apart():
    eye = learnt()
    assert eye.watch.reference(Profile.NIGHT) == Reference()
    grey = msgspec.structs.replace(GOOD, mean=50, std=20, laplacian=800)
    eye.see(grey, FIRST, lit=False)
    assert eye.watch.reference(Profile.NIGHT).sharpness == 2.0
    assert eye.watch.reference(Profile.DAY).sharpness == 1.0


def test_darkness_at_night_is_well_and_teaches_nothing():
    eye = learnt()
    assert eye.see(BLACK, 100, lit=False) == ""
    assert not eye.watch.learns
    assert eye.watch.reference(Profile.NIGHT) == Reference()


def test_a_technicians_word_ends_what_the_old_reference_said_and_learns_anew():
    for look in (MOVED, BLURRED):
        eye = learnt()
        eye.see(look, 12)
        assert eye.code
        eye.watch = renewed(eye.watch)
        assert eye.watch.references == References()
        fresh = msgspec.structs.replace(look, peak=None, dx=None, dy=None)
        assert eye.see(fresh) == ""
        assert eye.watch.learns


def test_a_technicians_word_does_not_uncover_a_lens():
    eye = learnt()
    eye.see(COVERED, 6)
    eye.watch = renewed(eye.watch)
    assert eye.code == rules.COVERED


def test_after_our_own_failure_nothing_is_held_to_be_known():
    eye = learnt()
    eye.see(COVERED, 6)
    eye.watch = begun(eye.watch)
    assert eye.watch.told is None
    assert eye.watch.bad_since is None
    assert eye.watch.references.day.sharpness == 1.0
    assert eye.see(GOOD) == ""


KINDS = st.sampled_from([GOOD, COVERED, BLURRED, MOVED, BLACK, None])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(KINDS, st.integers(1, 14), st.booleans()), max_size=25))
def test_whatever_comes_a_verdict_has_lasted_and_references_only_grow_in_good_times(runs):
    eye = learnt()
    changes: list[int] = []
    for look, times, lit in runs:
        for _ in range(times):
            before, references = eye.code, eye.watch.references
            eye.see(look, lit=lit)
            if eye.code != before:
                changes.append(eye.n)
            good = eye.watch.told is not None and eye.watch.told.state is HealthState.OK
            assert (eye.watch.bad_since is None) == (good and not eye.watch.newest.code)
            if eye.watch.references != references:
                assert good
                assert not eye.watch.newest.code
    assert all(later - earlier >= 3 for earlier, later in pairwise(changes))
