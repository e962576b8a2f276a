"""The first run: no default password, one admin, one token."""

import threading
import unicodedata

import pytest

from motcua_hub.store.engine import reading
from motcua_hub.web.first_run import prepare_first_run
from motcua_hub.web.security.accounts import AccountRefusedError, create_first_admin, find
from motcua_hub.web.security.passwords import Passwords
from motcua_hub.web.security.setup_token import token_path
from support.hub_seed import ADMIN, CHEAP, NOW, PASSWORD, proof_of


@pytest.fixture
def token(hub):
    return prepare_first_run(hub.engine, hub.state_dir)


def send(hub, client=None, **changes):
    client = client or hub.app.test_client()
    proof = proof_of(client.get("/setup").text)
    form = {"username": ADMIN, "password": PASSWORD, "again": PASSWORD, "proof": proof}
    return client.post("/setup", data=form | changes)


def test_a_new_hub_sends_everybody_to_the_setup(hub):
    client = hub.app.test_client()
    assert client.get("/").location == "/setup"
    assert client.get("/login").location == "/setup"


def test_the_token_and_a_password_make_the_admin_who_is_logged_in_at_once(hub, token):
    client = hub.app.test_client()
    assert send(hub, client, token=token).location == "/"
    assert client.get("/").status_code == 200
    assert [row["name"] for row in hub.rows("account")] == [ADMIN]
    assert {row["action"] for row in hub.rows("audit")} == {"setup", "login"}


def test_the_password_is_stored_only_as_argon2(hub, token):
    send(hub, token=token)
    stored = hub.rows("account")[0]["password_hash"]
    assert stored.startswith("$argon2id$")
    everything = token_path(hub.state_dir).parent.glob("hub.sqlite3*")
    assert all(PASSWORD.encode() not in path.read_bytes() for path in everything)


def test_the_token_works_once(hub, token):
    send(hub, token=token)
    assert not token_path(hub.state_dir).exists()
    client = hub.app.test_client()
    assert client.get("/setup").location == "/login"
    proof = proof_of(client.get("/login").text)
    form = {"proof": proof, "token": token, "username": "second", "password": PASSWORD}
    assert client.post("/setup", data=form).status_code == 403
    assert len(hub.rows("account")) == 1


def test_a_wrong_token_makes_nothing_and_is_slowed_down(hub, token):
    client = hub.app.test_client()
    answers = [send(hub, client, token=token + "x").status_code for _ in range(6)]
    assert answers == [403, 403, 403, 403, 403, 429]
    assert send(hub, client, token=token).status_code == 429
    assert hub.rows("account") == []


def test_without_a_token_file_no_token_fits(hub):
    assert send(hub, token="").status_code == 403


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "ngắn", "again": "ngắn"}, "ít nhất 10 ký tự"),
        ({"again": "khác hẳn một chút"}, "không giống nhau"),
        ({"username": "Quản Trị"}, "Tên đăng nhập gồm"),
        ({"username": "ab"}, "Tên đăng nhập gồm"),
    ],
)
def test_a_refusal_says_why_and_keeps_the_token(hub, token, changes, words):
    answer = send(hub, token=token, **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert hub.rows("account") == []
    assert send(hub, token=token).status_code == 302


def test_a_password_is_never_shown_again(hub, token):
    answer = send(hub, token=token, again="một chuỗi khác hẳn")
    assert PASSWORD not in answer.text
    assert token not in answer.text


def test_two_first_runs_at_once_make_one_account(hub):
    passwords, made, refused = Passwords(CHEAP), [], []

    def run(name):
        try:
            create_first_admin(hub.engine, passwords, name=name, password=PASSWORD, now=NOW)
            made.append(name)
        except AccountRefusedError:
            refused.append(name)

    threads = [threading.Thread(target=run, args=(f"admin-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(made), len(refused)) == (1, 3)
    assert len(hub.rows("account")) == 1


def test_after_the_first_run_no_token_is_made_again(hub, token):
    send(hub, token=token)
    assert prepare_first_run(hub.engine, hub.state_dir) is None
    assert not token_path(hub.state_dir).exists()


def test_a_password_set_composed_opens_when_typed_decomposed(hub, token):
    send(hub, token=token)
    client = hub.app.test_client()
    proof = proof_of(client.get("/login").text)
    typed = unicodedata.normalize("NFD", PASSWORD)
    assert typed != PASSWORD
    answer = client.post("/login", data={"proof": proof, "username": ADMIN, "password": typed})
    assert answer.status_code == 302
    with reading(hub.engine) as connection:
        assert find(connection, ADMIN) is not None
