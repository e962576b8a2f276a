"""What ticks say of the link and of the program."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from motcua_hub.domain.availability.evidence import Claim
from motcua_hub.domain.availability.journal import TICK
from motcua_hub.domain.availability.ticked import LATE, Said, Told, link, program, without

UP, DOWN, BLIND = Claim.UP, Claim.DOWN, Claim.BLIND


def told(first: int, last: int, hub: bool | None = True, where: str = "", run: str = "r") -> Told:
    """Ticks numbered `first` to `last`, each at its number times ten seconds."""
    return Told(first, last, first * TICK, last * TICK, run, hub, where)


def test_a_ticks_word_holds_until_the_next_tick_and_a_change_has_a_ticks_doubt() -> None:
    found = link([told(1, 3), told(4, 6, False, "wan"), told(7, 9)])
    assert found == [
        Said(10_000, 40_000, UP),
        Said(40_000, 70_000, DOWN, "wan", TICK),
        Said(70_000, 90_000, UP, "", TICK),
    ]


def test_a_late_or_a_lacking_tick_is_not_bridged() -> None:
    late = Told(4, 6, 30_000 + LATE + 1, 90_000, "r", True)
    assert [(s.begin, s.end) for s in link([told(1, 3), late])] == [
        (10_000, 30_000),
        (30_000 + LATE + 1, 90_000),
    ]
    assert [(s.begin, s.end) for s in link([told(1, 3), told(5, 6)])] == [
        (10_000, 30_000),
        (50_000, 60_000),
    ]


def test_where_it_is_broken_says_whose_fault_it_is() -> None:
    for where, claim, cause in [
        ("lan", DOWN, "lan"),
        ("wan", DOWN, "wan"),
        ("unknown", DOWN, "link"),
        ("", DOWN, "link"),
        ("hub", BLIND, "hub"),
    ]:
        (said,) = link([told(1, 3, False, where)])
        assert (said.claim, said.cause) == (claim, cause), where
    (said,) = link([told(1, 3, None)])
    assert said.claim is BLIND, "a program that has just begun knows nothing of the link"


def test_while_the_hub_was_away_a_failure_is_blind_and_a_success_stays() -> None:
    away = ((20, 30), (40, 50))
    assert without([Said(0, 25, UP), Said(25, 60, DOWN, "wan", 5)], away) == [
        Said(0, 25, UP),
        Said(25, 30, BLIND, "hub"),
        Said(30, 40, DOWN, "wan"),
        Said(40, 50, BLIND, "hub"),
        Said(50, 60, DOWN, "wan"),
    ]
    assert without([Said(30, 40, DOWN, "wan", 5)], away) == [Said(30, 40, DOWN, "wan", 5)]


def test_between_two_programs_of_a_boot_the_program_was_down() -> None:
    later = Told(4, 6, 80_000, 100_000, "s", True)
    assert program([told(1, 3), later], {}) == [
        Said(10_000, 30_000, UP),
        Said(30_000, 80_000, DOWN, "software", TICK),
        Said(80_000, 100_000, UP),
    ]
    assert program([told(1, 3), later], {"r": "operator"})[1].cause == "operator"


def test_a_program_that_does_not_tick_for_long_stalled() -> None:
    later = Told(4, 6, 30_000 + LATE + 1, 90_000, "r", True)
    assert [said.claim for said in program([told(1, 3), later], {})] == [UP, BLIND, UP]


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.integers(1, 5)), min_size=1))
def test_what_is_said_of_the_link_never_overlaps_and_covers_all_ticks(
    parts: list[tuple[bool | None, int]],
) -> None:
    rows, first = [], 1
    for hub, count in parts:
        rows.append(told(first, first + count - 1, hub, "wan"))
        first += count
    found = link(rows)
    ends = [(said.begin, said.end) for said in found]
    assert ends == sorted(ends)
    assert all(a[1] == b[0] for a, b in pairwise(ends))
    if found:
        assert (ends[0][0], ends[-1][1]) == (TICK, (first - 1) * TICK)
