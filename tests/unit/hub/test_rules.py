"""Small pure rules: gaps, credit, clock fits, links, configuration."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.vocabulary import ClockState
from motcua_hub.config import ConfigError, load
from motcua_hub.domain import clock
from motcua_hub.domain.link import Link, link_state, supersedes
from motcua_hub.domain.receive import credit, remaining

MINUTE = 60_000


@given(st.integers(1, 30), st.integers(0, 30), st.sets(st.integers(1, 60)))
def test_what_is_left_of_a_gap_is_what_was_not_filled(
    first: int, more: int, filled: set[int]
) -> None:
    last = first + more
    left = [n for low, high in remaining(first, last, filled) for n in range(low, high + 1)]
    assert left == [n for n in range(first, last + 1) if n not in filled]


@pytest.mark.parametrize(
    ("sites", "queued", "expected"),
    [(0, 0, 4), (10, 0, 4), (100, 0, 4), (200, 0, 2), (400, 0, 1), (3400, 0, 1), (1, 400, 1),
     (10, 370, 3), (5, 9999, 1)],
)  # fmt: skip
def test_credit_shrinks_when_many_sites_drain(sites: int, queued: int, expected: int) -> None:
    assert credit(sites, queued, 400) == expected


@given(st.permutations([ClockState.NTP, ClockState.RTC, ClockState.NONE, ClockState.NTP]))
def test_the_order_of_samples_does_not_matter(states: list[ClockState]) -> None:
    walls = {ClockState.RTC: 5_000, ClockState.NONE: 9, ClockState.NTP: 1_000_000}
    fit = None
    for index, state in enumerate(states):
        fit = clock.merge(fit, clock.sample(state, index, walls[state] + index))
    assert fit is not None
    assert (fit.rank, fit.low, fit.high, fit.samples) == (2, 1_000_000, 1_000_000, 2)


def test_a_clock_that_jumped_while_synced_shows_as_a_wide_error() -> None:
    steady = clock.sample(ClockState.NTP, 0, 1_000_000)
    jumped = clock.sample(ClockState.NTP, 1_000, 1_061_000)
    fit = clock.merge(steady, jumped)
    assert fit is not None
    assert (fit.offset, fit.error) == (1_030_000, 30_200)
    assert clock.best_time(clock.dating(fit), 10_000, 7) == (1_040_000, 30_200)
    assert clock.best_time(clock.dating(None), 10_000, 7) == (7, None)


def test_the_earliest_arrival_tells_most_of_an_unsynced_clock() -> None:
    fit = clock.merge(clock.received(1_000, 51_000), clock.received(2_000, 53_500))
    assert fit is not None
    assert fit.offset == 50_000


@pytest.mark.parametrize(
    ("status", "status_at", "seen_at", "expected"),
    [
        (None, None, None, Link.UNKNOWN),
        (None, None, 100, Link.UNKNOWN),
        ("online", 0, 10 * MINUTE, Link.ONLINE),
        ("online", 0, 7 * MINUTE, Link.SUSPECT),
        ("online", 0, 1 * MINUTE, Link.OFFLINE),
        ("offline", 9 * MINUTE, 8 * MINUTE, Link.SUSPECT),
        ("offline", 6 * MINUTE, 5 * MINUTE, Link.OFFLINE),
        ("offline", 6 * MINUTE, 10 * MINUTE, Link.ONLINE),
        ("stopped", 6 * MINUTE, 6 * MINUTE, Link.STOPPED),
    ],
)
def test_the_state_of_a_link(
    status: str | None, status_at: int | None, seen_at: int | None, expected: Link
) -> None:
    assert link_state(status, status_at, seen_at, 10 * MINUTE) is expected


@pytest.mark.parametrize(
    ("said", "known", "counts"),
    [
        (("online", "b", 1), ("a", 9), True),
        (("offline", "a", 9), ("a", 9), True),
        (("stopped", "a", 9), ("a", 9), True),
        (("offline", "a", 1), ("b", 9), False),
        (("offline", "c", 10), ("b", 9), True),
        (("offline", "c", 0), ("b", 9), False),
        (("offline", "a", 1), (None, None), True),
    ],
)
def test_which_will_counts(
    said: tuple[str, str, int], known: tuple[str | None, int | None], *, counts: bool
) -> None:
    assert supersedes(*said, known) is counts


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "hub.toml"
    path.write_text('state_dir = "s"\n[provisioning]\ndir = "ca"\n')
    config = load(path)
    assert config.state_dir == str(tmp_path / "s")
    assert config.url == f"sqlite:///{tmp_path / 's' / 'hub.sqlite3'}"
    assert config.provisioning is not None
    assert (config.provisioning.dir, config.provisioning.broker) == (str(tmp_path / "ca"), "")
    assert config.mqtt is None


def test_an_unknown_key_is_refused_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "hub.toml"
    path.write_text('state_dir = "s"\n[web]\nprot = 1\n')
    with pytest.raises(ConfigError, match=r"prot.*\$\.web"):
        load(path)
