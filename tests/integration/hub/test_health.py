"""Health in the database: drills apart, history chained, numbers in rings, on both databases."""

import msgspec
import pytest
from sqlalchemy import Engine, func, select

from motcua_contract.facts.office import HealthChanged
from motcua_contract.messages import Ack, Health, Message, Metrics, encode
from motcua_contract.topics import Up
from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.component import FRESH_MS, Known, state_of
from motcua_hub.domain.health.site import count_states
from motcua_hub.ingest import Incoming, Receiver
from motcua_hub.projections import rebuild_outdated, rebuild_site
from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.numbers import (
    MOST_KEYS,
    RINGS,
    heard_slots,
    keep_numbers,
    read_numbers,
    series_kept,
)
from motcua_hub.web.queries import health as query
from support.hubsite import T0, Journal

SITE = "q1-ben-nghe"
NOW = T0 + 3_600_000
MINUTE = 60_000
S = HealthState


@pytest.fixture
def receiver(engine: Engine) -> Receiver:
    return Receiver(engine)


def said(message: Message, kind: Up = Up.HEALTH, at: int = NOW, **more: object) -> Incoming:
    return Incoming(site=SITE, kind=kind, payload=encode(message), at=at, **more)


def word(state: HealthState, code: str = "", *, drill: bool = False, at: int = 0) -> Health:
    return Health(component="ups", state=state, code=code, since=NOW - 5, at=at, drill=drill)


def report(engine: Engine) -> dict:
    with reading(engine) as connection:
        return dict(connection.execute(select(schema.health_report)).mappings().one())


def test_a_drill_stands_beside_what_the_device_said(engine: Engine, receiver: Receiver) -> None:
    receiver.take([said(word(S.OK), component="ups")])
    receiver.take([said(word(S.CRITICAL, "low_battery", drill=True), component="ups")])
    row = report(engine)
    assert (row["state"], row["code"]) == ("ok", "")
    assert (row["drill_state"], row["drill_code"]) == ("critical", "low_battery")
    with reading(engine) as connection:
        (part,) = query.parts(connection, SITE)
    assert state_of(Known(part, NOW)) is S.OK
    receiver.take([said(word(S.OK), component="ups", at=NOW + 1)])
    assert report(engine)["drill_state"] is None


def test_a_drill_heard_first_says_nothing_of_the_device(engine: Engine, receiver: Receiver) -> None:
    receiver.take([said(word(S.CRITICAL, "low_battery", drill=True), component="ups")])
    assert (report(engine)["state"], report(engine)["drill_state"]) == ("unknown", "critical")


def test_a_drill_in_the_journal_is_in_no_figure(engine: Engine, receiver: Receiver) -> None:
    journal = Journal("a")
    for state, code, drill in (
        (S.OK, "", False),
        (S.CRITICAL, "low_battery", True),
        (S.OK, "", False),
    ):
        journal.add(HealthChanged(component="ups", state=state, code=code, since=1, drill=drill))
    assert isinstance(receiver.batch(SITE, journal.batch(), NOW), Ack)
    with reading(engine) as connection:
        rows = connection.execute(select(schema.health_span)).mappings().all()
        latest = connection.execute(select(schema.device_health)).mappings().one()
    assert sorted((row["drill"], row["state"]) for row in rows) == [
        (False, "ok"),
        (False, "ok"),
        (True, "critical"),
    ]
    assert {row["before"] for row in rows} == {"", "ok"}
    assert latest["state"] == "ok"


def test_what_the_broker_remembers_is_as_old_as_it_is(engine: Engine, receiver: Receiver) -> None:
    old = word(S.OK, at=NOW - 2 * FRESH_MS)
    receiver.take([said(old, component="ups", retained=True)])
    assert report(engine)["received_at"] == NOW - 2 * FRESH_MS
    with reading(engine) as connection:
        (part,) = query.parts(connection, SITE)
    assert state_of(Known(part, NOW)) is S.UNKNOWN
    receiver.take([said(old, component="ups")])
    receiver.take([said(old, component="ups", at=NOW + 5, retained=True)])
    assert report(engine)["received_at"] == NOW


def test_history_of_before_this_version_is_filled_at_the_start(
    engine: Engine, receiver: Receiver
) -> None:
    journal = Journal("a")
    for n in range(6):
        state = S.OK if n % 2 else S.PROBLEM
        journal.add(HealthChanged(component="ups", state=state, since=T0 + n))
    receiver.batch(SITE, journal.batch(), NOW)
    with writing(engine) as connection:
        live = connection.execute(select(schema.health_span)).all()
        connection.execute(schema.health_span.delete())
        connection.execute(schema.projection.update().values(version=1))
        assert rebuild_outdated(connection, NOW) == [SITE]
    with reading(engine) as connection:
        assert connection.execute(select(schema.health_span)).all() == live
        assert len(live) == 6


def flips(receiver: Receiver, engine: Engine, count: int, *, drill: bool = False) -> set:
    journal = Journal("a")
    for n in range(count):
        mine = drill and n % 2 == 0
        state = S.OK if n % 2 else S.PROBLEM
        since = NOW - (count - n) * MINUTE
        journal.add(HealthChanged(component="ups", state=state, since=since, drill=mine))
    receiver.batch(SITE, journal.batch(), NOW)
    with reading(engine) as connection:
        return query.flapping(connection, NOW)


@pytest.mark.parametrize(("count", "seen"), [(4, set()), (5, {(SITE, "ups")})])
def test_four_changes_within_half_an_hour_are_seen(
    engine: Engine, receiver: Receiver, count: int, seen: set
) -> None:
    assert flips(receiver, engine, count) == seen


def test_a_rehearsal_that_comes_and_goes_is_no_flapping(engine: Engine, receiver: Receiver) -> None:
    assert flips(receiver, engine, 20, drill=True) == set()


@pytest.mark.parametrize("seed", range(3))
def test_the_overview_counts_as_the_page_of_the_site_does(
    engine: Engine, receiver: Receiver, seed: int
) -> None:
    states = list(S)
    messages = [
        Health(component=f"{kind}-{n}", state=states[(n + seed) % len(states)], since=1, at=NOW)
        for kind in ("printer", "kiosk", "camera", "display")
        for n in range(7)
    ]
    for n, each in enumerate(messages):
        at = NOW - (n % 3) * FRESH_MS
        receiver.take([said(each, component=each.component, at=at)])
    journal = Journal("a")
    journal.add(HealthChanged(component="announcer", state=S.CRITICAL, since=1))
    receiver.batch(SITE, journal.batch(), NOW)
    with reading(engine) as connection:
        told = query.overview(connection, NOW)[SITE]
        parts = query.parts(connection, SITE)
    single = count_states(state_of(Known(part, NOW)) for part in parts)
    rest = count_states(state_of(Known(part, NOW)) for part in told.rest)
    rest[S.OK] = rest.get(S.OK, 0) + told.well
    rest[S.UNKNOWN] = rest.get(S.UNKNOWN, 0) + len(told.silent)
    assert {state: n for state, n in rest.items() if n} == single
    assert told.silent == ("announcer",)


def numbers(**values: float) -> Metrics:
    return Metrics(at=NOW, values={name.replace("__", "."): v for name, v in values.items()})


def test_numbers_of_a_minute_are_kept_by_component(engine: Engine, receiver: Receiver) -> None:
    receiver.take([said(word(S.OK), component="ups")])
    first = numbers(ups__charge_percent=90.0, ups__mode_mains=1.0, nobody__charge_percent=3.0)
    receiver.take([said(first, Up.METRICS)])
    receiver.take([said(numbers(ups__charge_percent=70.0), Up.METRICS, at=NOW + MINUTE)])
    with reading(engine) as connection:
        found = read_numbers(connection, SITE, "ups", 300, 0)
        assert series_kept(connection, SITE) == 1
    (point,) = found["charge_percent"]
    assert (point.n, point.mean, point.low, point.high, point.last) == (2, 80, 70, 90, 70)
    assert point.at <= NOW < point.at + 300_000


@pytest.mark.parametrize("step_s", RINGS)
def test_a_ring_never_grows_beyond_its_size(engine: Engine, step_s: int) -> None:
    size = RINGS[step_s]
    with writing(engine) as connection:
        # two rounds, some of it skipped: what is left of the first round is too old to be shown
        for n in range(0, 2 * size, 7):
            keep_numbers(connection, SITE, {"link.rtt_ms": float(n)}, NOW + n * step_s * 1000)
        rows = select(func.count()).where(schema.metric_point.c.step_s == step_s)
        assert connection.scalar(rows) <= size
        last = NOW + (2 * size - 1) * step_s * 1000
        points = read_numbers(connection, SITE, "link", step_s, last - size * step_s * 1000)
    assert [point.at for point in points["rtt_ms"]] == sorted(p.at for p in points["rtt_ms"])
    assert all(point.last == point.mean for point in points["rtt_ms"])
    assert size // 7 <= len(points["rtt_ms"]) <= size // 7 + 1


def test_a_number_that_comes_late_does_not_replace_a_newer_round(engine: Engine) -> None:
    step, size = 300, RINGS[300]
    with writing(engine) as connection:
        keep_numbers(connection, SITE, {"link.rtt_ms": 2.0}, NOW + size * step * 1000)
        keep_numbers(connection, SITE, {"link.rtt_ms": 1.0}, NOW)
        (point,) = read_numbers(connection, SITE, "link", step, 0)["rtt_ms"]
    assert (point.last, point.n) == (2.0, 1)


def test_odd_numbers_are_left_out_and_their_count_is_bounded(
    engine: Engine, receiver: Receiver
) -> None:
    many = {f"gear-{n}": S.OK for n in range(MOST_KEYS + 50)}
    receiver.take(
        [
            said(Health(component=name, state=state, since=1), component=name)
            for name, state in many.items()
        ]
    )
    values = {f"{name}.rtt_ms": 1.0 for name in many} | {"link.rtt_ms": float("inf")}
    with writing(engine) as connection:
        keep_numbers(connection, SITE, values, NOW)
        assert series_kept(connection, SITE) == MOST_KEYS
        assert heard_slots(connection, SITE, 3600, 0) == [NOW // 3_600_000 * 3_600_000]


def test_a_rebuild_leaves_what_is_not_journalled(engine: Engine, receiver: Receiver) -> None:
    receiver.take([said(word(S.OK), component="ups")])
    receiver.take([said(numbers(ups__load_percent=30.0), Up.METRICS)])
    with writing(engine) as connection:
        rebuild_site(connection, SITE, NOW)
        assert series_kept(connection, SITE) == 1
    assert msgspec.json.encode(report(engine)["state"]) == b'"ok"'


def test_one_number_told_under_two_spellings_is_one_number(engine: Engine) -> None:
    with writing(engine) as connection:
        keep_numbers(connection, SITE, {"link.rtt_ms": 1.0, "link_rtt_ms": 2.0}, NOW)
        (point,) = read_numbers(connection, SITE, "link", 300, 0)["rtt_ms"]
    assert point.n == 1
