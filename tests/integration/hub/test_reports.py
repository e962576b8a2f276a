"""What sites say outside the journal: status and its stale wills, health, about."""

import msgspec
import pytest
from sqlalchemy import Engine, select

from motcua_contract.messages import (
    About,
    ConfigReported,
    Health,
    LinkState,
    Message,
    Metrics,
    Status,
    encode,
)
from motcua_contract.topics import Up
from motcua_contract.vocabulary import HealthState
from motcua_hub.ingest import Incoming, Receiver
from motcua_hub.store import schema
from motcua_hub.store.engine import reading
from motcua_hub.store.incidents import list_incidents
from support.hubsite import T0

SITE = "q1-ben-nghe"


@pytest.fixture
def receiver(engine: Engine) -> Receiver:
    return Receiver(engine)


def said(
    kind: Up, message: Message | bytes, *, at: int = T0, component: str | None = None
) -> Incoming:
    payload = message if isinstance(message, bytes) else encode(message)
    return Incoming(site=SITE, kind=kind, payload=payload, at=at, component=component)


def live(engine: Engine) -> dict:
    with reading(engine) as connection:
        return dict(connection.execute(select(schema.site_live)).mappings().one())


def status(state: LinkState, session: str, at: int = 0) -> Incoming:
    return said(Up.STATUS, Status(state=state, session=session, boot="b", at=at))


def test_a_will_of_another_session_is_ignored(engine: Engine, receiver: Receiver) -> None:
    receiver.take([status(LinkState.ONLINE, "one", 10), status(LinkState.ONLINE, "two", 20)])
    receiver.take([status(LinkState.OFFLINE, "one", 10)])
    assert live(engine)["status"] == "online"
    receiver.take([status(LinkState.OFFLINE, "two", 20)])
    assert live(engine)["status"] == "offline"


def test_a_will_of_a_session_that_began_later_counts(engine: Engine, receiver: Receiver) -> None:
    receiver.take([status(LinkState.ONLINE, "one", 10), status(LinkState.OFFLINE, "two", 20)])
    assert (live(engine)["status"], live(engine)["session"]) == ("offline", "two")


def test_what_the_broker_remembers_is_no_sign_of_life(engine: Engine, receiver: Receiver) -> None:
    receiver.take([status(LinkState.ONLINE, "one", 10)])
    printer = Health(component="printer", state=HealthState.OK, since=5)
    again = status(LinkState.ONLINE, "one", 10)
    health = said(Up.HEALTH, printer, component="printer")
    for old in (again, health):
        later = {"at": T0 + 60_000, "retained": True}
        receiver.take([msgspec.structs.replace(old, **later)])
    state = live(engine)
    assert (state["status_at"], state["last_seen_at"]) == (T0, T0)
    receiver.take([msgspec.structs.replace(health, at=T0 + 90_000)])
    assert live(engine)["last_seen_at"] == T0 + 90_000


def test_reports_are_kept_as_the_newest_state(engine: Engine, receiver: Receiver) -> None:
    printer = Health(component="printer", state=HealthState.PROBLEM, code="paper_low", since=5)
    receiver.take(
        [
            said(Up.ABOUT, About(device="d-1", model="Pi")),
            said(Up.METRICS, Metrics(at=1, values={"a": 1.5})),
            said(Up.CONFIG, ConfigReported(version=3, state="applied")),
            said(Up.HEALTH, printer, component="printer", at=T0 + 1),
        ]
    )
    state = live(engine)
    assert '"model":"Pi"' in state["about"]
    assert state["metrics"] == '{"v":1,"at":1,"values":{"a":1.5}}'
    assert (state["config_version"], state["config_state"]) == (3, "applied")
    assert state["last_seen_at"] == T0 + 1
    with reading(engine) as connection:
        row = connection.execute(select(schema.health_report)).mappings().one()
    assert (row["component"], row["state"], row["code"]) == ("printer", "problem", "paper_low")
    receiver.take([said(Up.HEALTH, b"", component="printer")])
    with reading(engine) as connection:
        assert connection.execute(select(schema.health_report)).all() == []


@pytest.mark.parametrize("kind", [Up.STATUS, Up.ABOUT, Up.METRICS, Up.CONFIG, Up.REPLY])
@pytest.mark.parametrize("payload", [b"{", b'{"v":1}', b'"\\u0000"', b"\xff"])
def test_a_malformed_report_is_kept_and_counted(
    engine: Engine, receiver: Receiver, kind: Up, payload: bytes
) -> None:
    assert receiver.take([said(kind, payload)]) == []
    with reading(engine) as connection:
        assert bytes(connection.scalar(select(schema.poison.c.raw))) == payload
        assert [each.kind for each in list_incidents(connection)] == ["poison"]


def test_health_of_another_component_than_its_topic_is_refused(
    engine: Engine, receiver: Receiver
) -> None:
    printer = Health(component="printer", state=HealthState.OK, since=5)
    receiver.take([said(Up.HEALTH, printer, component="board")])
    with reading(engine) as connection:
        assert connection.execute(select(schema.health_report)).all() == []
        assert "topic of 'board'" in connection.scalar(select(schema.poison.c.reason))


def test_a_number_no_column_holds_is_refused(engine: Engine, receiver: Receiver) -> None:
    receiver.take([said(Up.CONFIG, b'{"v":1,"version":1e300,"state":"x"}')])
    receiver.take([said(Up.CONFIG, b'{"v":1,"version":99999999999999999999,"state":"x"}')])
    assert live(engine)["poisoned"] == 2
