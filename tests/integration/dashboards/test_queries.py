"""Every query of every dashboard, asked of a real Prometheus that scraped a real hub and office."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.client import OfficeClient
from demo.offices import OFFICES
from demo.stack import Stack, running
from support.prometheus import Prometheus, scraping
from support.tree import ROOT
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
BOARDS = sorted((ROOT / "dashboards" / "grafana").glob("*.json"))
SMALL = OFFICES[0]
PLAIN = """import type { Dashboard } from "@grafana/schema";
// JSON holds the values of enumerations, not their names
type Plain<T> = T extends string ? `${T}` : T extends number | boolean | null | undefined ? T
  : T extends (infer U)[] ? Plain<U>[] : { [K in keyof T]: Plain<T[K]> };"""
MAY_BE_EMPTY = re.compile(r"faults|lag_seconds")
"""Nothing is broken in this province, and no event came late enough to have been counted."""


def queries(board: Path) -> list[tuple[str, str]]:
    """Title and expression of every query of a dashboard."""
    panels = json.loads(board.read_text())["panels"]
    return [(p["title"], target["expr"]) for p in panels for target in p["targets"]]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("dashboards")
    with running(Stack(folder / "province", [SMALL])) as started:
        asyncio.run(visit(started.sites[SMALL.site].url))
        yield started


async def visit(url: str) -> None:
    """A citizen takes a number, so that there are figures."""
    async with OfficeClient(url) as client:
        await client.post("/api/v1/tickets", {"service": "CT", "purpose": "submit"})


@pytest.fixture(scope="module")
def prometheus(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    if not shutil.which("prometheus"):
        pytest.skip("prometheus is not installed")
    targets = {"motcua-hub": stack.hub_port, "motcua-edge": stack.sites[SMALL.site].port}
    with scraping(tmp_path_factory.mktemp("prometheus"), targets) as server:
        yield server


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.stem)
def test_every_query_returns_data(board: Path, prometheus: Prometheus):
    def silent() -> list[tuple[str, str]]:
        asked = [(title, expr.replace("$site", SMALL.site)) for title, expr in queries(board)]
        assert not [one for one in asked if "$" in one[1]]
        return [
            one for one in asked if not prometheus.query(one[1]) and not MAY_BE_EMPTY.search(one[1])
        ]

    # recording rules and rates need a few scrapes
    until(lambda: [silent()] == [[]], within=60, every=2)


def test_a_fault_of_a_device_is_on_the_dashboard_within_a_minute(
    prometheus: Prometheus, stack: Stack
):
    site = stack.sites[SMALL.site]
    until(lambda: prometheus.query('motcua_site_online{site="na-son"} == 1'), within=60, every=0.5)
    site.set_printer(paper_out=True)
    seen = 'motcua_site_faults{site="na-son",device="printer",code="paper_out"} > 0'
    found = until(lambda: prometheus.query(seen), within=60, every=0.5)
    assert found[0]["metric"]["responsible"] == "hardware"
    pending = 'ALERTS{alertname="MotcuaFaultPrinterPaperOut",site="na-son"}'
    until(lambda: prometheus.query(pending), within=30, every=0.5)
    site.set_printer()
    until(lambda: not prometheus.query(seen), within=60, every=0.5)


def npm() -> str:
    found = shutil.which("npm")
    if found is None:
        pytest.skip("npm is not installed: the dashboards' types are not checked here")
    return found


def test_the_dashboards_have_the_types_of_grafanas_own_schema(tmp_path: Path):
    installed = subprocess.run(
        [
            npm(),
            "install",
            "--no-package-lock",
            "--no-audit",
            "--no-fund",
            "--prefix",
            tmp_path,
            "@grafana/schema@13.2.3",
            "typescript@5.9.3",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert installed.returncode == 0, installed.stderr[-2000:]
    lines: list[str] = [PLAIN]
    for number, board in enumerate(BOARDS):
        body: Any = json.loads(board.read_text())
        lines.append(
            f"const d{number}: Plain<Dashboard> = {json.dumps(body)};\nexport {{ d{number} }};"
        )
    (tmp_path / "boards.ts").write_text("\n".join(lines))
    checked = tsc(tmp_path, "boards.ts")
    assert checked.returncode == 0, checked.stdout[-3000:]
    (tmp_path / "wrong.ts").write_text(
        lines[0] + '\nexport const d: Plain<Dashboard> = {"title": 5};\n'
    )
    assert tsc(tmp_path, "wrong.ts").returncode != 0, "the checker must be able to refuse"


def tsc(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            folder / "node_modules" / ".bin" / "tsc",
            "--noEmit",
            "--skipLibCheck",
            "--strict",
            "--module",
            "esnext",
            "--moduleResolution",
            "bundler",
            name,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
