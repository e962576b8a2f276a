"""The JSON interface."""

import pytest

from motcua_hub.store.engine import reading
from motcua_hub.web.security.tokens import (
    TokenRefusedError,
    create_api_token,
    list_api_tokens,
    revoke_api_token,
)
from support.hub_seed import NOW, seed_show


def ask(hub, path, token):
    return hub.app.test_client().get(path, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def token(hub):
    seed_show(hub)
    return create_api_token(hub.engine, "probe", NOW)


def test_a_token_reads_all_sites(hub, token):
    body = ask(hub, "/api/v1/sites", token).json
    lines = {line["site"]: line for line in body["sites"]}
    assert lines["an-khanh"]["verdict"] == "ok"
    assert (lines["ben-thanh"]["issued"], lines["ben-thanh"]["waiting"]) == (107, 21)
    assert lines["moi-lap"]["issued"] is None
    assert lines["na-son"] | {"link": "offline", "stale": True} == lines["na-son"]
    assert body["totals"]["sites"] == len(lines) == 6


def test_a_token_reads_one_site(hub, token):
    body = ask(hub, "/api/v1/sites/ben-thanh", token).json
    assert [counter["ticket"] for counter in body["counters"]] == ["A020", "A021", "", ""]
    assert body["ratings"][0]["small"] is True
    assert body["streams"][0] | {"have": 420, "last": 423} == body["streams"][0]
    assert body["streams"][1]["missing"] == 7


def test_incidents_are_listed_open_ones_unless_all_are_asked_for(hub, token):
    body = ask(hub, "/api/v1/incidents", token).json
    assert {one["kind"] for one in body["incidents"]} == {"gap", "duplicate_identity"}
    assert len(ask(hub, "/api/v1/incidents?status=all", token).json["incidents"]) == 3
    only = ask(hub, "/api/v1/incidents?site=phu-lien", token).json["incidents"]
    assert [one["count"] for one in only] == [3]


def test_a_site_nobody_knows_is_a_problem_in_json(hub, token):
    answer = ask(hub, "/api/v1/sites/nowhere", token)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert "GET /api/v1/sites" in answer.json["detail"]


@pytest.mark.parametrize("wrong", ["", "x", "mch_", "mch_wrong", "é"])
@pytest.mark.usefixtures("token")
def test_a_wrong_token_is_refused(hub, wrong):
    answer = ask(hub, "/api/v1/sites", wrong.encode().decode("latin-1"))
    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_opens_no_page(hub, token):
    hub.admin()
    assert ask(hub, "/", token).status_code == 302
    assert ask(hub, "/live/overview", token).status_code == 401


def test_a_revoked_token_opens_nothing(hub, token):
    assert revoke_api_token(hub.engine, "probe", NOW)
    assert ask(hub, "/api/v1/sites", token).status_code == 401
    assert not revoke_api_token(hub.engine, "probe", NOW)


def test_an_expired_token_opens_nothing(hub):
    token = create_api_token(hub.engine, "short", NOW, expires_at=NOW + 10)
    assert ask(hub, "/api/v1/sites", token).status_code == 200
    hub.clock.now = NOW + 10
    assert ask(hub, "/api/v1/sites", token).status_code == 401


@pytest.mark.parametrize("name", ["probe", "", " ", "x" * 65])
@pytest.mark.usefixtures("token")
def test_a_token_name_that_cannot_be_used_is_refused(hub, name):
    with pytest.raises(TokenRefusedError):
        create_api_token(hub.engine, name, NOW)


def test_the_secret_of_a_token_is_stored_nowhere(hub, token):
    files = list(hub.state_dir.glob("hub.sqlite3*"))
    assert all(token.encode() not in path.read_bytes() for path in files)
    with reading(hub.engine) as connection:
        assert [one.name for one in list_api_tokens(connection)] == ["probe"]


def test_a_person_with_a_session_reads_the_api_too(hub):
    seed_show(hub)
    assert hub.signed_in().get("/api/v1/sites").status_code == 200


def test_the_api_never_writes(hub):
    client = hub.signed_in()
    for method in (client.post, client.put, client.delete, client.patch):
        assert method("/api/v1/incidents").status_code in (400, 405)
