"""Which incident an officer's report joins: of the same thing, and of the time it was made."""

from typing import Any

from msgspec.structs import replace

from motcua_hub.domain.incident.reported import joined
from motcua_hub.domain.incident.watch import SITE_LINK, Held

T0 = 1_795_400_000_000
MINUTE = 60_000
SITE = "na-son"


def held(number: int = 1, **more: Any) -> Held:
    base = Held(
        id=number, kind="down", site=SITE, subject=f"{SITE}.link", status="open", onset=T0,
        opened_at=T0, target=f"{SITE}.link", target_kind=SITE_LINK,
    )  # fmt: skip
    return replace(base, **more)


def over(number: int, begin: int, end: int, status: str = "restored") -> Held:
    return held(number, status=status, onset=begin, opened_at=begin, restored_at=end)


def test_a_report_joins_what_lasts() -> None:
    assert joined(SITE, "link", T0 + MINUTE, [held()]) == held()
    assert joined("other", "link", T0 + MINUTE, [held()]) is None
    assert joined(SITE, "printer", T0 + MINUTE, [held()]) is None


def test_a_report_made_before_anybody_was_sure_joins_what_lasts_too() -> None:
    assert joined(SITE, "link", T0 - MINUTE, [held()]) == held()


def test_a_report_that_comes_late_joins_what_lasted_when_it_was_made() -> None:
    past = over(1, T0 - 60 * MINUTE, T0 - 30 * MINUTE)
    closed = replace(past, status="closed")
    at = T0 - 40 * MINUTE
    assert joined(SITE, "link", at, [past]) == past
    assert joined(SITE, "link", at, [closed]) == closed
    assert joined(SITE, "link", at, [past, held(2)]) == past


def test_a_report_made_when_it_was_over_joins_nothing_of_the_past() -> None:
    past = over(1, T0 - 60 * MINUTE, T0 - 30 * MINUTE)
    assert joined(SITE, "link", T0 - 29 * MINUTE, [past]) is None
    assert joined(SITE, "link", T0 - 29 * MINUTE, [past, held(2)]) == held(2)
