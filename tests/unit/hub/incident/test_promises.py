"""Within how long: the province's own policy, contracts beside it, and what can be promised."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from motcua_contract import holidays
from motcua_contract.siteconfig import Calendar, Shift
from motcua_hub.domain.availability.hours import of_calendar
from motcua_hub.domain.incident import promises
from motcua_hub.domain.incident.promises import (
    BUILT_IN,
    HOUR,
    MINUTE,
    ZONE,
    Case,
    PromiseRefusal,
    Promises,
    Scope,
    Term,
    Version,
    begins_on,
    checked,
    deadlines,
    promised,
)

T0 = 1_795_395_600_000
"""Monday 2026-11-23 08:00 in Viet Nam."""
DAY = 24 * HOUR
VNPT, VNPT_NEW, VNPT_NEWEST, OTHER = 4, 8, 9, 5
HOURS = of_calendar(
    Calendar(
        shifts=(Shift(opens="07:30", closes="11:30"), Shift(opens="13:30", closes="17:00")),
        days_off=holidays.DAYS_OFF,
        work_days=holidays.WORK_DAYS,
    )
)


def terms(hours: int, *severities: int) -> tuple[Term, ...]:
    return tuple(
        Term(severity=each, acknowledge=MINUTE, repair=hours * HOUR, clock=each == 1)
        for each in severities or (1, 2, 3)
    )


def version(number: int, begins: int, hours: int, *severities: int, **scope: object) -> Version:
    said = terms(hours, *severities) if hours else ()
    return Version(id=number, scope=Scope(**scope), begins=begins, terms=said)


def repair(book: Promises, at: int = T0, severity: int = 2, **case: object) -> int | None:
    found = book.find(Case(severity=severity, opened_at=at, **case))
    return None if found is None else found.term.repair // HOUR


def test_without_any_decision_it_is_what_the_program_brings():
    assert [repair(Promises(), severity=each) for each in (1, 2, 3, 4)] == [4, 8, 24, None]
    assert [one.acknowledge // MINUTE for one in BUILT_IN.terms] == [15, 30, 240]
    assert checked(Scope(), BUILT_IN.terms, "as it always was")


def test_the_worst_counts_by_the_clock_and_others_in_working_time():
    evening = T0 + 11 * HOUR
    found = {each: Promises().find(Case(severity=each, opened_at=evening)) for each in (1, 2)}
    due = {
        each: deadlines(promised(one, evening, None), HOURS)
        for each, one in found.items()
        if one is not None
    }
    assert (due[1].acknowledge, due[1].repair) == (evening + 15 * MINUTE, evening + 4 * HOUR)
    # Tuesday 24/11 is Viet Nam's day of culture: nobody works
    wednesday = T0 + 2 * DAY - 30 * MINUTE
    assert due[2].acknowledge == wednesday + 30 * MINUTE


def test_a_version_holds_for_incidents_opened_from_its_moment_on():
    book = Promises(versions=(version(1, T0, 6), version(2, T0 + DAY, 5)))
    opened = (T0 - 1, T0, T0 + DAY - 1, T0 + DAY)
    assert [repair(book, at) for at in opened] == [8, 6, 6, 5]


def test_of_two_versions_of_one_moment_the_later_decision_holds():
    book = Promises(versions=(version(2, T0, 5), version(1, T0, 6)))
    assert repair(book) == 5


def test_the_more_specific_promise_decides():
    book = Promises(
        versions=(
            version(1, T0, 7, responsible="link"),
            version(2, T0, 6, site="na-son"),
            version(3, T0, 5, responsible="link", site="na-son"),
            version(4, T0, 4, unit=VNPT),
            version(5, T0, 3, unit=VNPT, site="na-son"),
        )
    )
    assert repair(book) == 8
    assert repair(book, responsible="link") == 7
    assert repair(book, site="na-son") == 6
    assert repair(book, site="na-son", responsible="link") == 5
    assert repair(book, site="pu-nhung", unit=VNPT) == 4
    assert repair(book, site="na-son", responsible="link", unit=VNPT) == 3
    assert repair(book, site="na-son", responsible="link", unit=OTHER) == 5


def test_a_contract_that_says_nothing_of_a_severity_leaves_it_to_the_next():
    book = Promises(versions=(version(1, T0, 2, 1, unit=VNPT),))
    assert [repair(book, severity=each, unit=VNPT) for each in (1, 2)] == [2, 8]


def test_a_contract_ends_with_a_version_without_terms():
    book = Promises(versions=(version(1, T0, 2, unit=VNPT), version(2, T0 + DAY, 0, unit=VNPT)))
    assert repair(book, T0, unit=VNPT) == 2
    assert repair(book, T0 + DAY, unit=VNPT) == 8


def test_whoever_takes_a_units_work_over_takes_its_contract_too():
    after = {VNPT: VNPT_NEW, VNPT_NEW: VNPT_NEWEST, VNPT_NEWEST: None, OTHER: None}
    book = Promises(versions=(version(1, T0, 2, unit=VNPT),), successors=after)
    found = [repair(book, unit=each) for each in (VNPT, VNPT_NEW, VNPT_NEWEST, OTHER, None)]
    assert found == [2, 2, 2, 8, 8]
    own = replace(book, versions=(*book.versions, version(2, T0, 3, unit=VNPT_NEW)))
    assert [repair(own, unit=each) for each in (VNPT, VNPT_NEW, VNPT_NEWEST)] == [2, 3, 3]


def test_a_circle_of_successors_leads_nowhere():
    book = Promises(versions=(version(1, T0, 2, unit=VNPT),), successors={VNPT: 8, 8: VNPT})
    assert repair(book, unit=OTHER) == 8


def test_a_contract_counts_from_the_moment_its_unit_has_it():
    book = Promises(versions=(version(1, T0, 2, unit=VNPT),))
    found = book.find(Case(severity=1, opened_at=T0, unit=VNPT))
    assert found is not None
    due = deadlines(promised(found, T0, T0 + HOUR), HOURS)
    assert (due.acknowledge, due.repair) == (T0 + HOUR + MINUTE, T0 + 3 * HOUR)
    assert due.promise is not None
    assert (due.promise.since, due.promise.base, due.promise.version) == (T0 + HOUR, T0, 1)


def test_the_provinces_own_promise_counts_from_the_beginning_whoever_has_it():
    found = Promises().find(Case(severity=1, opened_at=T0))
    assert found is not None
    assert deadlines(promised(found, T0, T0 + HOUR), HOURS).repair == T0 + 4 * HOUR


GOOD = terms(4)


@pytest.mark.parametrize(
    ("scope", "said", "reason", "code"),
    [
        (Scope(), GOOD, "ok", "reason"),
        (Scope(), GOOD, "x" * 401, "reason"),
        (Scope(), terms(4, 1, 2), "longer", "whole"),
        (Scope(), (), "longer", "whole"),
        (Scope(site="a"), (*GOOD, GOOD[0]), "longer", "twice"),
        (Scope(site="a"), (replace(GOOD[1], severity=4),), "longer", "severity"),
        (Scope(site="a"), (replace(GOOD[1], acknowledge=0),), "longer", "length"),
        (Scope(site="a"), (replace(GOOD[1], repair=400 * DAY),), "longer", "length"),
        (Scope(site="a"), (replace(GOOD[1], acknowledge=5 * HOUR),), "longer", "order"),
        (Scope(site="a"), (replace(GOOD[0], clock=False),), "longer", "clock"),
    ],
)
def test_what_cannot_be_promised_says_why(
    scope: Scope, said: tuple[Term, ...], reason: str, code: str
):
    with pytest.raises(PromiseRefusal) as refusal:
        checked(scope, said, reason)
    assert refusal.value.code == f"promise.refused.{code}"


def test_today_means_from_now_on_and_yesterday_is_refused():
    assert begins_on("2026-11-23", T0) == T0
    tomorrow = datetime(2026, 11, 24, tzinfo=ZONE).timestamp() * 1000
    assert begins_on("2026-11-24", T0) == tomorrow
    for day, code in (("2026-11-22", "past"), ("24/11/2026", "day"), ("2036-01-01", "day")):
        with pytest.raises(PromiseRefusal) as refusal:
            begins_on(day, T0)
        assert refusal.value.code == f"promise.refused.{code}"


_SCOPES = st.builds(
    Scope,
    unit=st.sampled_from([None, 1, 2]),
    responsible=st.sampled_from(["", "link", "power"]),
    site=st.sampled_from(["", "na-son", "pu-nhung"]),
)
_VERSIONS = st.builds(
    Version,
    id=st.integers(1, 50),
    scope=_SCOPES,
    begins=st.integers(0, 20),
    terms=st.sampled_from([(), terms(1), terms(2, 2), terms(3, 1, 3)]),
)


@given(st.lists(_VERSIONS, max_size=12, unique_by=lambda one: one.id), st.randoms())
def test_the_order_in_which_versions_are_read_changes_nothing(versions, random):
    everything = [one for one in versions if not one.scope.everything or one.terms]
    book = Promises(versions=tuple(everything), successors={1: 2})
    random.shuffle(everything)
    other = Promises(versions=tuple(everything), successors={1: 2})
    for severity in (1, 2, 3):
        case = Case(severity=severity, opened_at=10, responsible="link", site="na-son", unit=2)
        assert book.find(case) == other.find(case)
        found = book.find(case)
        if found is not None:
            assert found.version is promises.BUILT_IN or found.version.begins <= 10
