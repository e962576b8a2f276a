"""E7 with a floor that cannot be true: it is refused, and nothing ends by it."""

import pytest

from motcua_contract.messages import Floor, MessageError
from motcua_edge.services.uplink import FloorRaiser
from support.hall import Hall

DAY = "2026-11-23"


@pytest.mark.parametrize(
    "floor",
    [
        Floor(business_day=DAY, series={"A": 2**53}),
        Floor(business_day=DAY, series={"A": 10**40}),
        Floor(business_day=DAY, series={f"A{n}": 1 for n in range(1000)}),
        Floor(business_day=DAY, series={"A" * 5000: 1}),
        Floor(business_day="9999-12-31", series={"A": 5}),
        Floor(business_day="9999-99-99", series={"A": 5}),
        Floor(business_day="not a day", series={"A": 5}),
    ],
)
async def test_a_floor_that_cannot_be_true_is_refused_and_nothing_is_written(floor: Floor) -> None:
    hall = Hall()
    with pytest.raises(MessageError, match="floor refused"):
        await FloorRaiser(hall.office)(floor)
    assert hall.journal.facts == []


@pytest.mark.parametrize("day", [DAY, "2026-11-24"])
async def test_a_floor_of_today_or_across_midnight_is_taken(day: str) -> None:
    hall = Hall()
    await FloorRaiser(hall.office)(Floor(business_day=day, series={"A": 120}))
    assert [fact.number for fact in hall.journal.facts] == [120]


async def test_numbers_that_are_known_or_of_the_past_change_nothing() -> None:
    hall = Hall()
    raiser = FloorRaiser(hall.office)
    await raiser(Floor(business_day=DAY, series={"A": 0}))
    await raiser(Floor(business_day=DAY, series={"A": -(10**30)}))
    assert hall.journal.facts == []
