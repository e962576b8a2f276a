"""No message ends in a drawer: dead letters go on, and it is said when nobody could be told."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from motcua_hub.config_sending import EmailSection, SendingSection, SmsSection
from motcua_hub.domain.incident.state import Entry
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.sending.channels.email import FakeMailServer
from motcua_hub.sending.channels.fakes import Mood
from motcua_hub.sending.channels.sms import FakeGateway
from motcua_hub.sending.part import Sending
from motcua_hub.store import directory, directory_edits, outbox, outbox_work, timelines
from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.store.incidents import Opening, open_incident
from motcua_hub.store.migrate import upgrade
from support.directories import HARDWARE, MONDAY_9, province
from support.telling import write_directory

FIRST, SECOND = f"u{HARDWARE}n1@example.vn", f"u{HARDWARE}n2@example.vn"


class World:
    """A hub that tells people, in a time of its own; `rounds` lets it work."""

    def __init__(self, engine: Engine, folder: Path, gateway: FakeGateway, mail: FakeMailServer):
        self.engine, self.gateway, self.mail, self.now = engine, gateway, mail, MONDAY_9
        self._folder = folder
        self._config = SendingSection(
            url="https://hub.example.vn",
            settle_s=0,
            first_wait_s=1,
            longest_wait_s=1,
            attempts=2,
            sms=SmsSection(
                url=gateway.url, ok_field="status", ok_values=("ok",), receipt_field="data.id",
                refused_values=("invalid_number",), timeout_s=2,
            ),
            email=EmailSection(
                host="127.0.0.1", port=mail.port, security="none", sender="hub@example.vn",
                timeout_s=2,
            ),
        )  # fmt: skip
        self.part = self.begun()

    def begun(self) -> Sending:
        """Another start of the same hub."""
        return Sending(
            self.engine, self._config, self._folder, CollectorRegistry(), lambda: self.now
        )

    def rounds(self, seconds: int = 20) -> None:
        for _ in range(seconds):
            self.part.tell()
            for sender in self.part._senders[:2]:
                sender.round()
            self.now += 1000
        self.part.measure()

    def opened(self, severity: int = 2) -> int:
        opening = Opening(
            kind="fault", site="pu-nhung", subject="printer/jam", severity=severity,
            responsible="hardware", onset=self.now,
        )  # fmt: skip
        with writing(self.engine) as connection:
            return open_incident(connection, opening, self.now)

    def happens(self, incident: int, happening: Happening) -> None:
        with writing(self.engine) as connection:
            timelines.append(
                connection, incident, [Entry(happening=happening, at=self.now, actor="nam")]
            )

    def noted(self, incident: int, what: str) -> list[Any]:
        with reading(self.engine) as connection:
            rows = timelines.entries_of(connection, incident)
        return [row.detail for row in rows if row.detail.get("what") == what]

    def sent(self, incident: int, kind: str) -> list[str]:
        with reading(self.engine) as connection:
            every = outbox.of_incident(connection, incident)
        return [one.address for one in every if one.kind == kind and one.state == "sent"]

    @property
    def unreached(self) -> float:
        return float(self.part._metrics.unreached._value.get())


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    engine = open_engine(database_url)
    upgrade(engine)
    gateway, mail = FakeGateway(), FakeMailServer()
    with writing(engine) as connection:
        routes = tuple(one for one in province().routes if one.unit == HARDWARE)
        write_directory(connection, province(routes=routes), 1)
    yield World(engine, tmp_path, gateway, mail)
    gateway.close()
    mail.close()
    engine.dispose()


def test_a_refused_number_is_told_by_mail_and_hears_the_end_by_mail(world: World):
    world.gateway.mood = Mood.REFUSES
    incident = world.opened()
    world.rounds()
    assert [letter.to for letter in world.mail.letters] == [FIRST]
    [note] = world.noted(incident, "undelivered")
    assert (note["channel"], note["kind"]) == ("sms", "problem")
    assert world.unreached == 0
    world.happens(incident, Happening.RESTORED)
    world.rounds()
    assert world.sent(incident, "recovery") == [FIRST]


def test_a_gateway_that_stays_broken_is_a_dead_letter_after_its_tries(world: World):
    world.gateway.mood = Mood.BROKEN
    incident = world.opened()
    world.rounds(2)
    assert world.mail.letters == []
    world.rounds(20)
    assert world.sent(incident, "problem") == [FIRST]


def test_the_next_contact_hears_it_at_once_when_nothing_reaches_the_first(world: World):
    world.gateway.mood = Mood.REFUSES
    world.mail.mood = Mood.REFUSES
    incident = world.opened()
    world.rounds(1)
    world.rounds(1)
    world.mail.mood = Mood.WELL
    world.rounds(10)
    # ten minutes lie between the two, and it has been as many seconds
    assert len(world.sent(incident, "problem")) == 1
    assert world.now - MONDAY_9 < 15_000


def _mend(world: World) -> None:
    """Somebody writes the right address down."""
    with writing(world.engine) as connection:
        [first] = [
            one
            for one in directory.load(connection).contacts
            if one.unit == HARDWARE and one.position == 1
        ]
        mended = replace(first, channels=(("email", "dung@example.vn"),))
        directory_edits.change_contact(connection, mended, "2026-03-02", world.now)


def _retry(world: World) -> None:
    """Somebody sends the dead letter on its way again."""
    with writing(world.engine) as connection:
        first = min(one.id for one in outbox.of_incident(connection, 1))
        assert outbox_work.retry(connection, first, world.now, "an")


@pytest.mark.parametrize("help_", [_mend, _retry])
def test_it_is_said_once_that_nobody_was_told_and_once_that_somebody_was(
    world: World, help_: Callable[[World], None]
):
    world.gateway.mood = world.mail.mood = Mood.REFUSES
    incident = world.opened()
    world.rounds(100)
    assert world.unreached == 1
    assert len(world.noted(incident, "unreached")) == 1
    assert len(world.noted(incident, "undelivered")) == 4
    world.part = world.begun()
    world.rounds(100)
    assert len(world.noted(incident, "unreached")) == 1, "a new start has nothing to add"
    world.gateway.mood = world.mail.mood = Mood.WELL
    help_(world)
    world.rounds(100)
    assert world.unreached == 0
    assert len(world.noted(incident, "reached")) == 1
    told = world.sent(incident, "problem")
    assert len(told) == 1
    world.happens(incident, Happening.RESTORED)
    world.rounds()
    assert world.sent(incident, "recovery") == told


def test_nobody_hears_the_end_of_what_nobody_was_told(world: World):
    world.gateway.mood = world.mail.mood = Mood.REFUSES
    incident = world.opened()
    world.rounds(30)
    world.gateway.mood = world.mail.mood = Mood.WELL
    world.happens(incident, Happening.RESTORED)
    world.rounds(30)
    assert world.sent(incident, "recovery") == []
    assert world.unreached == 0
