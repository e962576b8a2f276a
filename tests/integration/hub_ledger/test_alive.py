"""The hub's record of itself: holes (R7), clocks that step (R5), and what is condensed."""

import pytest
from sqlalchemy import Engine, select

from motcua_hub.ledger import alive
from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing
from support.ledger import HOUR, SECOND, T0


def beats(engine: Engine, *moments: tuple[int, int], run: str = "r") -> list[int]:
    """Beats at wall and monotonic times (s); where they were placed."""
    record = alive.AliveRecord(engine, "boot", run)
    return [(record.beat(T0 + w * SECOND, m * SECOND) - T0) // SECOND for w, m in moments]


def away(engine: Engine) -> list[tuple[int, int]]:
    with reading(engine) as connection:
        found = alive.holes(connection, (T0 - HOUR, T0 + HOUR))
    return [((a - T0) // SECOND, (b - T0) // SECOND) for a, b in found]


def steps(engine: Engine) -> list[str]:
    query = select(schema.audit.c.detail).where(schema.audit.c.action == "clock_step")
    with reading(engine) as connection:
        return list(connection.scalars(query))


@pytest.mark.parametrize(("gap", "hole"), [(25, False), (26, True)])
def test_more_than_25_seconds_without_a_row_are_a_hole(
    engine: Engine, gap: int, hole: bool
) -> None:
    beats(engine, (0, 0), (10, 10))
    beats(engine, (10 + gap, 0), (20 + gap, 10), run="s")
    assert away(engine) == ([(10, 10 + gap)] if hole else [])


def test_a_clock_that_is_slewed_moves_no_row(engine: Engine) -> None:
    assert beats(engine, (0, 0), (11, 10), (19, 20), (32, 30)) == [0, 10, 20, 30]
    assert (away(engine), steps(engine)) == ([], [])


def test_small_steps_do_not_add_up_unseen(engine: Engine) -> None:
    """A second and a half in each ten: the second of them is beyond two seconds."""
    placed = beats(engine, (0, 0), (11, 10), (23, 20), (34, 30))
    assert placed == [0, 10, 23, 33]
    assert steps(engine) == ["run r: the wall clock stepped by 3000 ms; a new anchor"]


def test_a_clock_that_leaps_forward_leaves_a_hole_and_is_told_of(engine: Engine) -> None:
    beats(engine, (0, 0), (10, 10), (80, 20), (90, 30))
    assert away(engine) == [(10, 80)]
    assert steps(engine) == ["run r: the wall clock stepped by 60000 ms; a new anchor"]


def test_a_clock_that_goes_back_is_told_of(engine: Engine) -> None:
    assert beats(engine, (0, 0), (10, 10), (-40, 20), (-30, 30)) == [0, 10, -40, -30]
    assert steps(engine) == ["run r: the wall clock stepped by -60000 ms; a new anchor"]


def test_condensed_rows_have_the_same_holes(engine: Engine) -> None:
    beats(engine, (0, 0), (10, 10), (100, 100), (110, 110), (400, 400))
    before = away(engine)
    with writing(engine) as connection:
        assert alive.condense(connection, T0 + 105 * SECOND) == 3
    assert away(engine) == before == [(10, 100), (110, 400)]


def test_the_past_does_not_know_of_a_hole_before_it_was_over(engine: Engine) -> None:
    beats(engine, (0, 0), (10, 10), (100, 100))
    with reading(engine) as connection:
        span = (T0, T0 + HOUR)
        then = alive.holes(connection, span, T0 + 99 * SECOND)
        now = alive.holes(connection, span, T0 + 100 * SECOND)
    assert (len(then), len(now)) == (0, 1)
