"""What else an example may say: everything beyond the keys of the shared ones."""

from collections.abc import Mapping
from typing import Any

import pytest

from motcua_hub.domain.availability import evaluate

DAY = 86_400
MONDAY = 1_767_546_000
"""2026-01-05 00:00 in Viet Nam."""


def vector(**more: Any) -> dict[str, Any]:
    up = {"start": 0, "end": 100, "state": "up", "source": "probe", "vantage": "hub"}
    policy = {"slo": "9/10", "min_known": 1, "merge_gap_s": 0, "notice_s": 0}
    return {"period": [0, 100], "policy": policy, "evidence": [up], **more}


def hours(**more: Any) -> Mapping[str, Any]:
    weekly = {str(day): [["07:30", "11:30"]] for day in range(5)}
    period = [MONDAY, MONDAY + 7 * DAY]
    calendar = {"weekly": weekly, **more}
    return vector(tz="Asia/Ho_Chi_Minh", period=period, evidence=[], service_hours=calendar)


@pytest.mark.parametrize(
    ("dates", "worked"),
    [
        ({}, 20),
        ({"holidays": ["2026-01-06", "2026-01-10"]}, 16),
        ({"swaps": {"2026-01-10": 4}}, 24),
        ({"special": {"2026-01-10": [["08:00", "09:00"]], "2026-01-05": []}}, 17),
        ({"holidays": ["2026-01-10"], "special": {"2026-01-10": [["08:00", "09:00"]]}}, 21),
    ],
)
def test_single_dates_are_off_or_work_as_the_calendar_says(
    dates: dict[str, Any], worked: int
) -> None:
    assert evaluate(hours(**dates))["full_s"] == worked * 3600


@pytest.mark.parametrize(
    "life", [[20, 70], {"start": 20, "end": 70}, [[20, 40], {"start": 40, "end": 70}]]
)
def test_a_contract_has_one_life_or_several(life: Any) -> None:
    assert evaluate(vector(contract=life))["full_s"] == 50


def test_force_majeure_is_taken_out_and_told_apart() -> None:
    found = evaluate(vector(exclusions=[{"start": 10, "end": 30, "reason": "bão"}]))
    assert (found["excluded_s"], found["maintenance_s"], found["base_s"]) == (20, 0, 80)


def test_an_ancestor_hides_what_ran_behind_it() -> None:
    down = {"start": 0, "end": 100, "state": "down", "source": "probe", "vantage": "hub"}
    link = {"name": "link", "segments": [[0, 60, "down"], [60, 100, "up"]]}
    policy = {"sli": "running", "slo": "9/10", "notice_s": 0}
    found = evaluate(vector(policy=policy, evidence=[down], ancestors=[link]))
    assert found["segments"] == [[0, 60, "unknown"], [60, 100, "down"]]


def test_an_incident_is_cut_by_no_period_and_a_time_line_is() -> None:
    rows = [
        {"start": 0, "end": 80, "state": "up", "source": "probe"},
        {"start": 80, "end": 130, "state": "down", "source": "probe"},
        {"start": 130, "end": 140, "state": "up", "source": "probe"},
    ]
    found = evaluate(vector(evidence=rows))
    assert found["segments"] == [[0, 80, "up"], [80, 100, "down"]]
    assert found["incidents"] == [{"start": 80, "end": 130, "down_s": 50}]
    assert (found["up_s"], found["down_s"]) == (80, 20)


def test_parts_of_a_second_are_exact_and_parts_of_a_millisecond_refused() -> None:
    found = evaluate(vector(period=[0.5, "3/4"]))
    assert (found["base_s"], found["budget_s"]) == ("1/4", "1/40")
    with pytest.raises(ValueError, match="not whole milliseconds"):
        evaluate(vector(period=[0, "1/3"]))


def test_the_policys_choices_reach_the_figures() -> None:
    blip = {"start": 40, "end": 50, "state": "down", "source": "probe", "blip": True}
    around = [
        {"start": 0, "end": 40, "state": "up", "source": "probe"},
        blip,
        {"start": 50, "end": 90, "state": "up", "source": "probe"},
    ]
    counting = {"slo": "9/10", "blip": "count", "unknown_for_contract": "down", "notice_s": 0}
    found = evaluate(vector(evidence=around, policy=counting))
    assert (found["down_s"], found["unknown_s"], found["contract"]) == (10, 10, "4/5")
    assert (found["coverage"], found["breach"], found["verdict"]) == ("9/10", True, "breached")


def test_a_wrong_word_is_refused() -> None:
    row = {"start": 0, "end": 1, "state": "maybe", "source": "probe"}
    with pytest.raises(ValueError, match="maybe"):
        evaluate(vector(evidence=[row]))
