"""The command line: what operators and tests rely on."""

import json
import stat
import urllib.request
from pathlib import Path

import pytest

from motcua_hub.ingest import Receiver
from motcua_hub.store.engine import open_engine
from motcua_provisioning.authority import Authority
from support.broker import Broker, free_port
from support.hubprogram import hub_command, program, run_hub, write_config
from support.hubsite import T0, Journal
from support.migrated import fresh
from support.waiting import until

SITE = "q1-ben-nghe"


def fill(config: Path) -> Journal:
    engine = fresh(config.parent / "state" / "hub.sqlite3")
    journal = Journal("a")
    journal.serve(1)
    Receiver(engine).batch(SITE, journal.batch(), T0)
    Receiver(engine).batch(SITE, b"junk", T0)
    engine.dispose()
    return journal


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path)


def test_an_export_has_every_event_on_a_line(config: Path) -> None:
    journal = fill(config)
    done = run_hub("export", "--site", SITE, "--jsonl", "--config", config)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert list(rows[0]) == [
        "jid", "seq", "eid", "type", "boot", "t_mono", "t_wall", "clock", "business_day",
        "body", "digest",
    ]  # fmt: skip
    assert [row["digest"] for row in rows] == [journal.digest(n) for n in range(1, 7)]


def test_verify_backup_and_restore(config: Path, tmp_path: Path) -> None:
    fill(config)
    assert run_hub("verify", "--config", config).returncode == 0
    done = run_hub("backup", "--to", tmp_path / "b", "--config", config)
    assert "generation 1, 6 events, verified" in done.stdout
    database = tmp_path / "state" / "hub.sqlite3"
    database.unlink()
    file = tmp_path / "b" / "motcua-hub-000001.sqlite3"
    done = run_hub("restore", "--from", file, "--config", config)
    assert (done.returncode, done.stdout) == (0, "restored generation 1, 6 events\n")
    engine = open_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET t_wall = 1 WHERE seq = 2")
    engine.dispose()
    done = run_hub("verify", "--config", config)
    assert done.returncode == 1
    assert "row 2 does not have its digest" in done.stdout


def test_projections_can_be_computed_again(config: Path) -> None:
    fill(config)
    engine = open_engine(f"sqlite:///{config.parent / 'state' / 'hub.sqlite3'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE queue_day SET served = 99")
    engine.dispose()
    assert run_hub("verify", "--config", config).returncode == 1
    assert run_hub("rebuild", "--config", config).stdout == f"{SITE}: computed again\n"
    assert run_hub("verify", "--config", config).returncode == 0


def test_incidents_are_listed_and_closed(config: Path) -> None:
    fill(config)
    done = run_hub("incidents", "list", "--config", config)
    fields = done.stdout.split("\t")
    assert (fields[1], fields[3], fields[4]) == ("open", SITE, "poison")
    assert run_hub("incidents", "close", fields[0], "--config", config).returncode == 0
    assert run_hub("incidents", "list", "--config", config).stdout == ""
    again = run_hub("incidents", "close", fields[0], "--config", config)
    assert (again.returncode, again.stderr) == (
        2,
        f"motcua-hub: incident {fields[0]} stays: it is closed already\n",
    )


def test_devices_are_enrolled_once_and_revoked_for_good(tmp_path: Path) -> None:
    Authority.create(tmp_path / "ca")
    config = write_config(tmp_path, '[provisioning]\ndir = "ca"')

    def device(*arguments: object) -> tuple[int, str, str]:
        done = run_hub("device", *arguments, "--config", config)
        return done.returncode, done.stdout, done.stderr

    enroll = ("enroll", "d-1", "--site", SITE, "--to", tmp_path / "kit")
    assert device(*enroll)[0] == 0
    key = tmp_path / "kit" / "d-1.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert device("list")[1] == f"d-1\t{SITE}\tactive\n"
    code, _, why = device("enroll", "d-1", "--site", "q3-vo-thi-sau", "--to", tmp_path / "kit")
    assert code == 2
    assert "belongs to site" in why
    assert device("revoke", "d-1")[0] == 0
    assert device("list")[1] == f"d-1\t{SITE}\trevoked\n"
    code, _, why = device(*enroll)
    assert code == 2
    assert "was revoked" in why
    assert device("enroll", "a/+", "--site", SITE, "--to", tmp_path / "kit")[0] == 2
    assert device("revoke", "d-2")[0] == 2


def test_sites_have_names(config: Path) -> None:
    assert run_hub("site", "add", SITE, "--name", "Bến Nghé", "--config", config).returncode == 0
    assert run_hub("site", "list", "--config", config).stdout == f"{SITE}\tBến Nghé\n"
    assert run_hub("site", "add", "A/B", "--config", config).returncode == 2


def test_the_first_account_is_made_once_with_a_good_password(config: Path) -> None:
    def create(name: str, password: str) -> tuple[int, str]:
        done = run_hub("admin", "create", name, "--config", config, text=password + "\n")
        return done.returncode, done.stderr

    assert create("an", "mật-khẩu-rất-dài")[0] == 2
    assert "shorter than 10" in create("admin", "ngắn")[1]
    assert create("admin", "mật-khẩu-rất-dài") == (0, "")
    assert "exists already" in create("other", "mật-khẩu-rất-dài")[1]
    changed = run_hub("admin", "password", "admin", "--config", config, text="mật-khẩu-mới-hơn\n")
    assert changed.returncode == 0
    unknown = run_hub("admin", "password", "nobody", "--config", config, text="mật-khẩu-mới-hơn\n")
    assert unknown.returncode == 2


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("colour = 1", "colour"),
        ("[mqtt]\nhost = 'x'\nprot = 1", "`$.mqtt`"),
        ("[mqtt]\nhost = 'x'\nca = 'y'", "give ca, cert and key, or none"),
        ("[web]\nport = 70000", "`$.web.port`"),
        ("][", "docs/configuration.md"),
    ],
)
def test_a_configuration_with_a_fault_is_refused_with_its_path(
    tmp_path: Path, lines: str, told: str
) -> None:
    done = run_hub("verify", "--config", write_config(tmp_path, lines))
    assert done.returncode == 2
    assert str(tmp_path / "hub.toml") in done.stderr
    assert told in done.stderr


def test_ingest_without_a_broker_says_what_is_missing(config: Path) -> None:
    done = run_hub("ingest", "--config", config)
    assert done.returncode == 2
    assert "there is no [mqtt] section" in done.stderr


def test_a_wrong_certificate_is_named(tmp_path: Path) -> None:
    mqtt = '[mqtt]\nhost = "127.0.0.1"\nca = "no.crt"\ncert = "no.crt"\nkey = "no.key"'
    done = run_hub("ingest", "--config", write_config(tmp_path, mqtt))
    assert done.returncode == 2
    assert "no.crt" in done.stderr


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own
            return answer.status == 200
    except OSError:
        return False


def test_run_serves_pages_keeps_restore_out_and_ends_on_sigterm(
    broker: Broker, tmp_path: Path
) -> None:
    port = free_port()
    web = f'[web]\nhost = "127.0.0.1"\nport = {port}'
    config = write_config(tmp_path, broker.hub().toml(), web)
    with program(hub_command("run", "--config", config), tmp_path / "hub.log") as hub:
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), within=30)
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), within=30)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            assert b"motcua_ingest_connected 1.0" in answer.read()
        token = tmp_path / "state" / "setup-token"
        assert stat.S_IMODE(token.stat().st_mode) == 0o600
        done = run_hub("restore", "--from", tmp_path / "x", "--config", config)
        assert (done.returncode, "stop it first" in done.stderr) == (2, True)
        assert hub.stop() == 0
