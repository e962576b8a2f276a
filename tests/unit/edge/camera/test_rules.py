"""Rules for one look: thresholds, order, and what holds for every look there can be."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.faults import find
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.camera import rules
from motcua_edge.domain.camera.look import Look
from motcua_edge.domain.camera.rules import LOOKS, Known, judge, looks_needed

GOOD = Look(
    mean=130, std=44, laplacian=1936, bright=0, flat=0.2, diff=0.9, peak=0.9, dx=0, dy=0
)  # fmt: skip
"""Sharpness 1.0."""
KNOWN = Known(sharpness=1.0)
luma = st.floats(0, 255)
share = st.floats(0, 1)
shifts = st.integers(-160, 160)
looks = st.builds(
    Look,
    mean=luma,
    std=st.floats(0, 128),
    laplacian=st.floats(0, 1e5),
    bright=share,
    flat=share,
    diff=st.none() | luma,
    peak=st.none() | share,
    dx=st.none() | shifts,
    dy=st.none() | shifts,
    captured_ms=st.integers(0, 10**13),
)
knowns = st.builds(
    Known,
    lit=st.booleans(),
    sharpness=st.none() | st.floats(0, 100),
    std=st.none() | st.floats(0, 128),
    stands_ms=st.integers(0, 10**7),
)


def of(**changes: object) -> Look:
    return msgspec.structs.replace(GOOD, **changes)


def code(known: Known = KNOWN, **changes: object) -> str:
    return judge(of(**changes), known).code


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [
        ({"mean": 11.9, "std": 5.9}, {"mean": 12.0, "std": 6.0}, rules.DARK),
        ({"bright": 0.601}, {"bright": 0.60}, rules.OVEREXPOSED),
        ({"std": 5.99, "laplacian": 30}, {"std": 6.0, "laplacian": 36}, rules.COVERED),
        ({"flat": 0.951}, {"flat": 0.95}, rules.COVERED),
        ({"peak": 0.059}, {"peak": 0.06}, rules.COVERED),
        ({"diff": 0.05}, {"diff": 0.051}, rules.FROZEN),
        ({"dx": -10}, {"dx": -9}, rules.MOVED),
        ({"dy": 10}, {"dy": 9}, rules.MOVED),
        ({"laplacian": 0.399 * 1936}, {"laplacian": 0.40 * 1936}, rules.BLURRED),
    ],
)
def test_each_threshold_divides_good_from_bad(below: dict, above: dict, expected: str):
    assert code(**below) == expected
    assert code(**above) == ""


def test_a_shift_needs_a_sure_peak():
    assert code(dx=40, peak=0.2) == rules.MOVED
    assert code(dx=40, peak=0.19) == ""


def test_darkness_outside_lighting_hours_is_no_fault_but_said():
    reading = judge(of(mean=3, std=1), Known(lit=False, sharpness=1.0))
    assert reading.state is HealthState.OK
    assert reading.detail == "dark outside lighting hours"


def test_a_cover_at_night_is_a_cover():
    assert code(Known(lit=False), mean=60, std=1, flat=1.0) == rules.COVERED


def test_a_capture_time_that_stands_is_frozen_at_once_and_a_still_picture_is_not():
    stands = Known(sharpness=1.0, stands_ms=30_000)
    assert code(stands) == rules.FROZEN
    assert looks_needed(judge(GOOD, stands), stands) == 1
    assert code(Known(stands_ms=29_999)) == ""
    still = judge(of(diff=0.0), KNOWN)
    assert looks_needed(still, KNOWN) == 6


def test_white_and_black_pictures_without_noise_are_not_called_frozen():
    assert code(mean=0, std=0, diff=0.0, flat=1.0) == rules.DARK
    assert code(mean=255, std=0, diff=0.0, flat=1.0, bright=1.0) == rules.OVEREXPOSED
    assert code(mean=60, std=1, diff=0.0, flat=1.0) == rules.COVERED


def test_without_a_reference_nothing_is_moved_or_blurred_or_unlike():
    blank = of(peak=None, dx=None, dy=None, laplacian=1)
    assert judge(blank, Known()).code == ""


@given(looks, knowns)
def test_every_look_has_one_verdict_that_the_catalogue_knows(look: Look, known: Known):
    reading = judge(look, known)
    assert (reading.state is HealthState.OK) == (reading.code == "")
    if reading.code:
        fault = find("camera-hall", reading.code)
        assert fault is not None
        assert fault.state is reading.state
        assert reading.detail
        assert looks_needed(reading, known) in (1, LOOKS[reading.code])


@given(st.floats(6, 60), st.floats(0, 4), st.floats(1, 2))
def test_contrast_alone_neither_blurs_nor_sharpens(std: float, sharpness: float, factor: float):
    plain = of(std=std, laplacian=sharpness * std**2)
    strong = of(std=std * factor, laplacian=sharpness * (std * factor) ** 2)
    if abs(sharpness - 0.4) > 1e-6:
        assert judge(plain, KNOWN).code == judge(strong, KNOWN).code


@given(looks)
def test_outside_lighting_hours_nothing_is_dark(look: Look):
    assert judge(look, Known(lit=False)).code != rules.DARK
