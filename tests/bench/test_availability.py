"""P9: the ledger beside a bare scan of the same intervals, in processor time of one run.

The scan adds up the lengths by state and does nothing else: no service hours, no bounds, no
incidents, no exact fractions.
"""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

from motcua_contract.siteconfig import Calendar
from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.figures import Figures, figures, measure
from motcua_hub.domain.availability.hours import of_calendar, service_time
from motcua_hub.domain.availability.incidents import incidents, response, touching, unplanned
from motcua_hub.domain.availability.intervals import Interval, Spans
from motcua_hub.domain.availability.layers import Layers, shape
from motcua_hub.domain.availability.policy import DAY, Policy
from motcua_hub.domain.availability.reports import Subject, intact, report
from motcua_hub.domain.availability.timeline import Segments, timeline
from support.availability import BEGIN, lived, scan
from support.ratios import record, record_alone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(590)]
MONTH, YEARS = 30 * DAY, 5 * 365
TARGETS, ROUNDS = 2_000, 9


def page(segments: Segments, period: Interval, policy: Policy, hours: Spans | None) -> Figures:
    """What a page of one target says of a period, from its time line."""
    shown = shape(Layers(), period, policy.notice, None, hours)
    amounts = measure(segments, shown)
    found = touching(incidents(segments, policy.merge_gap), period)
    response(unplanned(found, shown.base), period, amounts.up)
    return figures(amounts, policy)


def cost(*things: Callable[[], Any]) -> list[float]:
    """Median processor ms of each, taken in turns."""
    taken: list[list[float]] = [[] for _ in things]
    for _ in range(ROUNDS):
        for times, thing in zip(taken, things, strict=True):
            begun = time.thread_time()
            thing()
            times.append((time.thread_time() - begun) * 1000)
    return [median(times) for times in taken]


def test_five_years_of_one_target() -> None:
    evidence, policy = lived(YEARS, 1), Policy()
    period = (BEGIN, BEGIN + YEARS * DAY)
    segments = timeline(evidence, policy, life=period)
    pieces = [(each.begin, each.end, each.state) for each in segments]
    office = service_time(of_calendar(Calendar()), period)
    bare, always, hours, rebuilt, expanded = cost(
        lambda: scan(pieces),
        lambda: page(segments, period, policy, None),
        lambda: page(segments, period, policy, office),
        lambda: page(timeline(evidence, policy, life=period), period, policy, office),
        lambda: service_time(of_calendar(Calendar()), period),
    )
    what = f"five years, {len(segments)} segments"
    told = {"bare": bare, "unit": "ms"}
    record("P9", f"{what}: page around the clock", ours=always, reach="<= 5", **told)
    record("P9", f"{what}: page in office hours", ours=hours, reach="<= 5", **told)
    whole = f"the same from {len(evidence)} pieces of evidence"
    record("P9", whole, ours=rebuilt, reach="< 200 ms", **told)
    record_alone("P9", "office hours of five years", ours=expanded, unit="ms", reach="once a day")
    found = page(segments, period, policy, None).amounts
    assert (found.up, found.down, found.unknown) == scan(pieces)


def test_a_months_report_of_two_thousand_targets() -> None:
    period, policy = (BEGIN, BEGIN + MONTH), Policy()
    office = service_time(of_calendar(Calendar()), period)
    subjects = [
        Subject(target=f"t{n}", evidence=lived(30, n), policy=policy, hours=office)
        for n in range(TARGETS)
    ]
    pieces = [
        [(each.begin, each.end, State.UP) for each in subject.evidence] for subject in subjects
    ]
    begun = time.thread_time()
    for piece in pieces:
        scan(piece)
    bare = time.thread_time() - begun
    begun = time.thread_time()
    reports = [report(subject, period, period[1] + DAY) for subject in subjects]
    ours = time.thread_time() - begun
    what = f"a month's sealed report of {TARGETS} targets, from evidence"
    record("P9", what, ours=ours, bare=bare, unit="s", reach="< 30 s")
    assert len({each.sha256 for each in reports}) == TARGETS
    assert all(intact(each) for each in reports[:20])
