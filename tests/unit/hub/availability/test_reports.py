"""Reports: frozen, hashed, revised by late evidence, provisional until their journals are in."""

import msgspec
import pytest

from motcua_hub.domain.availability.changes import changed, duration, line
from motcua_hub.domain.availability.evidence import Evidence, Rank, Sli
from motcua_hub.domain.availability.incidents import Marked
from motcua_hub.domain.availability.layers import Layers, Window, shape
from motcua_hub.domain.availability.policy import DAY, HOUR, Policy
from motcua_hub.domain.availability.reports import (
    Standing,
    Subject,
    intact,
    report,
    revised,
    standing,
)
from motcua_hub.domain.availability.timeline import timeline
from motcua_hub.domain.availability.view import shown
from support.availability import said

PERIOD = (0, DAY)
PROBES = (
    said(0, 8 * HOUR, received_at=8 * HOUR),
    said(20 * HOUR, DAY, received_at=DAY),
)
LATE = DAY + 5 * HOUR


def journal(begin: float, end: float, claim: str, cause: str = "") -> Evidence:
    return said(
        int(begin * HOUR),
        int(end * HOUR),
        claim,
        vantage="agent",
        rank=Rank.JOURNAL,
        received_at=LATE,
        cause=cause,
    )


JOURNAL = (journal(8, 17, "up"), journal(17, 19.5, "down", "power"), journal(19.5, 20, "up"))
SUBJECT = Subject(target="t", evidence=(*PROBES, *JOURNAL), policy=Policy())


def with_(**changes: object) -> Subject:
    return msgspec.structs.replace(SUBJECT, **changes)


def test_late_evidence_makes_a_new_revision_that_says_what_changed() -> None:
    first = report(SUBJECT, PERIOD, DAY)
    assert (first.revision, first.standing, first.changes) == (1, Standing.PROVISIONAL, ())
    assert first.missing == ((8 * HOUR, 20 * HOUR),)
    second = revised(with_(journals=(PERIOD,)), first, LATE)
    assert second is not None
    assert (second.revision, second.previous) == (2, first.sha256)
    assert second.standing is Standing.FINAL
    assert second.changes == ("12 h UNKNOWN → 9.5 h UP, 2.5 h DOWN power",)
    assert set(second.evidence) == {each.id for each in JOURNAL}
    assert second.numbers["availability"] == "43/48"
    assert second.numbers["availability_percent"] == "89.5833"
    assert second.missing == ()


def test_nothing_new_makes_no_revision() -> None:
    first = report(SUBJECT, PERIOD, DAY)
    assert revised(SUBJECT, first, LATE - 1) is None
    more = said(0, HOUR, id="again", received_at=DAY + 1)
    assert revised(with_(evidence=(*SUBJECT.evidence, more)), first, LATE - 1) is None


def test_becoming_final_is_a_revision() -> None:
    quiet = with_(evidence=(said(*PERIOD),))
    first = report(quiet, PERIOD, DAY)
    final = revised(quiet, first, DAY + 72 * HOUR)
    assert final is not None
    assert (final.revision, final.standing, final.changes) == (2, Standing.FINAL, ())


def test_a_report_of_the_past_can_be_made_again_to_the_last_bit() -> None:
    assert report(SUBJECT, PERIOD, DAY) == report(with_(evidence=PROBES), PERIOD, DAY)
    shuffled = with_(evidence=(*reversed(SUBJECT.evidence), *PROBES))
    assert report(shuffled, PERIOD, LATE).sha256 == report(SUBJECT, PERIOD, LATE).sha256


def test_an_edited_report_is_not_intact() -> None:
    found = report(SUBJECT, PERIOD, LATE)
    assert intact(found)
    better = {**found.numbers, "availability": "1"}
    assert not intact(msgspec.structs.replace(found, numbers=better))
    assert not intact(msgspec.structs.replace(found, revision=7))


def test_a_running_period_is_measured_as_far_as_it_went_and_has_its_whole_budget() -> None:
    found = report(SUBJECT, PERIOD, 8 * HOUR)
    assert found.measured == (0, 8 * HOUR)
    assert (found.numbers["base"], found.numbers["unknown"]) == (8 * HOUR, 0)
    assert found.numbers["budget"] == str(DAY // 1000)


def test_an_approval_that_came_later_changes_no_earlier_report() -> None:
    window = Window(begin=17 * HOUR, end=20 * HOUR, announced_at=-DAY, approved_at=LATE + 1)
    planned = with_(layers=Layers(windows=(window,)))
    assert report(planned, PERIOD, LATE).numbers == report(SUBJECT, PERIOD, LATE).numbers
    assert report(planned, PERIOD, LATE + 1).numbers["down"] == 0


def test_an_emergency_is_told_of() -> None:
    window = Window(begin=0, end=HOUR, emergency=True, second_approver="lan")
    found = report(with_(layers=Layers(windows=(window,))), PERIOD, DAY)
    assert found.emergencies == ((0, HOUR),)


def test_marks_of_later_do_not_enter_an_earlier_report() -> None:
    begin = 17 * HOUR
    marked = with_(marks=(Marked(begin, None, begin + 45_000, LATE + 60_000),))
    found = report(marked, PERIOD, LATE)
    assert (found.numbers["mttd"], found.numbers["mtta"]) == ("45000", None)
    assert report(marked, PERIOD, LATE + 60_000).numbers["mtta"] is not None


@pytest.mark.parametrize(
    ("as_of", "journals", "expected"),
    [
        (DAY - 1, (PERIOD,), Standing.PROVISIONAL),
        (DAY, (PERIOD,), Standing.FINAL),
        (DAY, ((0, DAY - 1),), Standing.PROVISIONAL),
        (DAY + 72 * HOUR - 1, (), Standing.PROVISIONAL),
        (DAY + 72 * HOUR, (), Standing.FINAL),
    ],
)
def test_a_report_is_final_with_all_journals_or_after_their_time(
    as_of: int, journals: tuple[tuple[int, int], ...], expected: Standing
) -> None:
    assert standing(PERIOD, as_of, journals, 72 * HOUR) is expected


def test_only_changes_inside_the_base_are_told() -> None:
    old = timeline(PROBES, Policy(), life=PERIOD)
    new = timeline(SUBJECT.evidence, Policy(), life=PERIOD)
    (found,) = changed(old, new, ((18 * HOUR, 19 * HOUR),))
    assert line(found) == "1 h UNKNOWN → 1 h DOWN power"
    assert changed(old, new, ((0, HOUR),)) == ()


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (12 * HOUR, "12 h"),
        (9_000_000, "2.5 h"),
        (90_000, "1.5 min"),
        (61_000, "61 s"),
        (1_001, "1001 ms"),
        (0, "0 ms"),
    ],
)
def test_lengths_are_told_exactly_in_the_largest_unit(ms: int, text: str) -> None:
    assert duration(ms) == text


def test_blips_are_counted_even_where_they_count_as_up() -> None:
    blips = tuple(said(n * HOUR, n * HOUR + 9, "down", blip=True) for n in (1, 2))
    other = said(0, 9, "down", blip=True, sli=Sli.RUNNING)
    found = report(with_(evidence=(*PROBES, *blips, *blips, other)), PERIOD, DAY)
    assert (found.numbers["blips"], found.numbers["down"]) == (2, 0)


def test_people_are_shown_maintenance_over_whatever_was() -> None:
    window = Window(begin=17 * HOUR, end=18 * HOUR, announced_at=-DAY)
    shape_ = shape(Layers(windows=(window,)), PERIOD, DAY)
    found = shown(timeline(SUBJECT.evidence, Policy(), life=(0, 23 * HOUR)), shape_)
    assert found == (
        (0, 17 * HOUR, "up"),
        (17 * HOUR, 18 * HOUR, "maintenance"),
        (18 * HOUR, int(19.5 * HOUR), "down"),
        (int(19.5 * HOUR), 23 * HOUR, "up"),
        (23 * HOUR, DAY, "unknown"),
    )


def test_people_are_shown_maintenance_outside_service_hours_too() -> None:
    window = Window(begin=17 * HOUR, end=18 * HOUR, announced_at=-DAY)
    closed = shape(Layers(windows=(window,)), PERIOD, DAY, hours=((0, 17 * HOUR),))
    assert closed.maintenance == ()
    assert (17 * HOUR, 18 * HOUR, "maintenance") in shown((), closed)
