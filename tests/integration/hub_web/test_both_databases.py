"""The pages on SQLite and on PostgreSQL: the same words, the same figures."""

import re
import threading

from motcua_hub.store.engine import reading, writing
from motcua_hub.web.queries import timeline
from motcua_hub.web.security import throttle
from motcua_hub.web.security.accounts import (
    AccountRefusedError,
    any_account,
    create_first_admin,
)
from motcua_hub.web.security.passwords import Passwords
from motcua_hub.web.security.tokens import create_api_token, living, revoke_api_token
from support.hub_seed import CHEAP, NOW, PASSWORD, proof_of, seed_show

PAGES = [
    "/",
    "/live/overview",
    "/sites/ben-thanh",
    "/live/sites/ben-thanh",
    "/sites/moi-lap",
    "/morning",
    "/definitions",
    "/registry",
    "/registry.csv",
    "/sites/ben-thanh/registry",
    "/sites/ben-thanh/devices",
    "/live/sites/ben-thanh/devices",
    "/sites/ben-thanh/devices/ups?range=30d",
    "/live/sites/ben-thanh/devices/printer",
    "/sites/ben-thanh/events?type=ticket.issued/1&day=2026-11-23",
    "/incidents?all=1",
    "/about",
    "/api/v1/sites",
    "/api/v1/sites/ben-thanh",
    "/api/v1/incidents?status=all",
    "/readyz",
    "/metrics",
]


def test_every_page_answers(hub_on_both):
    seed_show(hub_on_both)
    client = hub_on_both.signed_in()
    assert {path: client.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)


def test_figures_are_numbers_and_the_same_everywhere(hub_on_both):
    seed_show(hub_on_both)
    client = hub_on_both.signed_in()
    body = client.get("/api/v1/sites").json
    assert body["totals"]["issued"] == 235
    line = next(line for line in body["sites"] if line["site"] == "ben-thanh")
    assert (line["issued"], line["served"], line["waiting"]) == (107, 73, 21)
    site = client.get("/api/v1/sites/ben-thanh").json
    assert [stream["missing"] for stream in site["streams"]] == [0, 7]
    assert site["ratings"][0] | {"n": 11, "asked": 73} == site["ratings"][0]
    assert 'motcua_site_waiting{site="ben-thanh"} 21.0' in client.get("/metrics").text


def test_the_first_run_makes_one_account_whoever_is_quicker(hub_on_both):
    results = []

    def run(name):
        try:
            made = create_first_admin(
                hub_on_both.engine, Passwords(CHEAP), name=name, password=PASSWORD, now=NOW
            )
            results.append(made)
        except AccountRefusedError:
            results.append(None)

    threads = [threading.Thread(target=run, args=(f"admin-{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(result is None for result in results) == [False, True, True]
    with reading(hub_on_both.engine) as connection:
        assert any_account(connection)


def test_login_and_logout(hub_on_both):
    hub_on_both.admin()
    client = hub_on_both.app.test_client()
    form = {"username": "quan-tri", "password": PASSWORD}
    form["proof"] = proof_of(client.get("/login").text)
    assert client.post("/login", data=form).status_code == 302
    proof = proof_of(client.get("/").text)
    assert client.post("/logout", data={"proof": proof}).status_code == 302
    assert hub_on_both.rows("session") == []


def test_failures_are_counted(hub_on_both):
    for _ in range(throttle.PER_NAME_AND_ADDRESS):
        with writing(hub_on_both.engine) as connection:
            throttle.failed(connection, "a", "10.0.0.1", NOW)
    with reading(hub_on_both.engine) as connection:
        assert throttle.minutes_to_wait(connection, "a", "10.0.0.1", NOW) == 5
        assert throttle.minutes_to_wait(connection, "b", "10.0.0.1", NOW) == 0


def test_tokens_live_until_they_are_revoked(hub_on_both):
    token = create_api_token(hub_on_both.engine, "probe", NOW)
    with reading(hub_on_both.engine) as connection:
        found = living(connection, token, NOW)
        assert found is not None
        assert (found.name, found.scope) == ("probe", "read")
    assert revoke_api_token(hub_on_both.engine, "probe", NOW)
    with reading(hub_on_both.engine) as connection:
        assert living(connection, token, NOW) is None


def test_the_timeline_pages_through_everything_once(hub_on_both):
    seed_show(hub_on_both)
    seen, before = [], None
    while True:
        with reading(hub_on_both.engine) as connection:
            rows, more = timeline.read(connection, "ben-thanh", before=before)
        seen += [row.seq for row in rows]
        if not more:
            break
        before = timeline.parse_cursor(timeline.cursor_text(rows[-1]))
    assert seen == list(range(1, 121))


def test_a_search_for_wildcards_finds_nothing(hub_on_both):
    seed_show(hub_on_both)
    page = hub_on_both.signed_in().get("/?q=%25").text
    assert re.findall(r'<tr id="row-', page) == []
