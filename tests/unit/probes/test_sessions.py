"""How long a TLS session may speak for a certificate that was not shown again."""

import ssl
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_probes.sessions import FULL_MS, Sessions
from support.probing import Hands

HOUR = 3_600_000
HERE = "192.0.2.1"
SESSION: ssl.SSLSession | None = None  # what it holds makes no difference here


def web(target: str = "t", **more: object) -> ProbeSpec:
    settings = {"kind": ProbeKind.HTTP, "tls": True, "host": "dvc.example", **more}
    return ProbeSpec(target=target, **settings)  # type: ignore[arg-type]


def learnt(clock: Hands, spec: ProbeSpec, ends: int | None = None) -> Sessions:
    sessions = Sessions(clock)
    sessions.learn(spec, HERE, clock.w + HOUR if ends is None else ends, SESSION)
    return sessions


@given(
    target=st.from_regex(r"[a-z0-9]{1,30}", fullmatch=True),
    start=st.integers(0, 10**12),
    later=st.integers(0, 2 * FULL_MS),
)
def test_no_session_outlives_the_stated_time_whatever_its_place(
    target: str, start: int, later: int
) -> None:
    clock = Hands()
    clock.passed(start)
    sessions = learnt(clock, web(target))
    clock.passed(later)
    held = sessions.held(web(target), HERE)
    assert held is None or later < FULL_MS
    if held is not None:
        assert held.until - clock.m <= FULL_MS - later


def test_what_was_started_together_is_not_verified_anew_all_at_once() -> None:
    clock = Hands()
    turns: Counter[int] = Counter()
    for n in range(2_000):
        held = learnt(clock, web(f"t{n}")).held(web(f"t{n}"), HERE)
        assert held is not None
        turns[(held.until - clock.m) * 20 // FULL_MS] += 1
    assert len(turns) == 20
    assert max(turns.values()) < 150  # of 100 in each twentieth


@pytest.mark.parametrize(
    "changed",
    [{"path": "/other"}, {"ca": "PEM"}, {"host": "moved.example"}, {"port": 444}, {"days_left": 7}],
    ids=str,
)
def test_another_probe_of_the_same_target_has_no_session(changed: dict[str, object]) -> None:
    clock = Hands()
    sessions = learnt(clock, web())
    assert sessions.held(web(**changed), HERE) is None
    assert sessions.held(web(), HERE) is not None


def test_another_address_has_none_and_takes_it_from_the_first() -> None:
    sessions = learnt(Hands(), web())
    assert sessions.held(web(), "192.0.2.2") is None
    assert sessions.held(web(), HERE) is None


def test_no_session_outlives_the_certificate() -> None:
    clock = Hands()
    # of the first minute of an interval, so that its turn is far
    far = next(web(f"t{n}") for n in range(99) if _left(web(f"t{n}"), clock) > FULL_MS * 9 // 10)
    sessions = learnt(clock, far, ends=clock.w + 60_000)
    clock.passed(59_999)
    assert sessions.held(far, HERE) is not None
    clock.passed(1)
    assert sessions.held(far, HERE) is None


def _left(spec: ProbeSpec, clock: Hands) -> int:
    held = learnt(clock, spec).held(spec, HERE)
    assert held is not None
    return held.until - clock.m


@pytest.mark.parametrize("wall", [FULL_MS, -1])
def test_a_machine_that_slept_or_whose_clock_stepped_back_asks_in_full(wall: int) -> None:
    clock = Hands()
    sessions = learnt(clock, web())
    clock.passed(1, wall=wall)
    assert sessions.held(web(), HERE) is None


def test_a_certificate_without_an_end_is_shown_each_time() -> None:
    sessions = Sessions(Hands())
    sessions.learn(web(), HERE, None, SESSION)
    assert sessions.held(web(), HERE) is None


def test_only_web_probes_without_a_login_resume() -> None:
    sessions = Sessions(Hands())
    assert sessions.may(web())
    assert not sessions.may(web(tls=False))
    assert not sessions.may(web(secret="me"))
    for kind in set(ProbeKind) - {ProbeKind.HTTP}:
        assert not sessions.may(web(kind=kind))
    assert not Sessions(Hands(), full=0).may(web())


def test_sessions_of_probes_that_are_gone_are_dropped() -> None:
    clock = Hands()
    sessions = Sessions(clock)
    for n in range(20_000):
        clock.passed(1_000)
        sessions.learn(web(f"t{n}"), HERE, clock.w + 100 * HOUR, SESSION)
    assert len(sessions) <= 2 * 1_024
