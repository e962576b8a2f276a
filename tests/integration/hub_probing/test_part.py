"""The hub as a vantage in the running hub: what it sees is in the ledger, on both databases."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, Row, select, text

from motcua_contract.probes import ProbeKind, ProbeSpec, Reference
from motcua_hub.domain.availability.evidence import Claim, Evidence, Sli, State
from motcua_hub.ledger import claims, evidence, now, probes, targets
from motcua_hub.ledger.alive import holes
from motcua_hub.probing.metrics import ProbeMetrics
from motcua_hub.probing.part import Probing
from motcua_hub.store import pushes, schema
from motcua_hub.store.engine import reading, writing
from motcua_probes.fake import FakeAsker, Mood
from motcua_probes.results import Outcome, Result
from support.broker import free_port
from support.probing import HOST
from support.waiting import until

P, R, T = 1_000, 200, 200


def wall() -> int:
    return time.time_ns() // 1_000_000


def spec(target: str, kind: ProbeKind = ProbeKind.TCP, **more: object) -> ProbeSpec:
    usual = {"host": target, "interval": P, "retry": R, "timeout": T}
    return ProbeSpec(target=target, kind=kind, **{**usual, **more})


class Hub:
    """A database with targets, and the part that probes them."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.asker, self.registry = engine, FakeAsker(), CollectorRegistry()

    def part(self, *, real: bool = False) -> Probing:
        registry = self.registry = CollectorRegistry()
        asker = None if real else lambda: self.asker
        return Probing(self.engine, ProbeMetrics(registry), {}, asker=asker)

    def probe(self, *specs: ProbeSpec) -> None:
        with writing(self.engine) as connection:
            for each in specs:
                target = targets.Target(
                    id=each.target, name=each.target, kind=targets.Kind.SERVER, life_begin=wall()
                )
                targets.add(connection, target, wall())
                probes.add(connection, "hub", each, wall())

    def state(self, target: str, sli: Sli = Sli.REACHABLE) -> State:
        with reading(self.engine) as connection:
            found = now.states(connection, wall()).get((target, sli))
        return State.UNKNOWN if found is None else found.state

    def said(self) -> dict[tuple[str, str, str], claims.OpenClaim]:
        with reading(self.engine) as connection:
            return {each.key: each for each in claims.listing(connection)}

    def evidence(self, target: str) -> list[Evidence]:
        with reading(self.engine) as connection:
            found = evidence.of_target(connection, target)
        return sorted((e for e in found if e.sli is Sli.REACHABLE), key=lambda e: e.begin)


@pytest.fixture
def hub(engine: Engine) -> Hub:
    return Hub(engine)


@contextlib.contextmanager
def running(part: Probing) -> Iterator[Probing]:
    part.start()
    try:
        yield part
    finally:
        begun = time.monotonic()
        part.stop()
        assert time.monotonic() - begun < 5


class WebServer:
    """A web server that is a program of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "http.server", str(self.port), "--bind", HOST]
        self._process = subprocess.Popen(command, cwd=self._folder, stderr=subprocess.DEVNULL)
        until(self._listens)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WebServer]:
    made = WebServer(tmp_path)
    yield made
    made.kill()


def test_a_server_that_is_killed_and_started_is_down_and_up_in_the_ledger(
    hub: Hub, server: WebServer
) -> None:
    hub.probe(spec("web", ProbeKind.HTTP, host=HOST, port=server.port))
    with running(hub.part(real=True)) as part:
        until(lambda: hub.state("web") is State.UP)
        until(lambda: _lives_for(hub, P))
        killed = wall()
        server.kill()
        until(lambda: hub.state("web") is State.DOWN, every=0.005)
        known = wall()
        word = hub.said()["web", "reachable", "hub"]
        # a round of the ledger's writer comes on top of what the probes need
        assert known - killed <= P + 2 * R + T + 1_000
        assert (word.claim, word.cause) == (Claim.DOWN, "refused")
        assert word.confirmed_at is not None
        assert 2 * R - 20 <= word.confirmed_at - word.begin <= 2 * R + T
        assert hub.state("web", Sli.RUNNING) is State.DOWN
        server.start()
        until(lambda: hub.state("web") is State.UP)
        assert part.alive
    found = hub.evidence("web")
    assert [each.claim for each in found] == [Claim.UP, Claim.DOWN, Claim.UP]
    assert all(a.end == b.begin for a, b in pairwise(found))
    assert len({each.boot_id for each in found}) == 1
    assert not hub.said()


def test_a_list_that_changes_is_followed_while_running(hub: Hub) -> None:
    hub.probe(spec("first"))
    with running(hub.part()):
        until(lambda: hub.state("first") is State.UP)
        hub.probe(spec("second"))
        until(lambda: hub.state("second") is State.UP)
        with writing(hub.engine) as connection:
            targets.retire(connection, "first", wall())
        until(lambda: {key[0] for key in hub.said()} == {"second"})
        (piece,) = hub.evidence("first")
        assert (piece.claim, piece.vantage, piece.source) == (Claim.UP, "hub", "probe")


def test_right_after_a_start_nothing_is_called_down(hub: Hub) -> None:
    hub.asker.moods["web"] = Mood.REFUSES
    hub.probe(spec("web", interval=3_000))
    with running(hub.part()):
        begun = wall()
        until(lambda: hub.asker.asked["web"] >= 4)
        until(lambda: hub.state("web") is State.DOWN)
        word = hub.said()["web", "reachable", "hub"]
        with reading(hub.engine) as connection:
            first = connection.scalar(select(schema.hub_alive.c.at))
        assert word.confirmed_at is not None
        assert word.confirmed_at >= first + 3_000
        assert wall() - begun >= 2_900
        assert word.begin < word.confirmed_at - 2 * R


def test_what_an_earlier_run_left_open_is_closed_at_its_horizon(hub: Hub) -> None:
    hub.probe(spec("web"))
    left = claims.OpenClaim(
        target="web", claim=Claim.UP, begin=1_000, until=5_000, horizon=2_200, boot_id="before"
    )
    with writing(hub.engine) as connection:
        claims.turn(connection, [left], 5_000)
    with running(hub.part()):
        until(lambda: hub.state("web") is State.UP)
    assert next((each.begin, each.end) for each in hub.evidence("web")) == (1_000, 7_200)


def test_the_hub_says_that_it_lives_before_anything_else(hub: Hub) -> None:
    with running(hub.part()):
        until(lambda: _alive(hub))
        (row,) = _alive(hub)
        assert abs(row.at - wall()) < 10_000
        assert (len(row.boot), len(row.run)) == (36, 32)
    with reading(hub.engine) as connection:
        assert holes(connection, (row.at, row.at + 1_000)) == ()


def _lives_for(hub: Hub, ms: int) -> bool:
    """Whether the grace after the start is over."""
    rows = _alive(hub)
    return bool(rows) and wall() - rows[0].at > ms


def _alive(hub: Hub) -> Sequence[Row[Any]]:
    with reading(hub.engine) as connection:
        return connection.execute(select(schema.hub_alive)).all()


def test_a_vantage_whose_references_are_dead_is_blind(hub: Hub) -> None:
    hub.probe(spec("web"))
    with writing(hub.engine) as connection:
        probes.refer(connection, "hub", [Reference(kind=ProbeKind.TCP, host="gateway")], wall())
    with running(hub.part()):
        until(lambda: hub.state("web") is State.UP)
        hub.asker.moods |= {"gateway": Mood.NO_ROUTE, "web": Mood.REFUSES}
        until(lambda: hub.said()["web", "reachable", "hub"].claim is Claim.BLIND)
        until(lambda: hub.state("web") is State.UNKNOWN)
        until(lambda: hub.registry.get_sample_value("motcua_probe_vantage_sees") == 0)


def test_a_call_is_heard_through_the_database(hub: Hub) -> None:
    hub.probe(spec("job", ProbeKind.PUSH, interval=60_000))
    with writing(hub.engine) as connection:
        token = pushes.issue(connection, "job", wall(), "test")
    with running(hub.part()):
        until(lambda: _alive(hub))
        with writing(hub.engine) as connection:
            pushes.heard(connection, token, wall())
        until(lambda: hub.state("job") is State.UP)


def test_a_warning_is_kept_and_taken_back(hub: Hub) -> None:
    told = {"warning": "tls_ends_soon", "detail": "certificate: 20 days left"}

    async def ask(_spec: ProbeSpec) -> Result:
        return Result(outcome=Outcome.OK, **told)

    hub.asker.ask = ask  # type: ignore[method-assign]
    hub.probe(spec("web"))

    def warnings() -> list[tuple[str, str, str]]:
        with reading(hub.engine) as connection:
            rows = connection.execute(select(schema.probe_warning))
            return [(row.target, row.warning, row.detail) for row in rows]

    with running(hub.part()):
        until(lambda: warnings() == [("web", "tls_ends_soon", "certificate: 20 days left")])
        assert hub.state("web") is State.UP
        told.update(detail="certificate: 19 days left")
        until(lambda: warnings() == [("web", "tls_ends_soon", "certificate: 19 days left")])
        told.clear()
        until(lambda: warnings() == [])
        told.update(warning="tls_ends_soon", detail="certificate: 18 days left")
        until(lambda: len(warnings()) == 1)
    told.clear()
    with writing(hub.engine) as connection:
        row = {"target": "gone", "vantage": "hub", "warning": "x", "since": 1, "seen_at": 1}
        connection.execute(schema.probe_warning.insert().values(**row))
    with running(hub.part()):
        until(lambda: warnings() == [])


def test_a_database_that_is_away_costs_no_word(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    hub.probe(spec("web", interval=300, retry=100, timeout=100))
    with running(hub.part()) as part:
        until(lambda: hub.state("web") is State.UP)
        until(lambda: _lives_for(hub, 300))
        with hub.engine.connect() as other:
            other.execute(text("ALTER TABLE open_claim RENAME TO away"))
            other.commit()
            hub.asker.moods["web"] = Mood.REFUSES
            until(lambda: "waits for the database" in caplog.text)
            hub.asker.moods["web"] = Mood.UP
            asked = hub.asker.asked["web"]
            until(lambda: hub.asker.asked["web"] >= asked + 5)
            other.execute(text("ALTER TABLE away RENAME TO open_claim"))
            other.commit()
        until(lambda: "works again" in caplog.text)
        assert part.alive
        until(lambda: len(hub.evidence("web")) >= 2)
    assert [each.claim for each in hub.evidence("web")] == [Claim.UP, Claim.DOWN, Claim.UP]


def test_metrics_name_kinds_and_never_targets(hub: Hub) -> None:
    hub.probe(spec("web"), spec("mail", ProbeKind.ICMP))
    with running(hub.part()):
        until(lambda: hub.state("web") is State.UP and hub.state("mail") is State.UP)
        value = hub.registry.get_sample_value
        assert value("motcua_probe_samples_total", {"kind": "tcp", "outcome": "ok"})
        assert value("motcua_probe_samples_total", {"kind": "icmp", "outcome": "ok"})
        until(lambda: value("motcua_probe_targets", {"state": "up"}) == 2)
        labels = {v for m in hub.registry.collect() for s in m.samples for v in s.labels.values()}
        assert not labels & {"web", "mail"}
