"""Incidents: what is one outage, and how it was handled."""

from fractions import Fraction

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.incidents import (
    Marks,
    incidents,
    response,
    touching,
    unplanned,
)
from motcua_hub.domain.availability.timeline import Segment, Segments

UP, DOWN, UNKNOWN = State.UP, State.DOWN, State.UNKNOWN


def line(*pieces: tuple[int, State]) -> Segments:
    begins = [0, *(end for end, _ in pieces)]
    return tuple(Segment(a, b, state) for a, (b, state) in zip(begins, pieces, strict=False))


def spans(segments: Segments, gap: int = 0) -> list[tuple[int, int, int, bool]]:
    return [(each.begin, each.end, each.down, each.ended) for each in incidents(segments, gap)]


def test_unknown_time_between_two_outages_makes_them_one() -> None:
    segments = line((10, UP), (20, DOWN), (30, UNKNOWN), (40, DOWN), (50, UP))
    assert spans(segments) == [(10, 40, 20, True)]


def test_time_up_shorter_than_the_gap_does_not_end_an_outage() -> None:
    segments = line((10, DOWN), (15, UP), (20, DOWN), (90, UP))
    assert spans(segments, 6) == [(0, 20, 15, True)]
    assert spans(segments, 5) == [(0, 10, 10, True), (15, 20, 5, True)]


def test_unknown_time_does_not_hide_time_up() -> None:
    segments = line((10, DOWN), (13, UP), (15, UNKNOWN), (18, UP), (20, DOWN), (90, UP))
    assert len(spans(segments, 6)) == 2
    assert len(spans(segments, 7)) == 1


def test_an_outage_lasts_until_the_target_is_seen_up() -> None:
    assert spans(line((10, UP), (20, DOWN))) == [(10, 20, 10, False)]
    assert spans(line((10, UP), (20, DOWN), (90, UNKNOWN))) == [(10, 20, 10, False)]


def test_a_line_without_an_outage_has_none() -> None:
    assert spans(line((10, UP), (20, UNKNOWN))) == []


def test_the_first_known_cause_is_the_incidents() -> None:
    segments = (Segment(0, 5, DOWN), Segment(5, 9, DOWN, cause="power"), Segment(9, 20, UP))
    assert [each.cause for each in incidents(segments)] == ["power"]


SEGMENTS = line((10, UP), (20, DOWN), (50, UP), (54, DOWN), (95, UP), (120, DOWN), (200, UP))


def test_means_are_over_what_ended_in_the_period_uncut() -> None:
    found = incidents(SEGMENTS)
    handled = response(touching(found, (15, 100)), (15, 100), up=71)
    assert (handled.started, handled.ended) == (2, 2)
    assert handled.mttr == Fraction(10 + 4, 2)
    assert handled.mtbf == Fraction(71, 2)


def test_an_outage_that_ends_with_the_period_belongs_to_the_next() -> None:
    found = incidents(SEGMENTS)
    assert response(found, (0, 20), up=10).ended == 0
    assert response(found, (20, 40), up=20).ended == 1


def test_a_period_without_outages_has_no_means() -> None:
    handled = response((), (0, 100), up=100)
    assert (handled.mttr, handled.mttd, handled.mtta, handled.mtbf) == (None, None, None, None)


def test_detection_and_acknowledgement_are_over_those_on_record() -> None:
    marks = {10: Marks(confirmed_at=13, acknowledged_at=18), 50: Marks(confirmed_at=51)}
    handled = response(incidents(SEGMENTS), (0, 100), up=0, marks=marks)
    assert (handled.detected, handled.mttd) == (2, Fraction(3 + 1, 2))
    assert (handled.answered, handled.mtta) == (1, 5)


def test_an_outage_inside_maintenance_alone_was_no_failure() -> None:
    base = ((0, 5), (52, 300))
    assert [each.begin for each in unplanned(incidents(SEGMENTS), base)] == [50, 95]
