"""Series, labels and codes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_contract.facts.office import SeriesAdvanced, SeriesOverflowed
from motcua_contract.facts.tickets import TicketIssued
from motcua_contract.siteconfig import ServiceField
from motcua_contract.vocabulary import Priority
from motcua_edge.domain import commands as c
from motcua_edge.domain.model import Series
from motcua_edge.domain.numbering import (
    label_of,
    next_number,
    series_key,
    site_series,
    ticket_code,
    width,
)
from motcua_edge.domain.refusals import RefusalCode
from support.desk import Desk, site, with_field

DAY = "2026-11-23"


def test_a_letter_series_has_three_digits_after_the_letter():
    assert Desk().issue("CT").label == "A001"


def test_a_digit_series_is_four_digits_with_the_fields_digit_first():
    desk = Desk()
    assert [desk.issue("DD").label, desk.issue("DD").label] == ["1001", "1002"]


def test_a_field_may_have_four_digits_after_its_letter():
    assert Desk(with_field(site(), "CT", digits=4)).issue("CT").label == "A0001"


def test_a_digit_series_has_four_digits_whatever_the_field_says():
    field = ServiceField(code="DD", name="Đất đai", series="1", digits=4)
    assert width(field, "1") == 3
    assert Desk(with_field(site(), "DD", digits=4)).issue("DD").label == "1001"


def test_priority_citizens_get_the_priority_series_where_there_is_one():
    desk = Desk()
    assert desk.issue("HT", priority=Priority.ELDERLY).label == "U001"
    assert desk.issue("HT").label == "H001"
    marked = desk.issue("CT", priority=Priority.ELDERLY)
    assert (marked.label, marked.priority) == ("A001", Priority.ELDERLY)


def test_the_code_is_the_day_without_dashes_and_the_number():
    assert ticket_code(DAY, "A015") == "20261123-A015"
    assert Desk().issue("CT").id == "20261123-A001"


def test_a_full_series_overflows_with_a_fact_and_never_wraps():
    desk = Desk()
    desk.issue("CT")
    desk.do(c.AdvanceSeries(day=DAY, numbers={"A": 998}, cause="test"))
    assert desk.issue("CT").label == "A999"
    desk.wait(4)
    overflowed, issued = desk.do(c.IssueTicket(service="CT"))
    assert overflowed == SeriesOverflowed(day=DAY, series="A", next_series="A2")
    assert isinstance(issued, TicketIssued)
    assert (issued.label, issued.ticket) == ("A2-001", "20261123-A2-001")
    assert desk.issue("CT").label == "A2-002"
    assert desk.state.series[series_key(DAY, "A")].overflow == "A2"


def test_a_series_overflows_as_often_as_it_must():
    desk = Desk()
    desk.issue("CT")
    desk.do(c.AdvanceSeries(day=DAY, numbers={"A": 999, "A2": 999}, cause="test"))
    assert desk.issue("CT").label == "A3-001"


def test_a_digit_series_overflows_with_a_dash_too():
    desk = Desk()
    desk.issue("DD")
    desk.do(c.AdvanceSeries(day=DAY, numbers={"1": 999}, cause="test"))
    assert desk.issue("DD").label == "12-001"


def test_test_tickets_have_a_series_of_their_own():
    desk = Desk()
    desk.issue("CT")
    test = desk.issue("CT", test=True)
    assert (test.label, test.id, test.test) == ("TEST-001", "20261123-TEST-001", True)
    assert desk.issue("CT").label == "A002"


def test_a_floor_raises_a_series_and_never_lowers_it():
    desk = Desk()
    desk.issue("CT")
    facts = desk.do(c.AdvanceSeries(day=DAY, numbers={"A": 40, "H": 0}, cause="floor"))
    assert facts == (SeriesAdvanced(day=DAY, series="A", number=40, cause="floor"),)
    desk.refused(c.AdvanceSeries(day=DAY, numbers={"A": 39}, cause="floor"), RefusalCode.NO_CHANGE)
    assert desk.issue("CT").label == "A041"


def test_a_floor_of_a_coming_day_waits_for_it():
    desk = Desk()
    desk.issue("CT")
    desk.do(c.AdvanceSeries(day="2026-11-25", numbers={"A": 12}, cause="floor"))
    assert desk.issue("CT").label == "A002"
    desk.set(wall="2026-11-25 08:00")
    assert desk.issue("CT").id == "20261125-A013"


def test_a_floor_of_a_past_day_changes_nothing():
    desk = Desk()
    desk.issue("CT")
    desk.refused(
        c.AdvanceSeries(day="2026-11-20", numbers={"A": 500}, cause="floor"),
        RefusalCode.NO_CHANGE,
    )


@pytest.mark.parametrize("day", ["", "yesterday", "2026-13-01", "20261123"])
def test_a_floor_needs_a_date(day):
    Desk().refused(c.AdvanceSeries(day=day, numbers={"A": 1}, cause="x"), RefusalCode.DAY_INVALID)


def test_a_salvage_before_the_first_day_is_kept():
    desk = Desk()
    desk.do(c.AdvanceSeries(day=DAY, numbers={"A": 77}, cause="salvage"))
    assert desk.issue("CT").label == "A078"


def test_the_series_of_a_site_are_those_of_all_classes_and_tests():
    assert site_series(site()) == ("A", "1", "H", "U", "TEST")


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 999))
def test_labels_of_one_base_are_never_equal_across_generations(generation, number):
    name = "A" if generation == 1 else f"A{generation}"
    labels = {label_of("A", name, number, 3), label_of("A", "A9", number, 3)}
    assert len(labels) == 2


def test_a_series_that_a_floor_carried_past_its_end_overflows():
    key = series_key(DAY, "A")
    free = next_number({key: Series(name="A", day=DAY, last=5000)}, DAY, "A", 3)
    assert (free.series, free.number) == ("A2", 1)
    assert free.overflow is not None
