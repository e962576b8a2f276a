"""P8 and P10: the overview page and `/metrics` of a province, 200 sites of 25 devices."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from motcua_hub.domain.health.quantities import PICTURE
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.numbers import keep_numbers
from support.hub_seed import NOW, HubWeb, seed_past, seed_province
from support.ratios import record, record_alone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROUNDS = 25
HEALTHCHECKS_MS, HEALTHCHECKS_KB = 1_600, 9_700
"""What a dashboard of 5,000 checks takes in healthchecks on a machine like this one."""
ROWS = (
    "SELECT site, component, state, code, since, at, received_at FROM health_report",
    "SELECT * FROM site_live",
    "SELECT * FROM queue_day",
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubWeb]:
    made = HubWeb(tmp_path)
    seed_province(made)
    seed_past(made)
    yield made
    made.close()


def in_turns(
    ours: Callable[[], object], bare: Callable[[], object], rounds: int = ROUNDS
) -> tuple[float, float]:
    """The median ms of processor time of both, called in turns `rounds` times."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for act, times in zip((ours, bare), found, strict=True):
            begun = time.thread_time()
            act()
            times.append((time.thread_time() - begun) * 1000)
    return median(found[0]), median(found[1])


def test_the_overview_of_a_province(hub: HubWeb) -> None:
    client = hub.signed_in()

    def page() -> bytes:
        answer = client.get("/", headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        return answer.data

    def rows() -> None:
        with reading(hub.engine) as connection:
            for statement in ROWS:
                connection.exec_driver_sql(statement).fetchall()

    ours, bare = in_turns(page, rows)
    record("P8", "overview, 200 x 25", ours=ours, bare=bare, unit="ms", reach="<= 5")
    note = "(bare: known)"
    what = "overview, healthchecks' 5,000 checks beside it"
    record("P8", what, ours=HEALTHCHECKS_MS, bare=ours, unit="ms", reach=">= 20", note=note)
    size = len(page()) / 1000
    record_alone("P8", "overview, compressed", ours=size, unit="kB", reach="<= 150")


@pytest.mark.parametrize("path", ["/morning", "/sites/diem-001/devices"])
def test_other_pages_are_no_dearer_than_the_overview(hub: HubWeb, path: str) -> None:
    client = hub.signed_in()
    ours, first = in_turns(lambda: client.get(path), lambda: client.get("/"), rounds=9)
    record("P8", f"{path} by the overview", ours=ours, bare=first, unit="ms", reach="<= 1.5")


def test_a_devices_page_with_a_month_of_numbers(hub: HubWeb) -> None:
    """Nine series of an hour's numbers and 500 changes, drawn: by the overview of a province."""
    site = "diem-001"
    with writing(hub.engine) as connection:
        for hour in range(720):
            values = {f"camera-1.{name}": float(hour % 50) for name in PICTURE}
            keep_numbers(connection, site, values, NOW - hour * 3_600_000)
    client = hub.signed_in()
    path = f"/sites/{site}/devices/camera-1?range=30d"
    assert client.get(path).text.count('class="mean"') == len(PICTURE)
    ours, first = in_turns(lambda: client.get(path), lambda: client.get("/"), rounds=9)
    record("P8", "a device's month by the overview", ours=ours, bare=first, unit="ms", reach="<= 2")


class Ready(Collector):
    """Samples that are there already: only their encoding is left."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


def test_metrics_of_a_province(hub: HubWeb) -> None:
    client = hub.app.test_client()

    def scrape() -> str:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        return answer.text

    ready = CollectorRegistry()
    ready.register(Ready(text_string_to_metric_families(scrape())))
    ours, bare = in_turns(scrape, lambda: generate_latest(ready))
    series = sum(not line.startswith("#") for line in scrape().splitlines())
    note = f"({series} series)"
    what = "/metrics, 5,000 devices"
    record("P10", what, ours=ours, bare=bare, unit="ms", reach="<= 2", note=note)
