"""Ingest as a process, over a real broker with mutual TLS, on both databases."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua_contract.messages import Ack, LinkState, Nak, NakCode, Resume, Status, encode
from motcua_contract.topics import Up
from support.broker import OTHER_DEVICE, Broker, MakeBroker
from support.hubprogram import Office, Watch, hub_command, program, run_hub, write_config
from support.hubsite import T0, Journal
from support.waiting import until

DIE = Path(__file__).with_name("die_before_answer.py")


@pytest.fixture
def broker(make_broker: MakeBroker) -> Broker:
    """One that lets a second hub certificate in, to watch the first."""
    return make_broker(hubs=("hub", "hub-2")).start()


@pytest.fixture
def watch(broker: Broker) -> Iterator[Watch]:
    watch = Watch(broker.hub("hub-2"))
    yield watch
    watch.close()


@pytest.fixture
def config(broker: Broker, tmp_path: Path, migrated_url: str) -> Path:
    return write_config(tmp_path, broker.hub().toml(), database_url=migrated_url)


@pytest.fixture
def office(broker: Broker) -> Iterator[Office]:
    office = Office(broker.device())
    yield office
    office.close()


def exported(config: Path, site: str) -> list[dict]:
    done = run_hub("export", "--site", site, "--jsonl", "--config", config)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_hello_and_batches_over_the_broker(
    config: Path, office: Office, watch: Watch, tmp_path: Path
) -> None:
    journal = Journal("a")
    for number in range(1, 30):
        journal.serve(number)
    with program(hub_command("ingest", "--config", config), tmp_path / "hub.log") as hub:
        until(lambda: watch.is_now(LinkState.ONLINE), within=30)
        office.say(Up.HELLO, journal.hello(nonce="n9"))
        answer = office.answer()
        assert isinstance(answer, Resume)
        assert (answer.nonce, answer.streams[0].have) == ("n9", 0)
        # a hole, a double, junk, and the rest
        office.say(Up.BATCH, journal.batch(50))
        office.say(Up.BATCH, journal.batch(1, 60))
        office.say(Up.BATCH, journal.batch(1, 60))
        office.say(Up.BATCH, b"junk")
        office.say(Up.BATCH, journal.batch(40))
        answers = [office.answer() for _ in range(5)]
        codes = [each.code for each in answers if isinstance(each, Nak)]
        acks = [(each.upto, each.tag) for each in answers if isinstance(each, Ack)]
        assert codes == [NakCode.GAP, NakCode.BAD]
        last = journal.last
        assert acks == [(60, journal.tag(60)), (60, journal.tag(60)), (last, journal.tag(last))]
        status = Status(state=LinkState.ONLINE, session="s", boot="b", at=T0)
        office.say(Up.STATUS, encode(status), retain=True)
        assert hub.stop() == 0
    until(lambda: watch.is_now(LinkState.STOPPED))
    rows = exported(config, office.site)
    assert [row["digest"] for row in rows] == [journal.digest(n) for n in range(1, last + 1)]
    verified = run_hub("verify", "--config", config)
    assert (verified.returncode, verified.stdout) == (0, "replica: whole\n")


def test_killed_between_commit_and_answer_nothing_is_lost_or_doubled(
    config: Path, office: Office, watch: Watch, tmp_path: Path
) -> None:
    journal = Journal("a")
    journal.serve(1)
    command = [sys.executable, str(DIE), str(config)]
    with program(command, tmp_path / "hub.log") as dying:
        until(lambda: watch.is_now(LinkState.ONLINE), within=30)
        office.say(Up.BATCH, journal.batch())
        assert dying.process.wait(20) == -9
    assert office.heard.empty()
    assert len(exported(config, office.site)) == 6
    until(lambda: watch.is_now(LinkState.OFFLINE))
    with program(hub_command("ingest", "--config", config), tmp_path / "hub.log"):
        until(lambda: watch.is_now(LinkState.ONLINE), within=30)
        office.say(Up.BATCH, journal.batch())
        answer = office.answer()
    assert isinstance(answer, Ack)
    assert (answer.upto, answer.tag) == (6, journal.tag(6))
    assert len(exported(config, office.site)) == 6
    assert run_hub("verify", "--config", config).returncode == 0


def test_ingest_survives_a_broker_that_goes_and_comes(
    config: Path, broker: Broker, watch: Watch, tmp_path: Path
) -> None:
    journal = Journal("a")
    with program(hub_command("ingest", "--config", config), tmp_path / "hub.log"):
        for number in range(1, 3):
            journal.serve(number)
            office = Office(broker.device(OTHER_DEVICE))
            until(lambda: watch.is_now(LinkState.ONLINE), within=30)
            office.say(Up.BATCH, journal.batch(journal.last - 4 if number > 1 else 1))
            assert isinstance(office.answer(), Ack)
            office.close()
            watch.states.clear()
            broker.restart(kill=True, forget=True)
    assert len(exported(config, office.site)) == 11
