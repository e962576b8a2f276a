"""Login, logout, sessions, throttling."""

import pytest
from sqlalchemy import update

from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from motcua_hub.web.security import sessions
from motcua_hub.web.security.accounts import set_password
from motcua_hub.web.security.passwords import Passwords
from motcua_hub.web.security.throttle import WINDOW_MS
from support.hub_seed import ADMIN, CHEAP, NOW, PASSWORD, proof_of


def log_in(client, password=PASSWORD, name=ADMIN, address="10.0.0.1", **more):
    at = {"REMOTE_ADDR": address}
    proof = proof_of(client.get("/login", environ_overrides=at).text)
    form = {"proof": proof, "username": name, "password": password} | more
    return client.post("/login", data=form, environ_overrides=at)


def cookie_of(answer, name=sessions.COOKIE):
    return next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(name + "="))


def test_the_session_cookie_is_for_this_server_only(hub):
    hub.admin()
    cookie = cookie_of(log_in(hub.app.test_client()))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_only_the_hash_of_the_session_is_stored(hub):
    hub.admin()
    token = cookie_of(log_in(hub.app.test_client())).split(";")[0].partition("=")[2]
    files = list(hub.state_dir.glob("hub.sqlite3*"))
    assert files
    assert all(token.encode() not in path.read_bytes() for path in files)
    assert hub.rows("session")[0]["token_sha256"] == sessions.sha256(token)


@pytest.mark.parametrize(
    ("name", "password"), [(ADMIN, "sai mật khẩu"), ("nobody", PASSWORD), ("", "")]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_words(hub, name, password):
    hub.admin()
    answer = log_in(hub.app.test_client(), password=password, name=name)
    assert answer.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text


def test_five_failures_close_the_door_for_that_name_and_address_only(hub):
    hub.admin()
    client = hub.app.test_client()
    for _ in range(5):
        assert log_in(client, password="sai mật khẩu").status_code == 401
    answer = log_in(client)
    assert answer.status_code == 429
    assert "sau 5 phút" in answer.text
    assert log_in(hub.app.test_client(), address="10.0.0.2").status_code == 302


def test_the_door_opens_again_after_five_minutes(hub):
    hub.admin()
    client = hub.app.test_client()
    for _ in range(5):
        log_in(client, password="sai mật khẩu")
    hub.clock.now = NOW + WINDOW_MS - 1
    assert log_in(client).status_code == 429
    hub.clock.now = NOW + WINDOW_MS + 1
    assert log_in(client).status_code == 302


def test_trying_many_names_from_one_address_is_slowed_down_too(hub):
    hub.admin()
    client = hub.app.test_client()
    for n in range(20):
        assert log_in(client, name=f"name-{n}").status_code == 401
    assert log_in(client).status_code == 429


def test_a_success_forgets_the_failures(hub):
    hub.admin()
    client = hub.app.test_client()
    for _ in range(4):
        log_in(client, password="sai mật khẩu")
    assert log_in(client).status_code == 302
    assert hub.rows("login_failure") == []


def test_what_was_typed_as_a_name_is_written_nowhere(hub):
    hub.admin()
    log_in(hub.app.test_client(), name="my-secret-by-mistake")
    rows = str(hub.rows("audit") + hub.rows("login_failure"))
    assert "my-secret-by-mistake" not in rows
    assert "login_failed" in rows


def test_logout_ends_the_session_on_the_server(hub):
    client = hub.signed_in()
    cookie = client.get_cookie(sessions.COOKIE).value
    proof = proof_of(client.get("/").text)
    assert client.post("/logout", data={"proof": proof}).location == "/login?out=1"
    client.set_cookie(sessions.COOKIE, cookie)
    assert client.get("/").status_code == 302
    assert hub.rows("session") == []


def test_logout_cannot_be_done_by_a_link(hub):
    client = hub.signed_in()
    assert client.get("/logout").status_code == 405
    assert client.get("/").status_code == 200


def test_a_session_ends_after_twelve_hours(hub):
    client = hub.signed_in()
    hub.clock.now = NOW + sessions.LIFETIME_MS - 1
    assert client.get("/").status_code == 200
    hub.clock.now = NOW + sessions.LIFETIME_MS
    assert client.get("/").status_code == 302
    assert client.get("/live/overview").status_code == 401


def test_a_disabled_account_is_out_at_once(hub):
    client = hub.signed_in()
    with writing(hub.engine) as connection:
        connection.execute(update(schema.account).values(disabled_at=NOW))
    assert client.get("/").status_code == 302
    assert log_in(hub.app.test_client()).status_code == 401


def test_a_new_password_ends_all_sessions(hub):
    client = hub.signed_in()
    new = "một mật khẩu hoàn toàn mới"
    assert set_password(hub.engine, Passwords(CHEAP), name=ADMIN, password=new, now=NOW)
    assert client.get("/").status_code == 302
    assert log_in(hub.app.test_client()).status_code == 401
    assert log_in(hub.app.test_client(), password=new).status_code == 302
    assert not set_password(hub.engine, Passwords(CHEAP), name="nobody", password=new, now=NOW)


def test_after_login_one_goes_where_one_wanted(hub):
    hub.admin()
    client = hub.app.test_client()
    assert client.get("/incidents?all=1").location == "/login?next=/incidents?all%3D1"
    assert log_in(client, next="/incidents?all=1").location == "/incidents?all=1"


@pytest.mark.parametrize(
    "away",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/\n/x", ""],
)
def test_login_never_leads_to_another_site(hub, away):
    hub.admin()
    assert log_in(hub.app.test_client(), next=away).location == "/"


@pytest.mark.parametrize("cookie", ["", "x", "é", "a" * 3000, "'; drop table session; --"])
def test_a_forged_cookie_opens_nothing(hub, cookie):
    hub.admin()
    client = hub.app.test_client()
    client.set_cookie(sessions.COOKIE, cookie)
    assert client.get("/").status_code == 302


def test_a_huge_form_is_refused(hub):
    hub.admin()
    assert log_in(hub.app.test_client(), password="x" * 200_000).status_code == 413
