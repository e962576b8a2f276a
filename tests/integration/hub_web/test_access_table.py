"""Guard: every route declares what it asks for, and keeps to it."""

import pytest

from motcua_hub.store import schema
from motcua_hub.web.access import ACCESS, Access
from support.hub_seed import proof_of, seed_show
from support.ledger_show import PORTAL, seed_ledger

VALUES = {
    "site": "ben-thanh",
    "filename": "hub.css",
    "component": "printer",
    "asset": 1,
    "correlation": "0" * 32,
    "notice": 1,
    "incident": 1,
    "deed": "note",
    "recipient": 1,
    "record": 1,
    "year": 2027,
    "token": "A" * 43,
    "layer": "window",
    "number": 1,
    "decision": "approve",
    "version": 1,
    "kind": "pdf",
    "target": PORTAL,
    "probe": 1,
    "correction": 1,
    "day": "2027-01-01",
    "unit": 1,
    "row": 1,
    "vantage": "hub",
    "duty": "calibration",
    "by": "unit",
    "name": "VNPT",
}
READS = {"GET", "HEAD", "OPTIONS"}
WRITES = ({"POST", "OPTIONS"}, {"PUT", "OPTIONS"}, {"DELETE", "OPTIONS"})


def url_of(rule):
    return rule.build({name: VALUES[name] for name in rule.arguments})[1]


def test_every_route_is_in_the_table_and_the_table_has_no_others(hub):
    assert set(hub.app.view_functions) == set(ACCESS)
    assert {rule.endpoint for rule in hub.app.url_map.iter_rules()} == set(ACCESS)


def test_a_route_that_is_not_in_the_table_does_not_answer(hub, caplog):
    hub.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = hub.signed_in().get("/forgotten")
    assert answer.status_code == 404
    assert "secret" not in answer.text
    assert "forgotten" in caplog.text


def test_no_route_both_reads_and_writes(hub):
    for rule in hub.app.url_map.iter_rules():
        assert rule.methods <= READS or rule.methods in WRITES, rule


def test_only_public_routes_answer_a_stranger(hub):
    hub.admin()
    seed_show(hub)
    for rule in hub.app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        with hub.app.test_client().get(url_of(rule)) as answer:
            status, text = answer.status_code, answer.text
            location = answer.headers.get("Location", "")
        access = ACCESS[rule.endpoint]
        if access in (Access.SESSION, Access.ADMIN):
            assert (status, location[:6]) == (302, "/login"), rule
        elif access is Access.SECRET:
            assert status == 404, rule
        elif access in (Access.LIVE, Access.API):
            assert status == 401, rule
            assert "ben-thanh" not in text, rule
        else:
            assert status in (200, 302), rule


@pytest.mark.parametrize("path", ["/logout", "/login", "/setup"])
def test_a_form_without_its_proof_changes_nothing(hub, path):
    client = hub.signed_in()
    before = {name: hub.rows(name) for name in ("session", "account", "audit", "login_failure")}
    for proof in ("", "00" * 64, "zz"):
        assert client.post(path, data={"proof": proof}).status_code == 400
    assert {name: hub.rows(name) for name in before} == before


def test_a_form_proof_of_another_visitor_is_refused(hub):
    hub.admin()
    one, other = hub.app.test_client(), hub.app.test_client()
    stolen = proof_of(one.get("/login").text)
    other.get("/login")
    assert other.post("/login", data={"proof": stolen}).status_code == 400


def test_reading_any_page_changes_no_row(hub):
    seed_show(hub)
    seed_ledger(hub)
    client = hub.signed_in()
    before = {name: hub.rows(name) for name in schema.metadata.tables}
    for rule in hub.app.url_map.iter_rules():
        if "GET" in rule.methods:
            client.get(url_of(rule)).close()
    assert {name: hub.rows(name) for name in before} == before
