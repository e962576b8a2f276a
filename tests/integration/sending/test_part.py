"""An incident becomes messages: timelines, timers, outbox and channels together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, select

from motcua_hub.config_sending import EmailSection, SendingSection, SmsSection
from motcua_hub.domain.incident.state import Entry
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.sending.channels.email import FakeMailServer
from motcua_hub.sending.channels.fakes import Mood
from motcua_hub.sending.channels.sms import FakeGateway
from motcua_hub.sending.part import Sending, now_ms
from motcua_hub.store import (
    directory,
    escalations,
    outbox,
    outbox_work,
    schema,
    timelines,
)
from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.store.incidents import Opening, open_incident
from motcua_hub.store.migrate import upgrade
from support.directories import province
from support.telling import write_directory
from support.waiting import until


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    server = FakeGateway()
    yield server
    server.close()


@pytest.fixture
def mail() -> Iterator[FakeMailServer]:
    server = FakeMailServer()
    yield server
    server.close()


@pytest.fixture
def config(gateway: FakeGateway, mail: FakeMailServer) -> SendingSection:
    return SendingSection(
        url="https://hub.example.vn",
        settle_s=0,
        first_wait_s=0.05,
        longest_wait_s=0.1,
        attempts=4,
        sms=SmsSection(
            url=gateway.url, ok_field="status", ok_values=("ok",), receipt_field="data.id",
            refused_values=("invalid_number",), timeout_s=2,
        ),
        email=EmailSection(
            host="127.0.0.1", port=mail.port, security="none", sender="hub@example.vn", timeout_s=2
        ),
    )  # fmt: skip


def fill(engine: Engine) -> None:
    with writing(engine) as connection:
        write_directory(connection, province(), 1)


def opened(engine: Engine, **changes: object) -> int:
    said = {"kind": "down", "site": "na-son", "target_kind": "site_link", "severity": 1}
    with writing(engine) as connection:
        opening = Opening(**{**said, "responsible": "link", **changes})
        return open_incident(connection, opening, now_ms())


def happens(engine: Engine, incident: int, happening: Happening, **detail: object) -> None:
    with writing(engine) as connection:
        entry = Entry(happening=happening, at=now_ms(), actor="nam", detail=detail)
        timelines.append(connection, incident, [entry])


def messages(engine: Engine, incident: int) -> list[outbox.Standing]:
    with reading(engine) as connection:
        return outbox.of_incident(connection, incident)


def made(engine: Engine, config: SendingSection, folder: Path) -> Sending:
    return Sending(engine, config, folder, CollectorRegistry())


@pytest.fixture
def sending(engine: Engine, config: SendingSection, tmp_path: Path) -> Iterator[Sending]:
    fill(engine)
    part = Sending(engine, config, tmp_path, CollectorRegistry())
    part.start()
    yield part
    part.stop()


def test_an_incident_reaches_the_team_and_the_repairer_and_so_does_its_end(
    engine: Engine, sending: Sending, gateway: FakeGateway, mail: FakeMailServer
):
    incident = opened(engine)
    until(lambda: len(gateway.taken) == 2 and len(mail.letters) == 2, within=10)
    said = [one["text"] for one in gateway.taken.values()]
    assert all("mất kết nối" in text and f"SC-{incident}" in text for text in said)
    happens(engine, incident, Happening.RESTORED)
    until(lambda: len(gateway.taken) == 4 and len(mail.letters) == 4, within=10)
    until(lambda: {m.state for m in messages(engine, incident)} == {"sent"}, within=5)
    with reading(engine) as connection:
        row = connection.execute(select(schema.incident)).mappings().one()
        assert row["unit"] == 4
    assert sending.alive


def states(engine: Engine, incident: int, channel: str) -> list[str]:
    return [m.state for m in messages(engine, incident) if m.channel == channel]


@pytest.mark.usefixtures("sending")
def test_a_gateway_in_trouble_is_tried_again_and_loses_nothing(
    engine: Engine, gateway: FakeGateway
):
    gateway.mood = Mood.BROKEN
    incident = opened(engine)
    until(lambda: len(gateway.requests) >= 2, within=10)
    gateway.mood = Mood.WELL
    until(lambda: states(engine, incident, "sms") == ["sent", "sent"], within=40)
    assert len(gateway.taken) == 2


@pytest.mark.usefixtures("sending")
def test_what_nobody_takes_is_a_dead_letter_and_the_other_channel_is_not_held_up(
    engine: Engine, gateway: FakeGateway, mail: FakeMailServer
):
    gateway.mood = Mood.REFUSES
    incident = opened(engine)
    until(lambda: len(mail.letters) == 2, within=10)
    until(lambda: states(engine, incident, "sms") == ["dead", "dead"], within=10)
    with reading(engine) as connection:
        assert outbox_work.depths(connection, now_ms())["sms"].dead == 2
    happens(engine, incident, Happening.RESTORED)
    until(lambda: states(engine, incident, "email") == ["sent"] * 4, within=10)
    assert states(engine, incident, "sms") == ["dead", "dead"], "who got nothing hears nothing"


def test_a_channel_that_is_not_configured_says_so_at_once(engine: Engine, tmp_path: Path):
    fill(engine)
    part = made(engine, SendingSection(settle_s=0), tmp_path)
    part.start()
    try:
        incident = opened(engine)
        # nobody can be told by anything, so everybody of the chain was tried
        until(lambda: states(engine, incident, "sms") == ["dead"] * 6, within=20)
        assert "not configured" in messages(engine, incident)[0].trouble
    finally:
        part.stop()


def test_a_message_that_was_under_way_when_the_hub_died_is_sent_again_under_its_key(
    engine: Engine, config: SendingSection, gateway: FakeGateway, tmp_path: Path
):
    with writing(engine) as connection:
        outbox.enqueue(connection, "notice:1", "sms", "0905111222", "", "thử", now=now_ms())
        letter = outbox_work.candidates(connection, "sms", now_ms())[0]
        assert outbox_work.claim(connection, letter, now_ms())
    part = made(engine, config, tmp_path)
    part.start()
    try:
        until(lambda: len(gateway.taken) == 1, within=10)
    finally:
        part.stop()
    assert list(gateway.taken) == ["notice:1"]
    with reading(engine) as connection:
        outcomes = list(connection.scalars(select(schema.outbox_attempt.c.outcome)))
    assert outcomes == ["uncertain", "sent"]


def test_an_incident_from_before_the_directory_is_told_when_there_is_one(
    engine: Engine, config: SendingSection, tmp_path: Path
):
    part = made(engine, config, tmp_path)
    incident = opened(engine)
    part.tell()
    with reading(engine) as connection:
        assert escalations.in_phase(connection, ["unrouted"]) == [incident]
        assert [row.happening for row in timelines.entries_of(connection, incident)] == ["opened"]
    fill(engine)
    part.tell()
    part.tell()
    assert len(messages(engine, incident)) == 4


@pytest.mark.parametrize("severity", [1, 3])
def test_without_a_route_the_incident_itself_says_so_once(
    engine: Engine, config: SendingSection, tmp_path: Path, severity: int
):
    fill(engine)
    part = made(engine, config, tmp_path)
    incident = opened(engine, site="pu-nhung", responsible="security", severity=severity)
    part.tell()
    part.tell()
    with reading(engine) as connection:
        rows = timelines.entries_of(connection, incident)
    noted = [r.detail["text"] for r in rows if r.detail.get("what") == "no_route"]
    assert len(noted) == 1
    assert "Danh bạ" in noted[0]


def test_a_child_speaks_only_when_its_parent_is_over(
    engine: Engine, config: SendingSection, tmp_path: Path
):
    fill(engine)
    part = made(engine, config, tmp_path)
    parent = opened(engine)
    child = opened(engine, kind="fault", subject="printer/paper_out", responsible="hardware")
    happens(engine, child, Happening.JOINED, parent=parent)
    part.tell()
    part.tell()
    assert messages(engine, child) == []
    with reading(engine) as connection:
        bodies = select(schema.outbox.c.body).where(schema.outbox.c.channel == "email")
        first = connection.scalars(bodies).first()
    assert "printer/paper_out" in (first or ""), "the parent's message lists what it swallows"
    happens(engine, parent, Happening.RESTORED)
    part.tell()
    part.tell()
    assert messages(engine, child) == [], "it may be back in a moment, like its parent"
    later = Sending(engine, config, tmp_path, CollectorRegistry(), lambda: now_ms() + 3 * 60_000)
    later.tell()
    later.tell()
    assert len(messages(engine, child)) == 4


def test_a_look_that_died_half_way_leaves_nothing_and_the_next_one_tells_once(
    engine: Engine, config: SendingSection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fill(engine)
    incident = opened(engine)
    part = made(engine, config, tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "enqueue", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            part.tell()
    assert messages(engine, incident) == []
    again = made(engine, config, tmp_path)
    for _ in range(3):
        again.tell()
    assert len(messages(engine, incident)) == 4
    with reading(engine) as connection:
        rows = timelines.entries_of(connection, incident)
    assert [row.happening for row in rows].count("routed") == 1


def test_one_address_gets_so_many_messages_an_hour_and_the_rest_waits(
    engine: Engine, config: SendingSection, gateway: FakeGateway, tmp_path: Path
):
    part = made(engine, replace(config, per_hour=2), tmp_path)
    with writing(engine) as connection:
        for number in range(5):
            outbox.enqueue(
                connection, f"notice:{number}", "sms", "0905111222", "", "thử", now=now_ms()
            )
        outbox.enqueue(
            connection, "urgent", "sms", "0905111222", "", "gấp", now=now_ms(), severity=1
        )
    sms = part._senders[1]
    sms.round()
    assert list(gateway.taken) == ["urgent", "notice:0"]
    with reading(engine) as connection:
        held = outbox.standings(connection, [f"notice:{n}" for n in range(5)])
    waits = [one.due_at - now_ms() for one in held.values() if one.state == "waiting"]
    assert len(waits) == 4
    assert min(waits) > 3_500_000


def test_a_channel_that_fails_again_and_again_rests(
    engine: Engine, config: SendingSection, gateway: FakeGateway, tmp_path: Path
):
    gateway.mood = Mood.BROKEN
    part = made(engine, config, tmp_path)
    with writing(engine) as connection:
        for number in range(12):
            outbox.enqueue(
                connection, f"notice:{number}", "sms", "0905111222", "", "thử", now=now_ms()
            )
    sms = part._senders[1]
    for _ in range(4):
        sms.round()
    assert len(gateway.requests) == 5
    assert part._metrics.circuit.labels("sms")._value.get() == 1


def test_the_time_from_detection_to_the_first_message_is_measured_once(
    engine: Engine, config: SendingSection, tmp_path: Path
):
    fill(engine)
    part = made(engine, config, tmp_path)
    opened(engine, confirmed=now_ms() - 20_000)
    part.tell()
    part.tell()
    for sender in part._senders:
        sender.round()
    notify = part._metrics.notify.labels("1")
    assert 20 <= notify._sum.get() < 30
    part.measure()
    assert part._metrics.unrouted._value.get() == 0
    with writing(engine) as connection:
        connection.execute(schema.site.insert().values(id="na-son", name="", created_at=1))
        directory.touch(connection, now_ms())
    part.measure()
    assert part._metrics.gaps._value.get() == 1, "nobody for security"


def test_the_same_key_is_written_once_and_can_be_taken_back_until_it_is_tried(engine: Engine):
    said = ("k", "email", "a@example.vn", "s", "b")
    with writing(engine) as connection:
        assert outbox.enqueue(connection, *said, now=5, due_at=1)
        assert not outbox.enqueue(connection, *said, now=6)
        assert outbox.standings(connection, ["k", "none"])["k"].due_at == 5
        assert outbox.cancel(connection, "k", 7, "nhầm")
        assert not outbox.cancel(connection, "k", 8, "nhầm")
    for wrong in (("", "email", "a", "s", "b"), ("k" * 161, "sms", "a", "s", "b"),
                  ("k", "fax", "a", "s", "b"), ("k", "sms", " ", "s", "b"),
                  ("k", "sms", "a", "s", " \n")):  # fmt: skip
        with writing(engine) as connection, pytest.raises(ValueError, match=r"."):
            outbox.enqueue(connection, *wrong, now=1)


def test_a_row_whose_transaction_took_longer_is_not_missed(
    database_url: str, config: SendingSection, tmp_path: Path
):
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite has one writer: rows appear in the order of their ids")
    engine = open_engine(database_url)
    upgrade(engine)
    fill(engine)
    part = made(engine, config, tmp_path)
    slow = engine.connect()
    transaction = slow.begin()
    opening = Opening(kind="down", site="na-son", severity=1, responsible="link")
    first = open_incident(slow, opening, now_ms())
    second = opened(engine)
    part.tell()
    part.tell()
    transaction.commit()
    slow.close()
    part.tell()
    part.tell()
    assert len(messages(engine, first)) == len(messages(engine, second)) == 4
    engine.dispose()
