"""An incident becomes messages: timelines, timers, outbox and channels together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, select

from motcua_hub.config_sending import EmailSection, SendingSection, SmsSection
from motcua_hub.domain.incident.state import Entry
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.sending.channels.email import FakeMailServer
from motcua_hub.sending.channels.sms import FakeGateway
from motcua_hub.sending.part import Sending, now_ms
from motcua_hub.store import directory_edits, outbox, schema, timelines
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.incidents import Opening, open_incident
from support.directories import province
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
    """The directory of `support.directories`, as people would write it down."""
    held = province()
    with writing(engine) as connection:
        for unit in held.units.values():
            assert directory_edits.add_unit(connection, unit, 1) == unit.id
        for contact in held.contacts:
            directory_edits.add_contact(connection, contact, 1)
        for route in held.routes:
            directory_edits.add_route(connection, route, 1)


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
    assert {m.state for m in messages(engine, incident)} == {"sent"}
    with reading(engine) as connection:
        row = connection.execute(select(schema.incident)).mappings().one()
        assert row["unit"] == 4
    assert sending.alive
