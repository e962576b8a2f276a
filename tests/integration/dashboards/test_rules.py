"""Rules and routes hold what they promise; every alert says what to do now."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from motcua_contract.faults import FAULTS, Responsible
from support.tree import ROOT

FOLDER = ROOT / "dashboards"
RULES = sorted((FOLDER / "prometheus" / "rules").glob("*.yml"))
ROUTES = FOLDER / "alertmanager" / "alertmanager.yml"
needs_tools = pytest.mark.skipif(
    not (shutil.which("promtool") and shutil.which("amtool")),
    reason="promtool and amtool are not installed",
)


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False
    )


def alerts() -> list[dict[str, Any]]:
    rules = [
        r for file in RULES for g in yaml.safe_load(file.read_text())["groups"] for r in g["rules"]
    ]
    return [rule for rule in rules if "alert" in rule]


@needs_tools
def test_promtool_and_amtool_accept_everything():
    for done in (
        run("promtool", "check", "rules", *RULES),
        run("promtool", "check", "config", FOLDER / "prometheus" / "prometheus.yml"),
        run("amtool", "check-config", ROUTES),
    ):
        assert done.returncode == 0, done.stdout + done.stderr


@needs_tools
def test_the_rules_fire_and_end_as_their_tests_say():
    done = run("promtool", "test", "rules", *(FOLDER / "prometheus" / "tests").glob("*.yml"))
    assert done.returncode == 0, done.stdout + done.stderr


@needs_tools
def test_a_rule_that_is_broken_fails_its_test(tmp_path: Path):
    shutil.copytree(FOLDER / "prometheus", tmp_path / "prometheus")
    file = tmp_path / "prometheus" / "rules" / "alerts.yml"
    file.write_text(file.read_text().replace("for: 10m", "for: 40m"))
    done = run("promtool", "test", "rules", tmp_path / "prometheus" / "tests" / "alerts.yml")
    assert done.returncode != 0


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_says_what_to_do_and_who(alert: dict[str, Any]):
    said, labels = alert["annotations"], alert["labels"]
    assert said["summary"]
    assert len(said["todo"].split()) >= 6
    assert labels["severity"] in {"1", "2", "3", "4"}
    assert labels["responsible"] in set(Responsible)
    if "runbook" in said:
        assert (ROOT / "docs" / "runbooks" / f"{said['runbook']}.md").exists()
    else:
        assert said["who"]


def test_every_fault_of_a_device_has_its_alert_once():
    names = [alert["alert"] for alert in alerts()]
    assert len(names) == len(set(names))
    here = {f for f in FAULTS if f.device not in ("server", "service")}
    told = {
        (a["labels"]["device"], a["expr"].split('code="')[1].split('"')[0])
        for a in alerts()
        if "device" in a["labels"]
    }
    by_hub = {("link", "down"), ("link", "suspect"), ("link", "offline")}
    assert {(f.device, f.code) for f in here} - told == by_hub


@needs_tools
@pytest.mark.parametrize("who", list(Responsible))
def test_an_alert_goes_to_its_class_of_repairers(who: Responsible):
    done = run(
        "amtool", "config", "routes", "test", f"--config.file={ROUTES}", f"responsible={who}"
    )
    assert done.stdout.split() == [who.value]


@needs_tools
def test_an_alert_of_nobody_goes_to_everybody():
    done = run("amtool", "config", "routes", "test", f"--config.file={ROUTES}", "alertname=X")
    assert done.stdout.split() == ["everybody"]


def test_the_dashboards_are_json_that_names_one_source():
    for file in (FOLDER / "grafana").glob("*.json"):
        board = json.loads(file.read_text())
        assert board["uid"].startswith("motcua-")
        for panel in board["panels"]:
            assert panel["datasource"]["uid"] == "$datasource", panel["title"]
            assert panel["targets"], panel["title"]
