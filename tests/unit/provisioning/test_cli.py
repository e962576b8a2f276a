from pathlib import Path

import pytest

from motcua_provisioning import cli


class Desk:
    """Runs commands on one authority folder and keeps what they said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys

    def run(self, *argv: str) -> tuple[int, str, str]:
        code = cli.main(["--dir", str(self.folder / "ca"), *argv])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def must(self, *argv: str) -> str:
        code, out, err = self.run(*argv)
        assert (code, err) == (0, "")
        return out


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def test_from_nothing_to_a_broker_that_knows_a_device(desk: Desk) -> None:
    desk.must("ca", "init")
    card, folder = desk.folder / "card", desk.folder / "broker"
    enroll = ["device", "enroll", "--site", "q1-a", "--device", "d-7f3k", "--out", str(card)]
    assert "d-7f3k.key" in desk.must(*enroll)
    desk.must("hub", "enroll", "--out", str(desk.folder / "hub"))
    out = desk.must("broker", "config", "--out", str(folder), "--host", "localhost")
    assert f"mosquitto -c {folder}/mosquitto.conf" in out
    assert "user d-7f3k" in (folder / "acl").read_text()
    assert (desk.folder / "hub" / "hub.key").exists()
    assert desk.must("device", "list") == "d-7f3k\tq1-a\tactive\n"


def test_a_revoked_device_leaves_the_brokers_rules(desk: Desk) -> None:
    desk.must("ca", "init")
    card, folder = str(desk.folder / "card"), str(desk.folder / "broker")
    desk.must("broker", "config", "--out", folder, "--host", "localhost")
    enroll = ["device", "enroll", "--site", "q1-a", "--device", "d-7f3k", "--out", card]
    desk.must(*enroll, "--broker", folder)
    before = (desk.folder / "broker" / "crl.pem").read_bytes()
    assert "user d-7f3k" in (desk.folder / "broker" / "acl").read_text()
    desk.must("device", "revoke", "--device", "d-7f3k", "--broker", folder)
    assert "user d-7f3k" not in (desk.folder / "broker" / "acl").read_text()
    assert (desk.folder / "broker" / "crl.pem").read_bytes() != before
    assert desk.must("device", "list") == "d-7f3k\tq1-a\trevoked\n"
    code, _, err = desk.run(*enroll)
    assert (code, "stays so" in err) == (1, True)


def test_a_refusal_is_one_line_and_changes_nothing(desk: Desk) -> None:
    out = ["--out", str(desk.folder / "card")]
    code, _, err = desk.run("device", "enroll", "--site", "q1-a", "--device", "d-7f3k", *out)
    assert code == 1
    assert err == (
        f"motcua-provision: {desk.folder}/ca holds no authority; "
        "make one with: motcua-provision ca init\n"
    )
    desk.must("ca", "init")
    for site, device in (("q1/a", "d-7f3k"), ("q1-a", "d+"), ("q1-a", "hub")):
        code, _, err = desk.run("device", "enroll", "--site", site, "--device", device, *out)
        assert (code, err.count("\n")) == (1, 1)
        assert "not allowed" in err
    assert desk.must("device", "list") == ""
    assert not (desk.folder / "card").exists()


def test_a_second_authority_is_refused(desk: Desk) -> None:
    desk.must("ca", "init")
    code, _, err = desk.run("ca", "init")
    assert code == 1
    assert "already holds an authority" in err


def test_a_daily_refresh_renews_the_list_and_a_dead_broker_is_named(desk: Desk) -> None:
    desk.must("ca", "init")
    folder = desk.folder / "broker"
    desk.must("broker", "config", "--out", str(folder), "--host", "localhost")
    before = (folder / "crl.pem").read_bytes()
    desk.must("broker", "refresh", "--broker", str(folder))
    assert (folder / "crl.pem").read_bytes() != before
    code, _, err = desk.run("broker", "refresh", "--broker", str(folder), "--pid", "4194303")
    assert code == 1
    assert "pid 4194303" in err
