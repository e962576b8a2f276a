"""`POST /push/<token>`: the address is the secret; and the commands that issue it."""

import argparse

import pytest

from motcua_hub.cli import probing
from motcua_hub.cli.people import RefusedError
from motcua_hub.config import ConfigError, HubConfig, ProbingSection, SecretSection, load
from motcua_hub.ledger import targets
from motcua_hub.store import pushes
from motcua_hub.store.engine import reading, writing
from motcua_hub.web.pages.push import EVERY_MS, WRONG
from support.hub_seed import HubWeb


@pytest.fixture
def web(tmp_path, migrated_url):
    made = HubWeb(tmp_path / "state", url=migrated_url)
    made.state_dir.mkdir(exist_ok=True)
    job = targets.Target(id="job", name="Sao lưu", kind=targets.Kind.SERVICE, life_begin=1)
    with writing(made.engine) as connection:
        targets.add(connection, job, made.clock.now)
    yield made
    made.close()


def issued(web: HubWeb) -> str:
    with writing(web.engine) as connection:
        return pushes.issue(connection, "job", web.clock.now, "test")


def heard(web: HubWeb) -> dict[str, int]:
    with reading(web.engine) as connection:
        return pushes.latest(connection, 0)


def test_a_call_is_heard_and_needs_no_more_than_its_address(web: HubWeb) -> None:
    token = issued(web)
    answer = web.app.test_client().post(f"/push/{token}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert heard(web) == {"job": web.clock.now}
    assert "Set-Cookie" not in answer.headers


def test_only_the_hash_of_the_address_is_kept(web: HubWeb) -> None:
    token = issued(web)
    assert token not in str(web.rows("push_token"))


def test_a_wrong_or_revoked_address_is_nobodys(web: HubWeb) -> None:
    token, client = issued(web), web.app.test_client()
    for wrong in (token[:-1], token + "x", "mcp_", "x" * 5000, "..%2f"):
        assert client.post(f"/push/{wrong}").status_code == 404
    with writing(web.engine) as connection:
        assert pushes.revoke(connection, "job", web.clock.now) == 1
    assert client.post(f"/push/{token}").status_code == 404
    assert heard(web) == {}


def test_reading_the_address_is_no_call(web: HubWeb) -> None:
    token = issued(web)
    assert web.app.test_client().get(f"/push/{token}").status_code == 405
    assert heard(web) == {}


def test_too_many_calls_are_answered_and_not_written(web: HubWeb) -> None:
    token, client, first = issued(web), web.app.test_client(), web.clock.now
    assert client.post(f"/push/{token}").status_code == 204
    web.clock.now = first + EVERY_MS - 1
    assert client.post(f"/push/{token}").status_code == 429
    assert heard(web) == {"job": first}
    web.clock.now = first + EVERY_MS
    assert client.post(f"/push/{token}").status_code == 204


def test_guessing_is_noticed_and_silences_nobody(
    web: HubWeb, caplog: pytest.LogCaptureFixture
) -> None:
    token, client = issued(web), web.app.test_client()
    found = [client.post(f"/push/mcp_{n}").status_code for n in range(WRONG + 2)]
    assert found == [404] * WRONG + [429] * 2
    assert len([each for each in caplog.records if "wrong addresses" in each.message]) == 1
    assert client.post(f"/push/{token}").status_code == 204


def test_the_commands_issue_and_revoke_an_address(
    web: HubWeb, capsys: pytest.CaptureFixture[str]
) -> None:
    config = HubConfig(
        state_dir=str(web.state_dir), database_url=str(web.engine.url.render_as_string(False))
    )
    job = argparse.Namespace(target="job")
    assert probing.issue(config, job) == 0
    path = capsys.readouterr().out.strip()
    assert web.app.test_client().post(path).status_code == 204
    assert probing.revoke(config, job) == 0
    assert web.app.test_client().post(path).status_code == 404
    with pytest.raises(RefusedError, match="has no address"):
        probing.revoke(config, job)
    with pytest.raises(RefusedError, match="there is no target 'none'"):
        probing.issue(config, argparse.Namespace(target="none"))
    actions = [row["action"] for row in web.rows("audit")]
    assert actions[-2:] == ["push_issued", "push_revoked"]


def test_secrets_are_read_from_files_that_are_nobody_elses(tmp_path) -> None:
    file = tmp_path / "db.password"
    file.write_text("geheim\n")
    config = tmp_path / "hub.toml"
    config.write_text('state_dir = "s"\n[probing.secrets.db]\npassword_file = "db.password"\n')
    section = load(config).probing.secrets["db"]
    assert section.password_file == str(file)
    file.chmod(0o604)
    with pytest.raises(ConfigError, match="chmod 0600"):
        probing.secret("db", section)
    file.chmod(0o600)
    assert probing.secret("db", section).password == "geheim"
    file.unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        probing.secret("db", section)
    assert ProbingSection(secrets={"x": SecretSection()}).secrets["x"].cert == ""


def test_a_certificate_that_ends_soon_is_said_on_the_targets_page(web: HubWeb) -> None:
    client, now = web.signed_in(), web.clock.now
    assert "còn 20 ngày" not in client.get("/targets/job").text
    web.add(
        "probe_warning",
        target="job",
        vantage="hub",
        warning="tls_ends_soon",
        detail="certificate: 20 days left",
        since=now,
        seen_at=now,
    )
    assert "còn 20 ngày" in client.get("/targets/job").text
