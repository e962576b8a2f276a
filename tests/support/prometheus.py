"""A real Prometheus on loopback that scrapes what it is told to."""

import contextlib
import json
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from demo.processes import free_port
from support.tree import ROOT
from support.waiting import until

RULES = ROOT / "dashboards" / "prometheus" / "rules"


class Prometheus:
    """Its HTTP API."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str, **params: str) -> Any:
        """The `data` of an answer; an error is raised with what it said."""
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(params)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own loopback
                told = json.load(answer)
        except urllib.error.HTTPError as error:
            told = json.load(error)
        assert told["status"] == "success", f"{params}: {told}"
        return told["data"]

    def query(self, expr: str) -> list[dict[str, Any]]:
        """The instant vector of an expression."""
        found: list[dict[str, Any]] = self.get("query", query=expr)["result"]
        return found

    def up(self) -> bool:
        """Whether every target was scraped."""
        try:
            targets = self.get("targets")["activeTargets"]
        except (OSError, ValueError):
            return False  # it starts: it says so in words that are no JSON
        return bool(targets) and all(target["health"] == "up" for target in targets)


@contextlib.contextmanager
def scraping(folder: Path, targets: Mapping[str, int]) -> Iterator[Prometheus]:
    """Prometheus with our rules, scraping `targets` (job -> port) every second."""
    port = free_port()
    jobs = [
        {"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{number}"]}]}
        for job, number in targets.items()
    ]
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [f"{RULES}/*.yml"],
        "scrape_configs": jobs,
    }
    file = folder / "prometheus.yml"
    file.write_text(json.dumps(config))
    log = (folder / "prometheus.log").open("w")
    program = subprocess.Popen(
        [
            "prometheus",
            f"--config.file={file}",
            f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stdout=log,
        stderr=log,
    )
    try:
        server = Prometheus(port)
        until(server.up, within=60, every=0.2)
        yield server
    finally:
        program.terminate()
        program.wait(20)
        log.close()
