"""Charts are geometry: nothing outside the box, nothing invented where numbers are missing."""

import re

from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.spans import Piece
from motcua_hub.store.numbers import Point
from motcua_hub.web.views.charts import LINE_HEIGHT, WIDTH, band, line, ticks

S = HealthState
MIDNIGHT = 1_795_366_800_000
"""23/11/2026 00:00 in Việt Nam, as UTC ms."""
HOUR = 3_600_000
DAY = 24 * HOUR


def point(at, value, low=None, high=None):
    low = value if low is None else low
    return Point(at, 1, value, low, value if high is None else high, value)


def coordinates(path):
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) (-?[\d.]+)", path)]


def test_ticks_fall_on_round_local_times():
    day = ticks(MIDNIGHT - 8 * HOUR, MIDNIGHT + 16 * HOUR)
    assert [tick.label for tick in day] == ["18:00", "00:00", "06:00", "12:00"]
    week = ticks(MIDNIGHT - 7 * DAY + HOUR, MIDNIGHT + HOUR)
    assert [tick.label for tick in week][:2] == ["17/11", "18/11"]
    month = ticks(MIDNIGHT - 30 * DAY, MIDNIGHT)
    assert 5 <= len(month) <= 7


def test_a_band_fills_its_width_in_proportion():
    pieces = [Piece(0, DAY // 2, S.OK), Piece(DAY // 2, DAY, S.CRITICAL, "paper_out")]
    drawn = band(pieces, 0, DAY)
    assert [(box.x, box.width, box.code) for box in drawn.boxes] == [
        (0.0, 360.0, ""),
        (360.0, 360.0, "paper_out"),
    ]
    assert dict(drawn.shares) == {S.OK: 0.5, S.CRITICAL: 0.5}


def test_a_fault_of_a_second_can_be_seen_in_a_month():
    pieces = [
        Piece(0, DAY, S.OK),
        Piece(DAY, DAY + 1000, S.CRITICAL),
        Piece(DAY + 1000, 30 * DAY, S.OK),
    ]
    assert band(pieces, 0, 30 * DAY).boxes[1].width == 1.0


def test_no_numbers_draw_no_line():
    assert line("rtt_ms", [], 0, DAY, HOUR) is None
    assert line("rtt_ms", [point(-HOUR, 1)], 0, DAY, HOUR) is None


def test_a_line_is_broken_where_numbers_are_missing():
    points = [point(n * HOUR, float(n)) for n in (0, 1, 2, 6, 7)]
    drawn = line("rtt_ms", points, 0, DAY, HOUR)
    assert drawn is not None
    assert drawn.path.count("M") == 2
    assert (drawn.low, drawn.high, drawn.last) == (0, 7, 7)


def test_a_lonely_number_can_be_seen():
    drawn = line("rtt_ms", [point(HOUR, 5.0)], 0, DAY, HOUR)
    assert drawn is not None
    assert re.fullmatch(r"M30\.0 48\.0h2", drawn.path)
    assert drawn.area == ""


@given(
    st.lists(
        st.tuples(
            st.integers(0, 23), st.floats(-1e9, 1e9, allow_subnormal=False), st.floats(0, 1e9)
        ),
        min_size=1,
        unique_by=lambda row: row[0],
    )
)
def test_everything_is_drawn_inside_the_box(rows):
    points = [point(n * HOUR, v, v - more, v + more) for n, v, more in sorted(rows)]
    drawn = line("rtt_ms", points, 0, DAY, HOUR)
    assert drawn is not None
    for x, y in coordinates(drawn.path + drawn.area):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= LINE_HEIGHT
