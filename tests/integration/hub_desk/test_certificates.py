"""A certificate that ends soon is one incident, until there is a new one (R84)."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import delete, insert

from motcua_contract.probes import ProbeKind
from motcua_hub.desk.rounds import Desk
from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from motcua_probes.asking import NetworkAsker
from motcua_probes.results import Result
from support.certificates import Pair, authority, server
from support.incidents import DAY, HOUR, Hub, at
from support.probing import answering, serving, spec

MINUTE = 60
CA = authority("Province")


@pytest.fixture
def portal(hub: Hub) -> Hub:
    hub.server("portal")
    hub.up("portal", -HOUR)
    return hub


def warns(hub: Hub, since: float, warning: str = "tls_ends_soon", days: int = 20) -> None:
    row = {
        "target": "portal", "vantage": "hub", "warning": warning, "since": at(since),
        "detail": f"certificate: {days} days left", "seen_at": at(since),
    }  # fmt: skip
    with writing(hub.engine) as connection:
        connection.execute(insert(schema.probe_warning).values(**row))


def silent(hub: Hub) -> None:
    with writing(hub.engine) as connection:
        connection.execute(delete(schema.probe_warning))


def test_it_is_one_incident_for_the_software_people(portal: Hub) -> None:
    warns(portal, 0)
    portal.rounds(3, 6, DAY)
    row = portal.row()
    assert (row["kind"], row["subject"], row["target"]) == ("certificate", "portal", "portal")
    assert (row["severity"], row["responsible"], row["status"]) == (3, "software", "open")
    assert (row["onset_at"], row["cause"], row["provisional"]) == (at(0), "software", False)
    # four hours of work, with lunch between
    assert row["ack_due_at"] == at(3 + 6 * HOUR)
    [cause] = portal.details(row["id"], "cause_set")
    assert cause["evidence"][0]["code"] == "tls_expiring"


def test_another_warning_is_none_of_a_certificate(portal: Hub) -> None:
    warns(portal, 0, "mqtt_not_allowed")
    portal.rounds(3, 6)
    assert portal.rows() == []


def test_renewed_it_is_restored_and_closes_by_itself_a_day_later(portal: Hub) -> None:
    warns(portal, 0)
    portal.round(3)
    silent(portal)
    portal.rounds(100, 100 + 4 * MINUTE)
    assert portal.row()["status"] == "open"
    portal.rounds(100 + 5 * MINUTE, 100 + 6 * MINUTE)
    row = portal.row()
    assert (row["status"], row["restored_at"]) == ("restored", at(100))
    portal.rounds(2 * DAY)
    assert portal.row()["status"] == "closed"
    assert portal.story(row["id"]) == ["opened", "cause_set", "restored", "closed"]


def test_a_failed_probe_takes_the_warning_away_and_proves_nothing(portal: Hub) -> None:
    warns(portal, 0)
    portal.round(3)
    for moment in (100, 400, 700):
        silent(portal)
        portal.round(moment)
        warns(portal, moment + 5)
        portal.round(moment + 250)
    row = portal.row()
    assert (row["status"], portal.story(row["id"])) == ("open", ["opened", "cause_set"])


def test_a_hub_that_was_started_again_waits_once_more(portal: Hub) -> None:
    warns(portal, 0)
    portal.round(3)
    silent(portal)
    portal.round(100)
    portal.desk = Desk()
    portal.rounds(100 + 5 * MINUTE, 100 + 9 * MINUTE)
    assert portal.row()["status"] == "open"
    portal.round(100 + 10 * MINUTE)
    assert portal.row()["status"] == "restored"


def test_expired_is_an_outage_and_the_certificate_waits_for_a_new_one(portal: Hub) -> None:
    warns(portal, 0)
    portal.round(3)
    silent(portal)
    portal.down("portal", HOUR, cause="tls_expired")
    portal.rounds(HOUR + 31, 2 * HOUR)
    found = {row["kind"]: (row["severity"], row["status"]) for row in portal.rows()}
    assert found == {"certificate": (3, "open"), "down": (1, "open")}
    portal.up("portal", 3 * HOUR)
    portal.rounds(3 * HOUR + 3, 3 * HOUR + 6 * MINUTE)
    assert {row["status"] for row in portal.rows()} == {"restored"}


def test_warned_again_before_it_was_closed_it_is_the_same_incident(portal: Hub) -> None:
    warns(portal, 0)
    portal.round(3)
    silent(portal)
    portal.rounds(100, 100 + 5 * MINUTE)
    warns(portal, HOUR)
    portal.rounds(HOUR + 3, HOUR + 6)
    row = portal.row()
    assert (row["status"], row["restored_at"]) == ("open", None)
    assert portal.story(row["id"])[-1] == "relapsed"


async def asked(folder: Path, pair: Pair) -> Result:
    asker = NetworkAsker()
    async with serving(answering(b"HTTP/1.1 200 OK\r\n\r\n"), pair.context(folder)) as port:
        result = await asker.ask(spec(ProbeKind.TLS, port=port, ca=CA.pem, timeout=5_000))
    asker.close()
    return result


def test_what_a_real_server_shows_opens_and_restores_it(portal: Hub, tmp_path: Path) -> None:
    old = asyncio.run(asked(tmp_path, server(CA, days=(-1, 9.1))))
    warns(portal, 0, old.warning)
    portal.rounds(3, 6)
    assert portal.row()["status"] == "open"
    new = asyncio.run(asked(tmp_path, server(CA, days=(-1, 365))))
    assert new.warning == ""
    silent(portal)
    portal.rounds(60, 60 + 5 * MINUTE)
    assert portal.row()["status"] == "restored"
