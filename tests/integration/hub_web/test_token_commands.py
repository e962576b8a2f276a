"""`motcua-hub admin token` and `admin revoke-token`."""

import pytest

from motcua_hub.cli.commands import run_cli
from support.hub_seed import HubWeb


@pytest.fixture
def run(tmp_path, capsys):
    config = tmp_path / "hub.toml"
    config.write_text('state_dir = "state"\n')

    def command(*words):
        code = run_cli(["admin", *words, "--config", str(config)])
        said = capsys.readouterr()
        return code, said.out.strip(), said.err

    return command


def test_a_token_from_the_command_line_reads_the_api(run, tmp_path):
    code, token, _ = run("token", "probe")
    assert code == 0
    hub = HubWeb(tmp_path / "state")
    header = {"Authorization": f"Bearer {token}"}
    assert hub.app.test_client().get("/api/v1/sites", headers=header).status_code == 200
    assert run("revoke-token", "probe")[0] == 0
    assert hub.app.test_client().get("/api/v1/sites", headers=header).status_code == 401
    hub.close()


def test_a_name_is_used_once(run):
    run("token", "probe")
    code, token, told = run("token", "probe")
    assert (code, token) == (2, "")
    assert "choose another name" in told


def test_ending_an_unknown_token_is_refused(run):
    code, _, told = run("revoke-token", "nobody")
    assert code == 2
    assert "nobody" in told
