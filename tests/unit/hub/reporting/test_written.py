"""Numbers as people read them: cut, with a comma."""

from fractions import Fraction

import pytest

from motcua_hub.domain.reporting import cells, written


@pytest.mark.parametrize(
    ("share", "text", "value"),
    [
        (Fraction(1), "100,0000 %", 1.0),
        (Fraction(2_591_999_999, 2_592_000_000), "99,9999 %", 0.999999),
        (Fraction(44_510, 44_600), "99,7982 %", 0.997982),
        (Fraction(1, 3), "33,3333 %", 0.333333),
        (Fraction(0), "0,0000 %", 0.0),
        (None, "–", None),
    ],
)
def test_a_share_is_cut_after_four_decimals_and_the_number_in_the_same_place(share, text, value):
    assert cells.percent(share) == cells.Cell(text, value)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0:00:00"),
        (5_400_000, "1:30:00"),
        (5_400_123, "1:30:00,123"),
        (744 * 3_600_000, "744:00:00"),
        (-90_000, "-0:01:30"),
    ],
)
def test_a_length_of_time_is_exact(ms, text):
    assert written.duration(ms) == text
    assert cells.duration(ms).value == ms


def test_moments_are_local_and_means_are_cut():
    assert written.moment(1_790_000_000_000) == "21:13:20 21/09/2026"
    assert written.day(1_790_000_000_000) == "21/09/2026"
    assert written.clock(1_790_000_000_000) == "21:13"
    assert written.mean_duration(Fraction(10, 3)) == 3
    assert written.mean_duration(None) is None


def test_a_count_has_points_between_thousands():
    assert cells.count(1_234_567) == cells.Cell("1.234.567", 1_234_567)
    assert cells.text("") == cells.NOTHING
